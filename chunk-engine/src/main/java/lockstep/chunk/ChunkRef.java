package lockstep.chunk;

import lockstep.base.Blake3;

/// One chunk of a file: the hash of its plain bytes, and how many they are.
///
/// @param length bytes, 1 to [Chunking#CHUNK_MAX]
public record ChunkRef(Blake3 hash, int length) {
  public ChunkRef {
    if (length < 1 || length > Chunking.CHUNK_MAX) {
      throw new IllegalArgumentException(
          "chunk length %d is outside 1..%d".formatted(length, Chunking.CHUNK_MAX));
    }
  }
}
