package lockstep.p2p;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.ChaCha20ParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/// ChaCha20-Poly1305 (RFC 8439) from the JDK's ChaCha20, which is fast on every CPU, and our own
/// [Poly1305]: the faster choice on a CPU without AVX-512 IFMA. See [Ciphers].
final class ChaChaPoly implements Aead {
  private static final int BLOCK = 64;
  private static final int[] CONSTANTS = {0x61707865, 0x3320646e, 0x79622d32, 0x6b206574};

  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private final SecretKeySpec key;
  private final Cipher chacha;
  private final Poly1305 poly = new Poly1305();
  private final int[] state = new int[16];
  private final byte[] block = new byte[BLOCK];
  private final byte[] tag = new byte[Poly1305.TAG_LENGTH];
  private final byte[] given = new byte[Poly1305.TAG_LENGTH];

  ChaChaPoly(byte[] key) {
    this.key = new SecretKeySpec(key, "ChaCha20");
    try {
      this.chacha = Cipher.getInstance("ChaCha20");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has ChaCha20", e);
    }
    System.arraycopy(CONSTANTS, 0, state, 0, CONSTANTS.length);
    for (int i = 0; i < 8; i++) {
      state[4 + i] = (int) INT.get(key, 4 * i);
    }
  }

  @Override
  public void seal(byte[] nonce, byte[] data, byte[] bytes, int offset, int length)
      throws GeneralSecurityException {
    stream(Cipher.ENCRYPT_MODE, nonce, bytes, offset, length);
    authenticate(nonce, data, bytes, offset, length);
    System.arraycopy(tag, 0, bytes, offset + length, tag.length);
  }

  @Override
  public void open(byte[] nonce, byte[] data, byte[] bytes, int offset, int length)
      throws GeneralSecurityException {
    authenticate(nonce, data, bytes, offset, length);
    System.arraycopy(bytes, offset + length, given, 0, given.length);
    if (!MessageDigest.isEqual(tag, given)) throw new AEADBadTagException("the tag is wrong");
    stream(Cipher.DECRYPT_MODE, nonce, bytes, offset, length);
  }

  private void stream(int mode, byte[] nonce, byte[] bytes, int offset, int length)
      throws GeneralSecurityException {
    if (length == 0) return;
    chacha.init(mode, key, new ChaCha20ParameterSpec(nonce, 1));
    chacha.doFinal(bytes, offset, length, bytes, offset);
  }

  private void authenticate(byte[] nonce, byte[] data, byte[] bytes, int offset, int length) {
    firstBlock(nonce);
    poly.init(block, 0);
    poly.updatePadded(data, 0, data.length);
    poly.updatePadded(bytes, offset, length);
    poly.updateLengths(data.length, length);
    poly.tag(tag, 0);
  }

  /// Block 0 of the key stream: its first half is the key of Poly1305.
  private void firstBlock(byte[] nonce) {
    state[12] = 0;
    for (int i = 0; i < 3; i++) {
      state[13 + i] = (int) INT.get(nonce, 4 * i);
    }
    int[] x = Arrays.copyOf(state, state.length);
    for (int round = 0; round < 10; round++) {
      quarter(x, 0, 4, 8, 12);
      quarter(x, 1, 5, 9, 13);
      quarter(x, 2, 6, 10, 14);
      quarter(x, 3, 7, 11, 15);
      quarter(x, 0, 5, 10, 15);
      quarter(x, 1, 6, 11, 12);
      quarter(x, 2, 7, 8, 13);
      quarter(x, 3, 4, 9, 14);
    }
    for (int i = 0; i < x.length; i++) {
      INT.set(block, 4 * i, x[i] + state[i]);
    }
  }

  private static void quarter(int[] x, int a, int b, int c, int d) {
    x[a] += x[b];
    x[d] = Integer.rotateLeft(x[d] ^ x[a], 16);
    x[c] += x[d];
    x[b] = Integer.rotateLeft(x[b] ^ x[c], 12);
    x[a] += x[b];
    x[d] = Integer.rotateLeft(x[d] ^ x[a], 8);
    x[c] += x[d];
    x[b] = Integer.rotateLeft(x[b] ^ x[c], 7);
  }
}
