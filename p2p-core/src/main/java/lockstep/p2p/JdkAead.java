package lockstep.p2p;

import java.security.GeneralSecurityException;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/// The JDK's ChaCha20-Poly1305: the fastest there is where the CPU has AVX-512 IFMA.
final class JdkAead implements Aead {
  private final Cipher cipher;
  private final SecretKeySpec key;

  JdkAead(byte[] key) {
    this.key = new SecretKeySpec(key, "ChaCha20");
    try {
      this.cipher = Cipher.getInstance("ChaCha20-Poly1305");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has ChaCha20-Poly1305", e);
    }
  }

  @Override
  public void seal(byte[] nonce, byte[] data, byte[] bytes, int offset, int length)
      throws GeneralSecurityException {
    run(Cipher.ENCRYPT_MODE, nonce, data, bytes, offset, length);
  }

  @Override
  public void open(byte[] nonce, byte[] data, byte[] bytes, int offset, int length)
      throws GeneralSecurityException {
    run(Cipher.DECRYPT_MODE, nonce, data, bytes, offset, length + Noise.TAG_LENGTH);
  }

  private void run(int mode, byte[] nonce, byte[] data, byte[] bytes, int offset, int length)
      throws GeneralSecurityException {
    cipher.init(mode, key, new IvParameterSpec(nonce));
    if (data.length > 0) cipher.updateAAD(data);
    cipher.doFinal(bytes, offset, length, bytes, offset);
  }
}
