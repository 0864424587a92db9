package lockstep.sync;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.Optional;
import lockstep.base.Disk;
import lockstep.base.RelPath;

/// How much a folder's directory holds.
///
/// @param files of its user
/// @param bytes of these
/// @param all bytes of all files, the history included
/// @param room bytes that a copy of all takes, the history included
/// @param obstacle why it cannot be copied, if so
record Measure(long files, long bytes, long all, long room, Optional<String> obstacle) {
  private static final RelPath OWN = RelPath.of(RelPath.RESERVED);

  /// What file systems give space in, mostly.
  private static final long BLOCK = 4096;

  static Measure of(Disk disk) throws IOException {
    long device = disk.stat(RelPath.ROOT).map(Disk.Stat::device).orElse(0L);
    var walk = new Walk(disk, device);
    walk.directory(RelPath.ROOT);
    return new Measure(walk.files, walk.bytes, walk.all, walk.room, walk.obstacle);
  }

  /// Why an entry of a directory cannot be copied, if so.
  ///
  /// @param device that of the folder
  static Optional<String> obstacle(RelPath directory, Disk.Listed entry, long device) {
    String name = directory.isRoot() ? entry.name() : directory + "/" + entry.name();
    if (!entry.representable()) {
      return Optional.of("the name of '" + name + "' is no text");
    }
    if (entry.stat().kind() == Disk.Kind.OTHER) {
      return Optional.of("'" + name + "' is no file, directory or link");
    }
    return entry.stat().device() == device
        ? Optional.empty()
        : Optional.of("another disk is mounted at '" + name + "'");
  }

  private static final class Walk {
    private final Disk disk;
    private final long device;
    private long files;
    private long bytes;
    private long all;
    private long room;
    private Optional<String> obstacle = Optional.empty();

    Walk(Disk disk, long device) {
      this.disk = disk;
      this.device = device;
    }

    void directory(RelPath directory) throws IOException {
      try {
        for (Disk.Listed entry : disk.list(directory)) {
          note(directory, entry);
        }
      } catch (NoSuchFileException gone) {
        return;
      }
    }

    private void note(RelPath directory, Disk.Listed entry) throws IOException {
      Optional<String> problem = obstacle(directory, entry, device);
      if (problem.isPresent()) {
        obstacle = obstacle.or(() -> problem);
        return;
      }
      RelPath path = directory.resolve(entry.name());
      long size = entry.stat().size();
      all += size;
      room += BLOCK + Math.ceilDiv(size, BLOCK) * BLOCK;
      if (entry.stat().kind() == Disk.Kind.DIRECTORY) {
        directory(path);
      } else if (!path.startsWith(OWN)) {
        files++;
        bytes += size;
      }
    }
  }
}
