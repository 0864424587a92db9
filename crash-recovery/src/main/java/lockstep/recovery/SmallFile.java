package lockstep.recovery;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.Arrays;
import java.util.Optional;
import lockstep.base.Disk;
import lockstep.base.DiskFile;
import lockstep.base.RelPath;

/// A small file that is replaced as a whole. Where the disk cannot exchange names, a crash may
/// leave its new bytes under another name for the old, which then is read too.
final class SmallFile {
  private SmallFile() {}

  /// Durable on return; a crash before that leaves the old bytes or the new ones.
  static void write(Disk disk, RelPath path, byte[] bytes) throws IOException {
    RelPath fresh = fresh(path);
    removeIfPresent(disk, fresh);
    try (DiskFile file = disk.create(fresh, 0600)) {
      file.write(bytes, 0, bytes.length, 0);
      file.sync();
    }
    if (disk.stat(path).isEmpty()) {
      disk.rename(fresh, path);
    } else {
      replace(disk, fresh, path);
    }
    disk.syncDirectory(path.parent());
  }

  private static void replace(Disk disk, RelPath fresh, RelPath path) throws IOException {
    if (disk.canExchange()) {
      disk.exchange(fresh, path);
      disk.remove(fresh);
    } else {
      disk.remove(path); // a crash here leaves `fresh`
      disk.rename(fresh, path);
    }
  }

  /// @param usual bytes read at first: few files are longer
  /// @param most bytes read at all
  static Optional<byte[]> read(Disk disk, RelPath path, int usual, int most) throws IOException {
    Optional<byte[]> bytes = readFile(disk, path, usual, most);
    return bytes.isPresent() || disk.canExchange()
        ? bytes
        : readFile(disk, fresh(path), usual, most);
  }

  private static Optional<byte[]> readFile(Disk disk, RelPath path, int usual, int most)
      throws IOException {
    try (DiskFile file = disk.open(path)) {
      byte[] bytes = new byte[usual];
      int length = Math.max(0, file.read(bytes, 0, usual, 0));
      return Optional.of(length < usual ? Arrays.copyOf(bytes, length) : readOn(file, bytes, most));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  private static byte[] readOn(DiskFile file, byte[] begun, int most) throws IOException {
    byte[] bytes = Arrays.copyOf(begun, most);
    int length = begun.length;
    for (int read = 0; length < most && read >= 0; length += Math.max(0, read)) {
      read = file.read(bytes, length, most - length, length);
    }
    return Arrays.copyOf(bytes, length);
  }

  /// Takes it away with what a crash left of a write, if there is any of it; durable on return.
  static void remove(Disk disk, RelPath path) throws IOException {
    if (disk.stat(path.parent()).isPresent()) {
      removeIfPresent(disk, fresh(path));
      removeIfPresent(disk, path);
      disk.syncDirectory(path.parent());
    }
  }

  private static RelPath fresh(RelPath path) {
    return path.parent().resolve(path.name() + ".new");
  }

  private static void removeIfPresent(Disk disk, RelPath path) throws IOException {
    try {
      disk.remove(path);
    } catch (NoSuchFileException absent) {
      // nothing was left over
    }
  }
}
