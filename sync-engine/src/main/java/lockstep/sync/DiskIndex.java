package lockstep.sync;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import lockstep.base.Blake3;
import lockstep.base.Content;
import lockstep.base.Disk;
import lockstep.base.RelPath;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.MVStoreException;
import org.jspecify.annotations.Nullable;

/// What was hashed before, so that a restart reads no file twice: path, `lstat` signature, content.
/// All of it can be found out again by reading the files, so a lost or damaged index costs time and
/// nothing else. Written behind, in batches. Owned by one thread.
final class DiskIndex implements AutoCloseable {
  private static final int BYTES = 8 * 5 + Blake3.LENGTH;
  private static final int CACHE_MIB = 2;

  /// None if the index is only in memory.
  private final @Nullable Path file;

  private final MVStore store;
  private final MVMap<String, byte[]> files;
  private boolean lost;

  private DiskIndex(@Nullable Path file, MVStore store) {
    this.file = file;
    this.store = store;
    this.files = store.openMap("files");
  }

  /// Opens or creates the index; one that cannot be read is replaced by an empty one.
  static DiskIndex open(Path file) throws IOException {
    try {
      return new DiskIndex(file, store(file));
    } catch (MVStoreException | IllegalStateException e) {
      Files.deleteIfExists(file);
      return afresh(file);
    }
  }

  private static DiskIndex afresh(Path file) {
    try {
      return new DiskIndex(file, store(file));
    } catch (MVStoreException | IllegalStateException full) {
      return inMemory();
    }
  }

  /// An index that ends with the process.
  static DiskIndex inMemory() {
    return new DiskIndex(null, new MVStore.Builder().autoCommitDisabled().open());
  }

  private static MVStore store(Path file) {
    return new MVStore.Builder()
        .fileName(file.toString())
        .cacheSize(CACHE_MIB)
        .autoCommitDisabled()
        .open();
  }

  /// The content that a file had when it looked like `now`, if it still does.
  Optional<Content> content(RelPath path, Disk.Stat now) {
    byte[] bytes = lost ? null : bytesOf(path);
    if (bytes == null || bytes.length != BYTES) {
      return Optional.empty();
    }
    var in = ByteBuffer.wrap(bytes);
    boolean same =
        in.getLong() == now.size()
            && in.getLong() == now.modifiedNanos()
            && in.getLong() == now.changedNanos()
            && in.getLong() == now.inode()
            && in.getLong() == now.device();
    return same
        ? Optional.of(new Content(now.size(), Blake3.fromBytes(bytes, BYTES - Blake3.LENGTH)))
        : Optional.empty();
  }

  private byte @Nullable [] bytesOf(RelPath path) {
    try {
      return files.get(path.toString());
    } catch (RuntimeException e) {
      drop();
      return null;
    }
  }

  /// A full or failing disk ends the index for this run (H2 says so in many ways); the next begins
  /// a new one and hashes what it needs.
  private void drop() {
    lost = true;
    store.closeImmediately();
    try {
      if (file != null) Files.deleteIfExists(file);
    } catch (IOException e) {
      // what is left of it is found damaged at the next start
    }
  }

  /// Takes in what changed; an empty value means that the file is gone.
  void write(Map<RelPath, Optional<Observed>> changes) {
    if (!lost) {
      try {
        put(changes);
      } catch (RuntimeException e) {
        drop();
      }
    }
  }

  private void put(Map<RelPath, Optional<Observed>> changes) {
    changes.forEach(
        (path, observed) -> {
          if (observed.isPresent()
              && observed.get().node() instanceof lockstep.base.Node.File file) {
            files.put(path.toString(), bytes(observed.get().stat(), file.content()));
          } else {
            files.remove(path.toString());
          }
        });
    store.commit();
  }

  private static byte[] bytes(Disk.Stat stat, Content content) {
    return ByteBuffer.allocate(BYTES)
        .putLong(stat.size())
        .putLong(stat.modifiedNanos())
        .putLong(stat.changedNanos())
        .putLong(stat.inode())
        .putLong(stat.device())
        .put(content.root().bytes())
        .array();
  }

  @Override
  public void close() {
    try {
      store.close();
    } catch (RuntimeException e) {
      drop();
    }
  }
}
