package lockstep.p2p;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import lockstep.base.PeerViolationException;
import org.bouncycastle.math.ec.rfc7748.X25519;
import org.jspecify.annotations.Nullable;

/// The three messages of `Noise_XX_25519_ChaChaPoly_SHA256` as a state machine without I/O: the
/// initiator writes, reads, writes; the responder reads, writes, reads; then [#split]. Any
/// exception ends the handshake for good.
final class NoiseHandshake {
  private static final byte[] NAME = "Noise_XX_25519_ChaChaPoly_SHA256".getBytes(US_ASCII);
  private static final byte[] NO_PROLOGUE = {};
  private static final int MESSAGES = 3;

  private final boolean initiator;
  private final byte[] staticKey;
  private final byte[] ephemeralKey;
  private byte @Nullable [] remoteStatic;
  private byte @Nullable [] remoteEphemeral;

  private byte[] hash = NAME.clone();
  private byte[] chainingKey = NAME.clone();
  private @Nullable NoiseCipher cipher;
  private int step;

  /// The ciphers of the two directions, seen from this side.
  record CipherPair(NoiseCipher sending, NoiseCipher receiving) {}

  /// @param staticKey 32 secret bytes, made for this connection
  /// @param ephemeralKey 32 other secret bytes
  NoiseHandshake(boolean initiator, byte[] staticKey, byte[] ephemeralKey) {
    this.initiator = initiator;
    this.staticKey = staticKey.clone();
    this.ephemeralKey = ephemeralKey.clone();
    mixHash(NO_PROLOGUE);
  }

  /// The public half of an X25519 key.
  static byte[] publicKey(byte[] privateKey) {
    byte[] key = new byte[Noise.KEY_LENGTH];
    X25519.scalarMultBase(privateKey, 0, key, 0);
    return key;
  }

  /// The next message of this side.
  byte[] write(byte[] payload) throws PeerViolationException {
    expect(true);
    var message = new ByteArrayOutputStream();
    if (step < 2) {
      byte[] key = publicKey(ephemeralKey);
      mixHash(key);
      message.writeBytes(key);
    }
    if (step == 1) mixKey(ephemeralKey, remoteEphemeral);
    if (step >= 1) {
      message.writeBytes(encrypt(publicKey(staticKey)));
      mixKey(staticKey, remoteEphemeral);
    }
    message.writeBytes(encrypt(payload));
    step++;
    return message.toByteArray();
  }

  /// Takes the next message of the other side.
  ///
  /// @return its payload
  byte[] read(byte[] message) throws PeerViolationException {
    expect(false);
    int at = 0;
    if (step < 2) {
      remoteEphemeral = slice(message, at, Noise.KEY_LENGTH);
      mixHash(remoteEphemeral);
      at += Noise.KEY_LENGTH;
    }
    if (step == 1) mixKey(ephemeralKey, remoteEphemeral);
    if (step >= 1) {
      remoteStatic = decrypt(slice(message, at, Noise.KEY_LENGTH + Noise.TAG_LENGTH));
      mixKey(ephemeralKey, remoteStatic);
      at += Noise.KEY_LENGTH + Noise.TAG_LENGTH;
    }
    byte[] payload = decrypt(slice(message, at, message.length - at));
    step++;
    return payload;
  }

  /// The other side's static key, known from its payload message on.
  byte[] remoteStatic() {
    if (remoteStatic == null) throw new IllegalStateException("no static key has come yet");
    return remoteStatic.clone();
  }

  /// The ciphers for all that follows; ends the handshake.
  CipherPair split() {
    if (step != MESSAGES) throw new IllegalStateException("the handshake is not complete");
    step++;
    byte[] temporary = Noise.hmac(chainingKey, new byte[0]);
    var first = new NoiseCipher(Ciphers.of(derive(temporary, 1)));
    var second = new NoiseCipher(Ciphers.of(derive(temporary, 2)));
    return initiator ? new CipherPair(first, second) : new CipherPair(second, first);
  }

  private void expect(boolean writing) {
    boolean initiatorsTurn = step % 2 == 0;
    if (step >= MESSAGES || writing != (initiator == initiatorsTurn)) {
      throw new IllegalStateException("not the turn for this in step " + step);
    }
  }

  private static byte[] slice(byte[] message, int from, int length) throws PeerViolationException {
    if (length < 0 || from + length > message.length) {
      throw new PeerViolationException("a Noise handshake message is too short");
    }
    return Arrays.copyOfRange(message, from, from + length);
  }

  private void mixHash(byte[] data) {
    hash = Noise.sha256(hash, data);
  }

  private void mixKey(byte[] privateKey, byte @Nullable [] publicKey)
      throws PeerViolationException {
    byte[] secret = new byte[Noise.KEY_LENGTH];
    if (publicKey == null || !X25519.calculateAgreement(privateKey, 0, publicKey, 0, secret, 0)) {
      throw new PeerViolationException("the peer sent a weak X25519 key");
    }
    byte[] temporary = Noise.hmac(chainingKey, secret);
    chainingKey = derive(temporary, 1);
    cipher = new NoiseCipher(Ciphers.of(derive(temporary, 2)));
  }

  /// Output 1 or 2 of the Noise HKDF.
  private static byte[] derive(byte[] temporary, int output) {
    byte[] first = Noise.hmac(temporary, new byte[] {1});
    return output == 1 ? first : Noise.hmac(temporary, first, (byte) 2);
  }

  private byte[] encrypt(byte[] plain) {
    byte[] out = plain;
    if (cipher != null) {
      out = Arrays.copyOf(plain, plain.length + Noise.TAG_LENGTH);
      cipher.seal(hash, out, 0, plain.length);
    }
    mixHash(out);
    return out;
  }

  private byte[] decrypt(byte[] sealed) throws PeerViolationException {
    byte[] plain = sealed;
    if (cipher != null) {
      byte[] work = sealed.clone();
      int length = cipher.open(hash, work, 0, work.length);
      plain = Arrays.copyOf(work, length);
    }
    mixHash(sealed);
    return plain;
  }
}
