package lockstep.recovery;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import lockstep.base.Disk;
import lockstep.base.DiskFile;
import lockstep.base.RelPath;

/// Finds out whether a file system takes bytes again after it did not: by writing some, since a
/// quota or a read-only mount shows in no number.
final class Room {
  private static final String NAME = "probe";

  private Room() {}

  /// @param whose disk, for the message
  static void probe(String whose, Disk disk, RelPath directory, long bytes) throws IOException {
    if (disk.usableBytes() < bytes) {
      long megabytes = (bytes + 999_999) / 1_000_000;
      throw new IOException(
          "the disk of %s is full: %d MB are needed; it goes on by itself once there is room"
              .formatted(whose, megabytes));
    }
    RelPath probe = directory.resolve(NAME);
    remove(disk, probe);
    try (DiskFile file = disk.create(probe, 0600)) {
      byte[] some = new byte[4096];
      file.write(some, 0, some.length, 0);
    } finally {
      remove(disk, probe);
    }
  }

  private static void remove(Disk disk, RelPath probe) throws IOException {
    try {
      disk.remove(probe);
    } catch (NoSuchFileException none) {
      // usual
    }
  }
}
