package lockstep.base;

import java.io.IOException;

/// An open regular file of a [Disk]. Positions are absolute, so one file may be used by several
/// threads.
public interface DiskFile extends AutoCloseable {
  /// Reads up to `length` bytes from `position` into `buffer` at `offset`; fewer at the end of the
  /// file.
  ///
  /// @return bytes read, -1 at or past the end
  int read(byte[] buffer, int offset, int length, long position) throws IOException;

  /// Writes all `length` bytes at `position`, growing the file where needed.
  void write(byte[] buffer, int offset, int length, long position) throws IOException;

  /// Copies `length` bytes of `source` without passing them through this process where the platform
  /// can (reflink, `copy_file_range`).
  ///
  /// @throws java.io.EOFException if the source is too short
  void copyFrom(DiskFile source, long sourcePosition, long position, long length)
      throws IOException;

  /// Sets the length.
  void truncate(long size) throws IOException;

  /// What `fstat` says: of the open inode, whatever its name is now.
  Disk.Stat stat() throws IOException;

  void setMode(int mode) throws IOException;

  void setModified(long nanos) throws IOException;

  /// Makes the bytes and the length durable (not the name).
  ///
  /// @throws DurabilityException if the disk did not confirm
  void sync() throws IOException;

  @Override
  void close() throws IOException;
}
