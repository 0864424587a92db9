package lockstep.recovery;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import lockstep.base.CorruptStoreException;
import lockstep.base.Disk;
import lockstep.base.DiskFile;
import lockstep.base.RelPath;

/// The file `.lockstep/folder`: a line with the format's version, then the text.
final class Marker {
  private static final String FILE = "folder";
  private static final String FRESH = "folder.new";
  private static final String FIRST_LINE = "lockstep-folder 1.0\n";
  private static final Pattern VERSIONED =
      Pattern.compile("lockstep-folder ([0-9]{1,9})\\.[0-9]+\n(.*)\n", Pattern.DOTALL);
  private static final int BYTES_MAX = 64 << 10;

  /// Read at first: no marker that Lockstep writes is longer, and it is read before every change.
  private static final int BYTES_USUAL = 1 << 10;

  private static final int MAJOR = 1;

  private Marker() {}

  static void write(Disk disk, RelPath home, String text) throws IOException {
    RelPath fresh = home.resolve(FRESH);
    RelPath marker = home.resolve(FILE);
    removeIfPresent(disk, fresh);
    byte[] bytes = (FIRST_LINE + text + "\n").getBytes(UTF_8);
    if (bytes.length > BYTES_MAX) {
      throw new IllegalArgumentException("a marker of " + bytes.length + " bytes");
    }
    try (DiskFile file = disk.create(fresh, 0600)) {
      file.write(bytes, 0, bytes.length, 0);
      file.sync();
    }
    if (disk.stat(marker).isEmpty()) {
      disk.rename(fresh, marker);
    } else {
      replace(disk, fresh, marker);
    }
    disk.syncDirectory(home);
  }

  private static void replace(Disk disk, RelPath fresh, RelPath marker) throws IOException {
    if (disk.canExchange()) {
      disk.exchange(fresh, marker);
      disk.remove(fresh);
    } else {
      disk.remove(marker); // a crash here leaves `fresh`, which is read too
      disk.rename(fresh, marker);
    }
  }

  static Optional<String> read(Disk disk, RelPath home) throws IOException {
    Optional<String> marker = readFile(disk, home.resolve(FILE));
    return marker.isPresent() || disk.canExchange() ? marker : readFile(disk, home.resolve(FRESH));
  }

  private static Optional<String> readFile(Disk disk, RelPath path) throws IOException {
    byte[] bytes = new byte[BYTES_USUAL];
    int length;
    try (DiskFile file = disk.open(path)) {
      length = Math.max(0, file.read(bytes, 0, bytes.length, 0));
      if (length == bytes.length) {
        bytes = new byte[BYTES_MAX];
        length = Math.max(0, file.read(bytes, 0, bytes.length, 0));
      }
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
    Matcher text = VERSIONED.matcher(new String(bytes, 0, length, UTF_8));
    if (!text.matches()) {
      throw new CorruptStoreException(path + " is damaged; remove it and join the folder again");
    }
    if (Integer.parseInt(text.group(1)) > MAJOR) {
      throw new IOException(path + " was written by a newer Lockstep; update Lockstep");
    }
    return Optional.of(text.group(2));
  }

  private static void removeIfPresent(Disk disk, RelPath path) throws IOException {
    try {
      disk.remove(path);
    } catch (NoSuchFileException absent) {
      // nothing was left over
    }
  }
}
