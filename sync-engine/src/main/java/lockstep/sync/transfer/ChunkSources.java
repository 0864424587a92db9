package lockstep.sync.transfer;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import lockstep.base.Blake3;
import lockstep.base.Content;
import lockstep.base.DiskFile;
import lockstep.chunk.ChunkStore;
import lockstep.chunk.Manifest;
import lockstep.chunk.Place;
import org.jspecify.annotations.Nullable;

/// Finds chunks in local files: first in the version that stands at the path now, since there the
/// chunks lie in the right order, then in any other. Not thread-safe.
final class ChunkSources implements AutoCloseable {
  private static final int OPEN_MAX = 16;

  private final ChunkStore chunks;
  private final LocalContents local;
  private final @Nullable Previous previous;
  private final Map<Content, Optional<DiskFile>> open = new HashMap<>();

  ChunkSources(ChunkStore chunks, LocalContents local, Optional<Content> previous)
      throws IOException {
    this.chunks = chunks;
    this.local = local;
    Optional<Manifest> manifest =
        previous.isEmpty() ? Optional.empty() : chunks.manifest(previous.get());
    this.previous = manifest.map(Previous::new).orElse(null);
  }

  /// A place in an open local file where a chunk is said to be.
  final class Source {
    private final Content content;
    private final DiskFile file;
    private final long offset;

    /// Index in the previous version of the chunk after those seen so far; negative elsewhere.
    private int next;

    private long length;

    private Source(Content content, DiskFile file, long offset, int index, int length) {
      this.content = content;
      this.file = file;
      this.offset = offset;
      this.next = index + 1;
      this.length = length;
    }

    DiskFile file() {
      return file;
    }

    long offset() {
      return offset;
    }

    /// Whether the chunk follows there, too; if so it is added to what this source spans.
    boolean goesOn(Blake3 hash) throws IOException {
      if (next > 0 && previous != null) {
        return previous.hashIs(next, hash) && next++ > 0;
      }
      Optional<Place> place = chunks.locate(hash);
      boolean adjacent =
          place.isPresent()
              && place.get().content().equals(content)
              && place.get().offset() == offset + length;
      if (adjacent) length += place.get().length();
      return adjacent;
    }
  }

  @Nullable Source find(Blake3 hash) throws IOException {
    int index = previous == null ? -1 : previous.find(hash);
    if (previous != null && index >= 0) {
      Content content = previous.manifest.content();
      Optional<DiskFile> file = file(content);
      if (file.isPresent()) {
        return new Source(content, file.get(), previous.manifest.offset(index), index, 0);
      }
    }
    Optional<Place> place = chunks.locate(hash);
    if (place.isEmpty()) return null;
    Content content = place.get().content();
    return file(content)
        .map(file -> new Source(content, file, place.get().offset(), -1, place.get().length()))
        .orElse(null);
  }

  /// The source was not what it seemed: it is not opened again.
  void distrust(Source source) throws IOException {
    source.file.close();
    open.put(source.content, Optional.empty());
  }

  private Optional<DiskFile> file(Content content) throws IOException {
    if (!open.containsKey(content)) {
      if (open.size() >= OPEN_MAX) close();
      open.put(content, local.open(content));
    }
    return open.get(content);
  }

  @Override
  public void close() throws IOException {
    for (Optional<DiskFile> file : open.values()) {
      if (file.isPresent()) file.get().close();
    }
    open.clear();
  }

  /// The chunks of the previous version by their hash: an open hash table of indexes, as a manifest
  /// may have millions of them.
  private static final class Previous {
    final Manifest manifest;
    private final int[] slots;

    Previous(Manifest manifest) {
      this.manifest = manifest;
      slots = new int[Integer.highestOneBit(Math.max(manifest.count(), 1)) * 4];
      for (int i = 0; i < manifest.count(); i++) {
        int slot = slot(manifest.hash(i));
        while (slots[slot] != 0 && !hashIs(slots[slot] - 1, manifest.hash(i))) {
          slot = slot + 1 & slots.length - 1;
        }
        if (slots[slot] == 0) slots[slot] = i + 1;
      }
    }

    boolean hashIs(int index, Blake3 hash) {
      return index < manifest.count() && manifest.hash(index).equals(hash);
    }

    int find(Blake3 hash) {
      for (int slot = slot(hash); slots[slot] != 0; slot = slot + 1 & slots.length - 1) {
        if (hashIs(slots[slot] - 1, hash)) return slots[slot] - 1;
      }
      return -1;
    }

    private int slot(Blake3 hash) {
      return (int) hash.a() & slots.length - 1;
    }
  }
}
