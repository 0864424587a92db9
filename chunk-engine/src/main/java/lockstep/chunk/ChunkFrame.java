package lockstep.chunk;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import lockstep.base.Blake3;
import lockstep.base.PeerViolationException;
import net.jpountz.lz4.LZ4Compressor;
import net.jpountz.lz4.LZ4Exception;
import net.jpountz.lz4.LZ4Factory;
import net.jpountz.lz4.LZ4SafeDecompressor;

/// One chunk as it travels: a byte that says how, then its plain bytes or an LZ4 block of them.
///
/// The length is not in it: who asks for a chunk knows it from the manifest, and takes nothing
/// else.
public final class ChunkFrame {
  static final byte PLAIN = 0;

  static final byte LZ4 = 1;

  /// The head of a chunk that is compressed on trial.
  private static final int PROBE_BYTES = 4096;

  /// It pays from a sixteenth saved.
  private static final int WORTH_SHIFT = 4;

  private ChunkFrame() {}

  /// Loaded with the first frame: the native library is unpacked then.
  private static final class Codec {
    static final LZ4Compressor COMPRESSOR = LZ4Factory.fastestInstance().fastCompressor();
    static final LZ4SafeDecompressor DECOMPRESSOR = LZ4Factory.fastestInstance().safeDecompressor();
  }

  /// Bytes that [#encode(byte[], int, int, byte[], int)] may need for a chunk of `length` bytes: a
  /// little more than the frame will have.
  public static int scratchBytes(int length) {
    return 1 + Codec.COMPRESSOR.maxCompressedLength(Math.max(length, PROBE_BYTES));
  }

  /// Bytes of the longest frame of a chunk of `length` bytes.
  public static int bytesMax(int length) {
    return 1 + length;
  }

  /// Compressed where a probe says that it pays.
  public static byte[] encode(byte[] plain, int offset, int length) {
    byte[] out = new byte[scratchBytes(length)];
    return Arrays.copyOf(out, encode(plain, offset, length, out, 0));
  }

  /// The same into a buffer with [#scratchBytes] free from `to`.
  ///
  /// @return bytes of the frame
  public static int encode(byte[] plain, int offset, int length, byte[] out, int to) {
    return pays(plain, offset, length, out, to)
        ? pack(plain, offset, length, out, to)
        : encodePlain(plain, offset, length, out, to);
  }

  /// Compressed, unless that turns out not to pay; for chunks whose head said it does.
  ///
  /// @return bytes of the frame
  public static int pack(byte[] plain, int offset, int length, byte[] out, int to) {
    int packed = compress(plain, offset, length, out, to + 1);
    if (!isWorth(packed, length)) return encodePlain(plain, offset, length, out, to);
    out[to] = LZ4;
    return 1 + packed;
  }

  /// The head of a frame whose plain bytes follow as they are: for links that are faster than the
  /// compressor.
  ///
  /// @return bytes of the head
  public static int plainHead(byte[] out, int to) {
    out[to] = PLAIN;
    return 1;
  }

  private static int encodePlain(byte[] plain, int offset, int length, byte[] out, int to) {
    System.arraycopy(plain, offset, out, to + plainHead(out, to), length);
    return bytesMax(length);
  }

  /// Whether the head of a chunk says that compressing it pays.
  ///
  /// @param scratch with [#scratchBytes] free from `at`
  public static boolean pays(byte[] plain, int offset, int length, byte[] scratch, int at) {
    int head = Math.min(length, PROBE_BYTES);
    return isWorth(compress(plain, offset, head, scratch, at), head);
  }

  private static int compress(byte[] plain, int offset, int length, byte[] out, int to) {
    return Codec.COMPRESSOR.compress(plain, offset, length, out, to);
  }

  private static boolean isWorth(int packed, int length) {
    return packed < length - (length >>> WORTH_SHIFT);
  }

  /// Unpacks a frame that is here as a whole, as [ChunkReader] does.
  ///
  /// @throws PeerViolationException if it is not exactly the expected chunk
  public static void decode(byte[] frame, ChunkRef expected, byte[] out, int to)
      throws IOException {
    new ChunkReader().read(new ByteArrayInputStream(frame), frame.length, expected, out, to);
  }

  static void verify(ChunkRef expected, byte[] out, int at) throws PeerViolationException {
    Blake3 actual = Blake3.of(out, at, expected.length());
    if (!actual.equals(expected.hash())) throw refused(expected, "hashes to " + actual);
  }

  static void unpack(byte[] packed, int length, ChunkRef expected, byte[] out, int to)
      throws PeerViolationException {
    int unpacked;
    try {
      unpacked = Codec.DECOMPRESSOR.decompress(packed, 0, length, out, to, expected.length());
    } catch (LZ4Exception e) {
      throw new PeerViolationException(
          "chunk %s does not unpack to its %d bytes".formatted(expected.hash(), expected.length()),
          e);
    }
    if (unpacked != expected.length()) {
      throw refused(expected, "unpacks to %d bytes".formatted(unpacked));
    }
  }

  static PeerViolationException refused(ChunkRef expected, String what) {
    return new PeerViolationException(
        "chunk %s of %d bytes %s".formatted(expected.hash(), expected.length(), what));
  }
}
