package lockstep.chunk;

/// How a file of a given size is cut into chunks: a function of the size alone, so that every
/// device cuts equal contents alike.
///
/// | size | chunks |
/// |---|---|
/// | up to 128 KiB | one |
/// | up to 1 MiB | fixed, 128 KiB each |
/// | up to 16 GiB | by content, 8 to 64 KiB |
/// | up to 4 TiB | by content, 256 KiB to 1 MiB |
///
/// Small chunks keep what an edit moves small (a byte changed in 2 GiB moves one chunk and the
/// three or four manifest nodes above it); large ones keep the manifest of a huge file in memory.
public sealed interface Chunking {
  /// Bytes of the largest chunk there is.
  int CHUNK_MAX = 1 << 20;

  /// Bytes of the largest file: its manifest still fits into memory.
  long SIZE_MAX = 4L << 40;

  /// Bytes of the largest file that is one chunk.
  int SINGLE_MAX = 128 << 10;

  /// Bytes of the largest file that is cut at fixed places.
  int FIXED_SIZE_MAX = 1 << 20;

  /// Bytes of the largest file that is cut into small chunks.
  long FINE_SIZE_MAX = 16L << 30;

  /// Every chunk but the last has `length` bytes.
  record Fixed(int length) implements Chunking {}

  /// Cut by [FastCdc]: every chunk has `min` to `max` bytes, only the last may have fewer than
  /// `min`.
  record ByContent(int min, int normal, int max) implements Chunking {}

  /// @throws IllegalArgumentException if the size is negative or above [#SIZE_MAX]
  static Chunking of(long size) {
    if (size < 0 || size > SIZE_MAX) {
      throw new IllegalArgumentException("file size %d is outside 0..%d".formatted(size, SIZE_MAX));
    }
    if (size <= FIXED_SIZE_MAX) return new Fixed(SINGLE_MAX);
    if (size <= FINE_SIZE_MAX) return new ByContent(8 << 10, 32 << 10, 64 << 10);
    return new ByContent(256 << 10, 512 << 10, CHUNK_MAX);
  }

  /// Whether a file of that size has no manifest: it is one chunk, whose hash is the root, or
  /// empty.
  static boolean isSingle(long size) {
    return size <= SINGLE_MAX;
  }

  /// Bytes of the shortest chunk that is not the last.
  default int shortest() {
    return switch (this) {
      case Fixed(int length) -> length;
      case ByContent(int min, _, _) -> min;
    };
  }

  /// Bytes of the longest chunk.
  default int longest() {
    return switch (this) {
      case Fixed(int length) -> length;
      case ByContent(_, _, int max) -> max;
    };
  }
}
