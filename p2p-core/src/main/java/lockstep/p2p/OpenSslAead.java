package lockstep.p2p;

import java.lang.foreign.MemorySegment;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.AEADBadTagException;

/// The system's ChaCha20-Poly1305 (OpenSSL 3): at full speed from its first byte, while ciphers in
/// Java cost a third of a second of a core before the JIT has done with them.
final class OpenSslAead implements Aead {
  /// One zero byte under a key and a nonce of zeros, with a one as associated data.
  private static final String KNOWN = "9f05683d98ebcd56cf85d7887f3dd21708";

  private final MemorySegment context;
  private final MemorySegment written = MemorySegment.ofArray(new int[1]);

  OpenSslAead(byte[] key) {
    this.context = LibCrypto.context(key);
  }

  /// Whether the library is there, seals a known message right and refuses an altered one.
  static boolean works() {
    try {
      return seals() && refuses();
    } catch (GeneralSecurityException | RuntimeException | LinkageError absent) {
      return false;
    }
  }

  private static boolean seals() throws GeneralSecurityException {
    byte[] message = new byte[1 + Noise.TAG_LENGTH];
    new OpenSslAead(new byte[32]).seal(new byte[12], new byte[] {1}, message, 0, 1);
    return Arrays.equals(message, HexFormat.of().parseHex(KNOWN));
  }

  private static boolean refuses() throws GeneralSecurityException {
    byte[] altered = HexFormat.of().parseHex(KNOWN);
    altered[0] ^= 1;
    try {
      new OpenSslAead(new byte[32]).open(new byte[12], new byte[] {1}, altered, 0, 1);
      return false;
    } catch (AEADBadTagException refused) {
      return true;
    }
  }

  @Override
  public void seal(byte[] nonce, byte[] data, byte[] bytes, int offset, int length)
      throws GeneralSecurityException {
    MemorySegment message = message(bytes, offset, length);
    LibCrypto.begin(context, LibCrypto.ENCRYPT, nonce);
    run(data, message, length);
    if (!LibCrypto.end(context, message, written)) {
      throw new GeneralSecurityException("OpenSSL could not end a message");
    }
    LibCrypto.getTag(context, message.asSlice(length));
  }

  @Override
  public void open(byte[] nonce, byte[] data, byte[] bytes, int offset, int length)
      throws GeneralSecurityException {
    MemorySegment message = message(bytes, offset, length);
    LibCrypto.begin(context, LibCrypto.DECRYPT, nonce);
    LibCrypto.setTag(context, message.asSlice(length));
    run(data, message, length);
    if (LibCrypto.end(context, message, written)) return;
    Arrays.fill(bytes, offset, offset + length, (byte) 0); // it decrypts before it knows
    throw new AEADBadTagException("the tag is wrong");
  }

  private void run(byte[] data, MemorySegment message, int length) throws GeneralSecurityException {
    if (data.length > 0) LibCrypto.updateData(context, data, written);
    if (length > 0) LibCrypto.update(context, message, written, length);
  }

  /// The text and its tag; nothing beyond them is lent to the library.
  private static MemorySegment message(byte[] bytes, int offset, int length) {
    return MemorySegment.ofArray(bytes).asSlice(offset, length + (long) Noise.TAG_LENGTH);
  }
}
