package lockstep.recovery;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.stream.IntStream;
import lockstep.base.Blake3;
import lockstep.base.Disk;
import lockstep.base.DiskFile;
import lockstep.base.RelPath;

/// Two short lines, each overwritten in place, often. A crash may tear or take the one that is
/// being written, which reads as none then; never the other.
final class Note {
  private static final int LINES = 2;
  private static final int BYTES = 256;

  private Note() {}

  /// @param line the first or second, 0 or 1
  /// @param text up to 180 ASCII characters
  static void write(Disk disk, RelPath path, int line, String text) throws IOException {
    String signed = text + " " + Blake3.of(text.getBytes(US_ASCII));
    byte[] bytes = (signed + " ".repeat(BYTES - 1 - signed.length()) + "\n").getBytes(US_ASCII);
    try (DiskFile file = open(disk, path)) {
      file.write(bytes, 0, BYTES, (long) line * BYTES);
      file.sync();
    }
  }

  private static DiskFile open(Disk disk, RelPath path) throws IOException {
    try {
      DiskFile file = disk.create(path, 0600);
      disk.syncDirectory(path.parent());
      return file;
    } catch (FileAlreadyExistsException e) {
      return disk.openForWriting(path);
    }
  }

  /// The lines, empty where there is none.
  static List<String> read(Disk disk, RelPath path) throws IOException {
    byte[] bytes = new byte[LINES * BYTES];
    try (DiskFile file = disk.open(path)) {
      file.read(bytes, 0, bytes.length, 0);
    } catch (NoSuchFileException e) {
      // reads as empty lines
    }
    return IntStream.range(0, LINES).mapToObj(line -> line(bytes, line * BYTES)).toList();
  }

  private static String line(byte[] bytes, int from) {
    String line = new String(bytes, from, BYTES, US_ASCII).strip();
    int end = Math.max(0, line.lastIndexOf(' '));
    String text = line.substring(0, end);
    boolean isWhole =
        line.substring(end).strip().equals(Blake3.of(text.getBytes(US_ASCII)).toString());
    return isWhole ? text : "";
  }
}
