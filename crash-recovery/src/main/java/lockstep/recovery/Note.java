package lockstep.recovery;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.Optional;
import lockstep.base.Blake3;
import lockstep.base.Disk;
import lockstep.base.DiskFile;
import lockstep.base.RelPath;

/// A short line that is overwritten in place, often and without a sync. One that a crash tore or
/// took reads as none, so nothing may depend on it alone.
final class Note {
  private static final int BYTES = 256;

  private Note() {}

  /// @param text up to 180 ASCII characters
  static void write(Disk disk, RelPath path, String text) throws IOException {
    String line = text + " " + Blake3.of(text.getBytes(US_ASCII));
    byte[] bytes = (line + " ".repeat(BYTES - 1 - line.length()) + "\n").getBytes(US_ASCII);
    try (DiskFile file = open(disk, path)) {
      file.write(bytes, 0, bytes.length, 0);
    }
  }

  private static DiskFile open(Disk disk, RelPath path) throws IOException {
    try {
      return disk.create(path, 0600);
    } catch (FileAlreadyExistsException e) {
      return disk.openForWriting(path);
    }
  }

  static Optional<String> read(Disk disk, RelPath path) throws IOException {
    byte[] bytes = new byte[BYTES];
    int length;
    try (DiskFile file = disk.open(path)) {
      length = Math.max(0, file.read(bytes, 0, BYTES, 0));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
    String line = new String(bytes, 0, length, US_ASCII).strip();
    int end = Math.max(0, line.lastIndexOf(' '));
    String text = line.substring(0, end);
    return line.substring(end).strip().equals(Blake3.of(text.getBytes(US_ASCII)).toString())
        ? Optional.of(text)
        : Optional.empty();
  }
}
