package lockstep.chunk;

import java.util.Arrays;
import lockstep.base.Blake3;
import lockstep.base.Content;

/// The chunks of one content, in order. Immutable; 40 bytes a chunk.
public final class Manifest {
  private static final int WORDS = Blake3.LENGTH / Long.BYTES;

  private final Content content;
  private final long[] hashes;
  private final long[] ends;

  private Manifest(Content content, long[] hashes, long[] ends) {
    this.content = content;
    this.hashes = hashes;
    this.ends = ends;
  }

  /// Of a content that has no manifest node: one chunk, or none if it is empty.
  ///
  /// @throws IllegalArgumentException if it has more
  public static Manifest single(Content content) {
    if (!Chunking.isSingle(content.size())) {
      throw new IllegalArgumentException(content.size() + " bytes are more than one chunk");
    }
    var chunks = new Builder(1);
    if (content.size() > 0) chunks.add(content.root(), (int) content.size());
    return chunks.build(content.root());
  }

  public Content content() {
    return content;
  }

  /// How many chunks; 0 for the empty file.
  public int count() {
    return ends.length;
  }

  public Blake3 hash(int i) {
    return hash(hashes, i);
  }

  private static Blake3 hash(long[] hashes, int i) {
    int at = i * WORDS;
    return new Blake3(hashes[at], hashes[at + 1], hashes[at + 2], hashes[at + 3]);
  }

  /// Bytes of chunk `i`.
  public int length(int i) {
    return (int) (ends[i] - offset(i));
  }

  /// Where chunk `i` begins in the file.
  public long offset(int i) {
    return i == 0 ? 0 : ends[i - 1];
  }

  public ChunkRef chunk(int i) {
    return new ChunkRef(hash(i), length(i));
  }

  /// Equal contents have equal manifests.
  @Override
  public boolean equals(Object that) {
    return that instanceof Manifest manifest
        && content.equals(manifest.content)
        && Arrays.equals(hashes, manifest.hashes)
        && Arrays.equals(ends, manifest.ends);
  }

  @Override
  public int hashCode() {
    return content.hashCode();
  }

  @Override
  public String toString() {
    return "Manifest[%s, %d chunks]".formatted(content, count());
  }

  /// Collects chunks in order, or the nodes of one level of the manifest tree.
  static final class Builder {
    private long[] hashes;
    private long[] ends;
    private int count;

    Builder(int expected) {
      hashes = new long[expected * WORDS];
      ends = new long[expected];
    }

    Builder add(Blake3 hash, long length) {
      if (count == ends.length) grow();
      int at = count * WORDS;
      hashes[at] = hash.a();
      hashes[at + 1] = hash.b();
      hashes[at + 2] = hash.c();
      hashes[at + 3] = hash.d();
      ends[count] = size() + length;
      count++;
      return this;
    }

    private void grow() {
      int capacity = Math.max(8, ends.length + ends.length / 2);
      hashes = Arrays.copyOf(hashes, capacity * WORDS);
      ends = Arrays.copyOf(ends, capacity);
    }

    int count() {
      return count;
    }

    Blake3 hash(int i) {
      return Manifest.hash(hashes, i);
    }

    long length(int i) {
      return i == 0 ? ends[0] : ends[i] - ends[i - 1];
    }

    /// Bytes so far.
    long size() {
      return count == 0 ? 0 : ends[count - 1];
    }

    Manifest build(Blake3 root) {
      return new Manifest(
          new Content(size(), root),
          Arrays.copyOf(hashes, count * WORDS),
          Arrays.copyOf(ends, count));
    }
  }
}
