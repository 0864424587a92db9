package lockstep.recovery;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import lockstep.base.CorruptStoreException;
import lockstep.base.Disk;
import lockstep.base.RelPath;

/// The file `.lockstep/folder`: a line with the format's version, then the text.
final class Marker {
  private static final String FILE = "folder";
  private static final String FIRST_LINE = "lockstep-folder 1.0\n";
  private static final Pattern VERSIONED =
      Pattern.compile("lockstep-folder ([0-9]{1,9})\\.[0-9]+\n(.*)\n", Pattern.DOTALL);
  private static final int BYTES_MAX = 64 << 10;

  /// Read at first: no marker that Lockstep writes is longer, and it is read before every change.
  private static final int BYTES_USUAL = 1 << 10;

  private static final int MAJOR = 1;

  private Marker() {}

  static void write(Disk disk, RelPath home, String text) throws IOException {
    byte[] bytes = (FIRST_LINE + text + "\n").getBytes(UTF_8);
    if (bytes.length > BYTES_MAX) {
      throw new IllegalArgumentException("a marker of " + bytes.length + " bytes");
    }
    SmallFile.write(disk, home.resolve(FILE), bytes);
  }

  static Optional<String> read(Disk disk, RelPath home) throws IOException {
    RelPath path = home.resolve(FILE);
    Optional<byte[]> bytes = SmallFile.read(disk, path, BYTES_USUAL, BYTES_MAX);
    return bytes.isPresent()
        ? Optional.of(text(path, new String(bytes.get(), UTF_8)))
        : Optional.empty();
  }

  static String text(RelPath path, String file) throws IOException {
    Matcher text = VERSIONED.matcher(file);
    if (!text.matches()) {
      throw new CorruptStoreException(path + " is damaged; remove it and join the folder again");
    }
    if (Integer.parseInt(text.group(1)) > MAJOR) {
      throw new IOException(path + " was written by a newer Lockstep; update Lockstep");
    }
    return text.group(2);
  }
}
