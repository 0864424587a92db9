package lockstep.recovery;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Objects;
import java.util.regex.Pattern;
import lockstep.base.Disk;
import lockstep.base.DiskFile;
import lockstep.base.RelPath;

/// Finds out whether a file system takes bytes again after it did not: by writing some, since a
/// quota or a read-only mount shows in no number.
final class Room {
  private static final String NAME = "probe";

  /// ENOSPC and EDQUOT, as systems put them.
  private static final Pattern NO_ROOM = Pattern.compile("(?i)no space|not enough space|quota");

  private Room() {}

  /// @param whose disk, for the message
  static void probe(String whose, Disk disk, RelPath directory, long bytes) throws IOException {
    require(whose, disk, bytes);
    try {
      writeSome(disk, directory);
    } catch (FileSystemException e) {
      String reason = Objects.requireNonNullElse(e.getReason(), "");
      throw NO_ROOM.matcher(reason).find() ? noRoom(whose, bytes) : e;
    }
  }

  static void require(String whose, Disk disk, long bytes) throws IOException {
    if (disk.usableBytes() < bytes) {
      throw noRoom(whose, bytes);
    }
  }

  private static NoRoomException noRoom(String whose, long bytes) {
    long megabytes = (bytes + 999_999) / 1_000_000;
    return new NoRoomException(
        "the disk of %s is full: %d MB are needed; it goes on by itself once there is room"
            .formatted(whose, megabytes),
        bytes);
  }

  private static void writeSome(Disk disk, RelPath directory) throws IOException {
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
