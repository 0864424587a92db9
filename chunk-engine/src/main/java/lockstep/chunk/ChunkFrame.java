package lockstep.chunk;

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
  private static final byte PLAIN = 0;
  private static final byte LZ4 = 1;

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
    if (pays(plain, offset, Math.min(length, PROBE_BYTES), out, to + 1)) {
      int packed = compress(plain, offset, length, out, to + 1);
      if (isWorth(packed, length)) {
        out[to] = LZ4;
        return 1 + packed;
      }
    }
    return encodePlain(plain, offset, length, out, to);
  }

  /// Never compressed: for links that are faster than the compressor.
  ///
  /// @return bytes of the frame
  public static int encodePlain(byte[] plain, int offset, int length, byte[] out, int to) {
    out[to] = PLAIN;
    System.arraycopy(plain, offset, out, to + 1, length);
    return 1 + length;
  }

  private static boolean pays(byte[] plain, int offset, int length, byte[] scratch, int at) {
    return isWorth(compress(plain, offset, length, scratch, at), length);
  }

  private static int compress(byte[] plain, int offset, int length, byte[] out, int to) {
    return Codec.COMPRESSOR.compress(plain, offset, length, out, to);
  }

  private static boolean isWorth(int packed, int length) {
    return packed < length - (length >>> WORTH_SHIFT);
  }

  /// Unpacks a frame that a peer sent into `out` at `to`, where `expected.length()` bytes must be
  /// free; never writes outside of them.
  ///
  /// @throws PeerViolationException if it is not exactly the expected chunk; what then stands in
  ///   `out` is of no use
  public static void decode(byte[] frame, ChunkRef expected, byte[] out, int to)
      throws PeerViolationException {
    decode(frame, 0, frame.length, expected, out, to);
  }

  /// The same for a frame of `length` bytes at `offset`.
  public static void decode(
      byte[] frame, int offset, int length, ChunkRef expected, byte[] out, int to)
      throws PeerViolationException {
    if (length < 1 || length > bytesMax(expected.length())) {
      throw refused(expected, "came in a frame of %d bytes".formatted(length));
    }
    switch (frame[offset]) {
      case PLAIN -> copy(frame, offset + 1, length - 1, expected, out, to);
      case LZ4 -> decompress(frame, offset + 1, length - 1, expected, out, to);
      default -> throw refused(expected, "is packed by unknown method " + frame[offset]);
    }
    Blake3 actual = Blake3.of(out, to, expected.length());
    if (!actual.equals(expected.hash())) throw refused(expected, "hashes to " + actual);
  }

  private static void copy(
      byte[] frame, int offset, int length, ChunkRef expected, byte[] out, int to)
      throws PeerViolationException {
    if (length != expected.length()) throw refused(expected, "has %d bytes".formatted(length));
    System.arraycopy(frame, offset, out, to, length);
  }

  private static void decompress(
      byte[] frame, int offset, int length, ChunkRef expected, byte[] out, int to)
      throws PeerViolationException {
    int unpacked;
    try {
      unpacked = Codec.DECOMPRESSOR.decompress(frame, offset, length, out, to, expected.length());
    } catch (LZ4Exception e) {
      throw new PeerViolationException(
          "chunk %s does not unpack to its %d bytes".formatted(expected.hash(), expected.length()),
          e);
    }
    if (unpacked != expected.length()) {
      throw refused(expected, "unpacks to %d bytes".formatted(unpacked));
    }
  }

  private static PeerViolationException refused(ChunkRef expected, String what) {
    return new PeerViolationException(
        "chunk %s of %d bytes %s".formatted(expected.hash(), expected.length(), what));
  }
}
