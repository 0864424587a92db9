package lockstep.p2p;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.security.GeneralSecurityException;
import javax.crypto.AEADBadTagException;
import lockstep.base.PeerViolationException;

/// ChaCha20-Poly1305 in one direction under one key, with the counter as nonce. Works in place on
/// heap arrays. Not thread-safe.
final class NoiseCipher {
  private static final byte[] NO_DATA = {};
  private static final VarHandle COUNTER =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private final Aead aead;
  private final byte[] nonce = new byte[12];
  private long counter;

  NoiseCipher(Aead aead) {
    this.aead = aead;
  }

  /// Encrypts `length` bytes where they lie and puts the tag behind them.
  void seal(byte[] bytes, int offset, int length) {
    seal(NO_DATA, bytes, offset, length);
  }

  /// As [#seal(byte[], int, int)], with associated data.
  void seal(byte[] data, byte[] bytes, int offset, int length) {
    try {
      aead.seal(nextNonce(), data, bytes, offset, length);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("encryption cannot fail", e);
    }
  }

  /// Decrypts `length` bytes, tag included, where they lie. After a failure the connection must
  /// end: there is no second try with this cipher.
  ///
  /// @return the length without the tag
  int open(byte[] bytes, int offset, int length) throws PeerViolationException {
    return open(NO_DATA, bytes, offset, length);
  }

  /// As [#open(byte[], int, int)], with associated data.
  int open(byte[] data, byte[] bytes, int offset, int length) throws PeerViolationException {
    int plainLength = length - Noise.TAG_LENGTH;
    if (plainLength < 0) {
      throw new PeerViolationException("a Noise message of %d bytes has no tag".formatted(length));
    }
    try {
      aead.open(nextNonce(), data, bytes, offset, plainLength);
      return plainLength;
    } catch (AEADBadTagException e) {
      throw new PeerViolationException("a Noise message was altered or is out of order", e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("decryption can only fail by its tag", e);
    }
  }

  private byte[] nextNonce() {
    if (counter == -1) throw new IllegalStateException("the nonces of this key are used up");
    COUNTER.set(nonce, 4, counter++);
    return nonce;
  }
}
