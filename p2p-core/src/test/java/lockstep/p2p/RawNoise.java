package lockstep.p2p;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.Cipher;
import javax.crypto.KeyAgreement;
import javax.crypto.Mac;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import lockstep.base.PrivateKey;

/// The initiator's side of libp2p's Noise XX, written from the specification for tests alone, so
/// that a test can say what the main code never would. Shares nothing with the main code.
final class RawNoise {
  private static final byte[] X25519_HEADER = HexFormat.of().parseHex("302a300506032b656e032100");
  private static final byte[] EMPTY = {};

  private final DataInputStream in;
  private final OutputStream out;
  private byte[] hash = "Noise_XX_25519_ChaChaPoly_SHA256".getBytes(US_ASCII);
  private byte[] chainingKey = hash;
  private Direction handshake = new Direction(EMPTY);
  private Direction sending = handshake;
  private Direction receiving = handshake;

  RawNoise(DataInputStream in, OutputStream out) {
    this.in = in;
    this.out = out;
  }

  /// Runs the handshake to its end; offers no early muxer, so that one is negotiated afterwards.
  ///
  /// @param claimed the identity named; an honest peer's is that of `signer`
  void handshake(PrivateKey signer, lockstep.base.PublicKey claimed)
      throws IOException, GeneralSecurityException {
    var generator = KeyPairGenerator.getInstance("X25519");
    KeyPair ephemeral = generator.generateKeyPair();
    KeyPair fixed = generator.generateKeyPair();
    mixHash(EMPTY); // the prologue
    mixHash(raw(ephemeral));
    mixHash(EMPTY); // the payload of message 1
    writeFrame(raw(ephemeral));

    var answer = ByteBuffer.wrap(readFrame());
    byte[] theirEphemeral = take(answer, 32);
    mixHash(theirEphemeral);
    mixKey(ephemeral, theirEphemeral);
    byte[] theirStatic = openAndHash(take(answer, 48));
    mixKey(ephemeral, theirStatic);
    openAndHash(take(answer, answer.remaining()));

    var last = new ByteArrayOutputStream();
    last.write(sealAndHash(raw(fixed)));
    mixKey(fixed, theirEphemeral);
    last.write(sealAndHash(payload(signer, claimed, raw(fixed))));
    writeFrame(last.toByteArray());
    byte[][] keys = hkdf(EMPTY);
    sending = new Direction(keys[0]);
    receiving = new Direction(keys[1]);
  }

  /// Sends one transport message; safe beside other writers, for the nonce counts them.
  synchronized void write(byte[] plain) throws IOException, GeneralSecurityException {
    writeFrame(sending.seal(plain, EMPTY));
  }

  byte[] read() throws IOException, GeneralSecurityException {
    return receiving.open(readFrame(), EMPTY);
  }

  /// Sends a frame as it is, encrypted or not.
  void writeFrame(byte[] body) throws IOException {
    byte[] frame = new byte[2 + body.length];
    ByteBuffer.wrap(frame).putShort((short) body.length).put(body);
    out.write(frame);
    out.flush();
  }

  private byte[] readFrame() throws IOException {
    byte[] body = new byte[in.readUnsignedShort()];
    in.readFully(body);
    return body;
  }

  private static byte[] payload(PrivateKey signer, lockstep.base.PublicKey claimed, byte[] fixed) {
    byte[] signed = concat("noise-libp2p-static-key:".getBytes(US_ASCII), fixed);
    byte[] key = concat(new byte[] {8, 1, 18, 32}, claimed.bytes());
    return concat(
        new byte[] {10, (byte) key.length}, key, new byte[] {18, 64}, signer.sign(signed));
  }

  private void mixHash(byte[] data) throws GeneralSecurityException {
    hash = MessageDigest.getInstance("SHA-256").digest(concat(hash, data));
  }

  private void mixKey(KeyPair mine, byte[] theirs) throws GeneralSecurityException {
    PublicKey key =
        KeyFactory.getInstance("X25519")
            .generatePublic(new X509EncodedKeySpec(concat(X25519_HEADER, theirs)));
    var agreement = KeyAgreement.getInstance("X25519");
    agreement.init(mine.getPrivate());
    agreement.doPhase(key, true);
    byte[][] keys = hkdf(agreement.generateSecret());
    chainingKey = keys[0];
    handshake = new Direction(keys[1]);
  }

  private byte[][] hkdf(byte[] input) throws GeneralSecurityException {
    byte[] temporary = hmac(chainingKey, input);
    byte[] first = hmac(temporary, new byte[] {1});
    return new byte[][] {first, hmac(temporary, concat(first, new byte[] {2}))};
  }

  private byte[] sealAndHash(byte[] plain) throws GeneralSecurityException {
    byte[] sealed = handshake.seal(plain, hash);
    mixHash(sealed);
    return sealed;
  }

  private byte[] openAndHash(byte[] sealed) throws GeneralSecurityException {
    byte[] plain = handshake.open(sealed, hash);
    mixHash(sealed);
    return plain;
  }

  private static byte[] hmac(byte[] key, byte[] data) throws GeneralSecurityException {
    var mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key, "HmacSHA256"));
    return mac.doFinal(data);
  }

  private static byte[] raw(KeyPair pair) {
    byte[] encoded = pair.getPublic().getEncoded();
    return Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length);
  }

  private static byte[] take(ByteBuffer from, int length) {
    byte[] taken = new byte[length];
    from.get(taken);
    return taken;
  }

  private static byte[] concat(byte[]... parts) {
    var all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  /// A key and its message counter.
  private static final class Direction {
    private final byte[] key;
    private long counter;

    Direction(byte[] key) {
      this.key = key;
    }

    byte[] seal(byte[] plain, byte[] associated) throws GeneralSecurityException {
      return crypt(Cipher.ENCRYPT_MODE, plain, associated);
    }

    byte[] open(byte[] sealed, byte[] associated) throws GeneralSecurityException {
      return crypt(Cipher.DECRYPT_MODE, sealed, associated);
    }

    private byte[] crypt(int mode, byte[] text, byte[] associated) throws GeneralSecurityException {
      byte[] nonce =
          ByteBuffer.allocate(12)
              .order(ByteOrder.LITTLE_ENDIAN)
              .putInt(0)
              .putLong(counter++)
              .array();
      var cipher = Cipher.getInstance("ChaCha20-Poly1305");
      cipher.init(mode, new SecretKeySpec(key, "ChaCha20"), new IvParameterSpec(nonce));
      cipher.updateAAD(associated);
      return cipher.doFinal(text);
    }
  }
}
