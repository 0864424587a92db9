package lockstep.chunk;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import lockstep.base.PeerViolationException;

/// Reads [frames][ChunkFrame] off a stream and verifies them. Plain bytes go straight to where they
/// belong. Not thread-safe.
public final class ChunkReader {
  private byte[] packed = new byte[0];

  /// Holds no memory until the first packed frame.
  public ChunkReader() {}

  /// Reads a frame of `length` bytes and unpacks it into `out` at `to`, where `expected.length()`
  /// bytes must be free; never writes outside of them.
  ///
  /// @throws PeerViolationException if it is not exactly the expected chunk; what then stands in
  ///   `out` is of no use
  /// @throws EOFException if the stream ends within it
  public void read(InputStream in, int length, ChunkRef expected, byte[] out, int to)
      throws IOException {
    if (length < 1 || length > ChunkFrame.bytesMax(expected.length())) {
      throw ChunkFrame.refused(expected, "came in a frame of %d bytes".formatted(length));
    }
    int rest = length - 1;
    int how = in.read();
    switch (how) {
      case ChunkFrame.PLAIN -> {
        if (rest != expected.length()) {
          throw ChunkFrame.refused(expected, "has %d bytes".formatted(rest));
        }
        readFully(in, out, to, rest);
      }
      case ChunkFrame.LZ4 -> {
        if (packed.length < rest) packed = new byte[ChunkFrame.bytesMax(expected.length())];
        readFully(in, packed, 0, rest);
        ChunkFrame.unpack(packed, rest, expected, out, to);
      }
      case -1 -> throw new EOFException("the stream ended before a chunk");
      default -> throw ChunkFrame.refused(expected, "is packed by unknown method " + how);
    }
    ChunkFrame.verify(expected, out, to);
  }

  private static void readFully(InputStream in, byte[] out, int to, int length) throws IOException {
    if (in.readNBytes(out, to, length) < length) {
      throw new EOFException("the stream ended within a chunk");
    }
  }
}
