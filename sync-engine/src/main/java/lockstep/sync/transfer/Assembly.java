package lockstep.sync.transfer;

import java.io.IOException;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import lockstep.base.Blake3;
import lockstep.base.DiskFile;
import lockstep.chunk.Manifest;
import lockstep.recovery.StagedFile;
import org.jspecify.annotations.Nullable;

/// The staged file of a content of many chunks, and which of them it holds. Chunks count only once
/// they were hashed: on the way from a peer into it, or within it, whoever had put them there.
/// Thread-safe.
final class Assembly implements PartialContents.Partial, AutoCloseable {
  /// Bytes read at once to be hashed.
  private static final int PIECE_BYTES = 1 << 20;

  private final Manifest manifest;
  private final StagedFile staged;
  private final ChunkMap map;

  /// Shared by those who read and write the file: it is closed only when all are out, or a reused
  /// descriptor might be read and another file's bytes sent to a peer.
  private final ReadWriteLock use = new ReentrantReadWriteLock();

  private boolean closed;

  Assembly(Manifest manifest, StagedFile staged) {
    this.manifest = manifest;
    this.staged = staged;
    this.map = new ChunkMap(manifest);
  }

  String id() {
    return staged.id();
  }

  Manifest manifest() {
    return manifest;
  }

  ChunkMap map() {
    return map;
  }

  /// Not to be used once [#close] was called.
  DiskFile file() {
    return staged.file();
  }

  /// The bytes from `first` on, `count` chunks of them.
  static long bytes(Manifest manifest, int first, int count) {
    int last = first + count - 1;
    return manifest.offset(last) + manifest.length(last) - manifest.offset(first);
  }

  /// Writes verified chunks; they count from [ChunkMap#hold] on.
  ///
  /// @return false if it is closed, and nothing was written
  boolean write(int first, byte[] bytes, int length) throws IOException {
    use.readLock().lock();
    try {
      if (closed) return false;
      staged.file().write(bytes, 0, length, manifest.offset(first));
      return true;
    } finally {
      use.readLock().unlock();
    }
  }

  @Override
  public byte[] blocks() {
    return map.heldBlocks().toByteArray();
  }

  @Override
  public boolean read(int first, int count, byte[] buffer) throws IOException {
    use.readLock().lock();
    try {
      if (closed || !map.holds(first, count)) return false;
      int length = (int) bytes(manifest, first, count);
      return DiskReads.fully(staged.file(), buffer, length, manifest.offset(first));
    } finally {
      use.readLock().unlock();
    }
  }

  /// Hashes what the staged file has in the place of these chunks, in one pass, and holds those
  /// that are right.
  void verify(int first, int count) throws IOException {
    byte[] piece = new byte[PIECE_BYTES];
    int end = first + count;
    for (int at = first; at < end; ) {
      int run = at;
      int length = 0;
      while (run < end && (run == at || length + manifest.length(run) <= piece.length)) {
        length += manifest.length(run++);
      }
      if (length > piece.length) piece = new byte[length];
      if (!DiskReads.fully(staged.file(), piece, length, manifest.offset(at))) return;
      holdRight(at, run, piece);
      at = run;
    }
  }

  private void holdRight(int first, int end, byte[] bytes) {
    int offset = 0;
    for (int i = first; i < end; i++) {
      int length = manifest.length(i);
      if (Blake3.of(bytes, offset, length).equals(manifest.hash(i))) map.hold(i, 1);
      offset += length;
    }
  }

  /// Leaves what is there for another time.
  @Override
  public void close() throws IOException {
    use.writeLock().lock();
    try {
      if (closed) return;
      closed = true;
      staged.close();
    } finally {
      use.writeLock().unlock();
    }
  }

  /// Closes where nothing depends on it: the bytes are verified again before they are used.
  static void closeQuietly(@Nullable Assembly assembly) {
    try {
      if (assembly != null) assembly.close();
    } catch (IOException e) {
      // what was not written will fail its hash
    }
  }
}
