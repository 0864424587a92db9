package lockstep.base;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/// One directory tree of a file system, seen from its root: the only door to a user's files.
///
/// Paths never leave the root and **no symbolic link is ever followed**, neither the last component
/// nor one on the way: a path that meets one fails with an `IOException`. What a crash may undo is
/// said at each method: names are durable after [#syncDirectory], bytes after [DiskFile#sync], both
/// after [#syncAll]. Thread-safe.
public interface Disk extends AutoCloseable {
  /// What stands at a path.
  enum Kind {
    FILE,
    DIRECTORY,
    SYMLINK,
    /// Device, socket, pipe: never synced.
    OTHER
  }

  /// What `lstat` says.
  ///
  /// @param size bytes; of a file only
  /// @param modifiedNanos nanoseconds since 1970, as are all times here
  /// @param changedNanos time of the last change of the inode; 0 where the platform has none
  /// @param mode permission bits, set-id and sticky bits included (07777)
  /// @param device number of the file system
  /// @param links hard links
  record Stat(
      Kind kind,
      long size,
      long modifiedNanos,
      long changedNanos,
      int mode,
      long device,
      long inode,
      int links) {
    /// The same with other permission bits.
    public Stat withMode(int other) {
      return new Stat(kind, size, modifiedNanos, changedNanos, other, device, inode, links);
    }
  }

  /// An entry of a directory.
  ///
  /// @param name as the disk spells it; where `representable` is false (no UTF-8), a best effort
  ///   for messages that names no file
  record Listed(String name, boolean representable, Stat stat) {}

  /// Empty when nothing stands there (or a parent is missing).
  Optional<Stat> stat(RelPath path) throws IOException;

  /// All entries but `.` and `..`, in no order. Fails, never answers partly, when the directory
  /// cannot be read to its end. Entries that vanish meanwhile are left out.
  List<Listed> list(RelPath directory) throws IOException;

  /// Opens a regular file for reading.
  ///
  /// @throws java.nio.file.NoSuchFileException if there is none
  DiskFile open(RelPath path) throws IOException;

  /// Opens an existing regular file for reading and writing.
  DiskFile openForWriting(RelPath path) throws IOException;

  /// Creates a file that did not exist, open for reading and writing.
  ///
  /// @throws java.nio.file.FileAlreadyExistsException if something stands there
  DiskFile create(RelPath path, int mode) throws IOException;

  /// @throws java.nio.file.FileAlreadyExistsException if something stands there
  void makeDirectory(RelPath path, int mode) throws IOException;

  /// @throws java.nio.file.FileAlreadyExistsException if something stands there
  void makeSymlink(RelPath path, String target) throws IOException;

  String readSymlink(RelPath path) throws IOException;

  /// Moves in one atomic step to a name that must be free; works for files, links and whole
  /// directories.
  ///
  /// @throws java.nio.file.FileAlreadyExistsException if `to` is taken; nothing has changed then
  void rename(RelPath from, RelPath to) throws IOException;

  /// Swaps two existing names in one atomic step.
  ///
  /// @throws UnsupportedOperationException where the file system cannot; see [#canExchange]
  void exchange(RelPath a, RelPath b) throws IOException;

  /// Whether [#exchange] works here.
  boolean canExchange();

  /// Removes a file, a link or an empty directory.
  ///
  /// @throws java.nio.file.DirectoryNotEmptyException if it holds anything
  void remove(RelPath path) throws IOException;

  /// Sets the permission bits (07777) of a file or directory.
  void setMode(RelPath path, int mode) throws IOException;

  /// Sets the modification time of a file.
  void setModified(RelPath path, long nanos) throws IOException;

  /// Makes the names in one directory durable.
  ///
  /// @throws DurabilityException if the disk did not confirm
  void syncDirectory(RelPath directory) throws IOException;

  /// Makes everything written to this file system durable: cheaper than syncing many small files
  /// one by one.
  ///
  /// @throws DurabilityException if the disk did not confirm
  void syncAll() throws IOException;

  /// Bytes that this user can still write.
  long usableBytes() throws IOException;

  /// Whether some process has the file open for writing; empty where that cannot be found out.
  default Optional<Boolean> isBeingWritten(RelPath path) throws IOException {
    return Optional.empty();
  }

  /// Which names this disk takes for one.
  default Folding folding() {
    return Folding.NONE;
  }

  /// How the disk itself spells what it finds under a name: otherwise than asked where it takes
  /// several names for one. The name as asked where nothing stands.
  default RelPath spelled(RelPath path) throws IOException {
    return path;
  }

  /// Releases what the adapter holds; the disk is not used afterwards. Open files stay open.
  @Override
  default void close() throws IOException {}
}
