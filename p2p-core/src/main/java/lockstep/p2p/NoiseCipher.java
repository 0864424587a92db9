package lockstep.p2p;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.security.GeneralSecurityException;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import lockstep.base.PeerViolationException;

/// ChaCha20-Poly1305 in one direction under one key, with the counter as nonce. Works in place on
/// heap arrays, the JDK's fastest form. Not thread-safe.
final class NoiseCipher {
  private static final byte[] NO_DATA = {};
  private static final VarHandle COUNTER =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private final Cipher cipher;
  private final SecretKeySpec key;
  private final byte[] nonce = new byte[12];
  private long counter;

  NoiseCipher(byte[] key) {
    this.key = new SecretKeySpec(key, "ChaCha20");
    try {
      this.cipher = Cipher.getInstance("ChaCha20-Poly1305");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has ChaCha20-Poly1305", e);
    }
  }

  /// Encrypts `length` bytes where they lie and puts the tag behind them.
  void seal(byte[] bytes, int offset, int length) {
    seal(NO_DATA, bytes, offset, length);
  }

  /// As [#seal(byte[], int, int)], with associated data.
  void seal(byte[] data, byte[] bytes, int offset, int length) {
    try {
      init(Cipher.ENCRYPT_MODE, data);
      cipher.doFinal(bytes, offset, length, bytes, offset);
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
    if (length < Noise.TAG_LENGTH) {
      throw new PeerViolationException("a Noise message of %d bytes has no tag".formatted(length));
    }
    try {
      init(Cipher.DECRYPT_MODE, data);
      return cipher.doFinal(bytes, offset, length, bytes, offset);
    } catch (AEADBadTagException e) {
      throw new PeerViolationException("a Noise message was altered or is out of order", e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("decryption can only fail by its tag", e);
    }
  }

  private void init(int mode, byte[] data) throws GeneralSecurityException {
    if (counter == -1) throw new IllegalStateException("the nonces of this key are used up");
    COUNTER.set(nonce, 4, counter++);
    cipher.init(mode, key, new IvParameterSpec(nonce));
    if (data.length > 0) cipher.updateAAD(data);
  }
}
