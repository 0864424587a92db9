package lockstep.recovery;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import lockstep.base.Disk;
import lockstep.base.RelPath;

/// Gives a file or directory another spelling of its name, on a disk that takes the two for one and
/// therefore (Linux does) for no change. So it goes away and comes back: by way of a place in
/// Lockstep's directory that says what it is to be called, if a crash should come in between.
final class Respelling {
  private static final RelPath PLACE = RelPath.of(RelPath.RESERVED + "/respelling");
  private static final String ITEM = "=";
  private static final int NAME_MAX = 200;
  private static final int EXTENSION_MAX = 16;

  private final Disk disk;

  Respelling(Disk disk) {
    this.disk = disk;
  }

  /// @throws java.nio.file.FileAlreadyExistsException if somebody took the name meanwhile: what
  ///   stood there is beside it now, for its old name is the same
  void respell(RelPath from, RelPath to) throws IOException {
    List<RelPath> way = way(to);
    for (RelPath directory : way) {
      Workspace.ensureDirectory(disk, directory);
    }
    RelPath item = way.getLast().resolve(ITEM);
    disk.rename(from, item);
    try {
      disk.rename(item, to);
    } catch (IOException e) {
      bring(item, from);
      remove(way);
      throw e;
    }
    disk.syncDirectory(to.parent()); // or a crash might keep only that the way is gone
    remove(way);
  }

  private void remove(List<RelPath> way) throws IOException {
    for (RelPath directory : way.reversed()) {
      disk.remove(directory);
    }
  }

  /// The directories that, one in the other, spell where an item belongs.
  private static List<RelPath> way(RelPath to) {
    String code = Base64.getUrlEncoder().withoutPadding().encodeToString(to.utf8());
    var way = new ArrayList<>(List.of(PLACE));
    for (int at = 0; at < code.length(); at += NAME_MAX) {
      String part = code.substring(at, Math.min(at + NAME_MAX, code.length()));
      way.add(way.getLast().resolve(part));
    }
    return way;
  }

  /// Ends what a crash has cut off.
  void settle() throws IOException {
    if (disk.stat(PLACE).isPresent()) {
      settle(PLACE, "");
    }
  }

  private void settle(RelPath directory, String code) throws IOException {
    for (Disk.Listed listed : disk.list(directory)) {
      RelPath path = directory.resolve(listed.name());
      if (listed.name().equals(ITEM)) {
        bringBack(path, code);
      } else {
        settle(path, code + listed.name());
      }
    }
    disk.remove(directory);
  }

  private void bringBack(RelPath item, String code) throws IOException {
    byte[] utf8 = Base64.getUrlDecoder().decode(code.getBytes(StandardCharsets.US_ASCII));
    bring(item, RelPath.fromUtf8(utf8));
  }

  /// To its place, or beside it if that is taken, or to the top if its directory is gone.
  private void bring(RelPath item, RelPath place) throws IOException {
    try {
      bringTo(item, place);
    } catch (FileAlreadyExistsException e) {
      bringBeside(item, place.parent(), extension(place.name()));
    } catch (NoSuchFileException e) {
      bringBeside(item, RelPath.ROOT, extension(place.name()));
    }
  }

  private void bringBeside(RelPath item, RelPath directory, String extension) throws IOException {
    for (int number = 1; ; number++) {
      try {
        bringTo(item, directory.resolve("recovered " + number + extension));
        return;
      } catch (FileAlreadyExistsException e) {
        continue;
      }
    }
  }

  private void bringTo(RelPath item, RelPath place) throws IOException {
    disk.rename(item, place);
    disk.syncDirectory(place.parent());
  }

  private static String extension(String name) {
    int dot = name.lastIndexOf('.');
    return dot > 0 && name.length() - dot <= EXTENSION_MAX ? name.substring(dot) : "";
  }
}
