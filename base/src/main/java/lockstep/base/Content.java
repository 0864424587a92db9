package lockstep.base;

/// The identity of a file's bytes: equal contents have equal identities, and nothing else has.
///
/// @param size bytes, from 0
/// @param root the hash of the only chunk for a file of one chunk (the hash of nothing for an empty
///   file), else the hash of the manifest's root node. Which of the two is decided by `size` alone,
///   see the chunk engine.
public record Content(long size, Blake3 root) {
  public Content {
    if (size < 0) {
      throw new IllegalArgumentException("size " + size + " is negative");
    }
  }
}
