package lockstep.sync;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.Arrays;
import java.util.Optional;
import lockstep.base.Disk;
import lockstep.base.DiskFile;
import lockstep.base.RelPath;
import lockstep.lease.LockMarker;

/// Reads the markers that stand beside files that are locked elsewhere.
final class LockMarkers {
  private LockMarkers() {}

  /// What the marker at a path says.
  ///
  /// @return empty if what stands there is none: a user's own file of such a name, or nothing
  static Optional<LockMarker> read(Disk disk, RelPath path, Disk.Stat stat) throws IOException {
    if (stat.kind() != Disk.Kind.FILE || stat.size() > LockMarker.BYTES_MAX) {
      return Optional.empty();
    }
    byte[] bytes = new byte[LockMarker.BYTES_MAX + 1];
    int length = 0;
    try (DiskFile file = disk.open(path)) {
      for (int read = 0; read >= 0 && length < bytes.length; ) {
        length += read;
        read = file.read(bytes, length, bytes.length - length, length);
      }
    } catch (NoSuchFileException gone) {
      return Optional.empty();
    }
    return LockMarker.decode(Arrays.copyOf(bytes, length)).filter(marker -> isOf(marker, path));
  }

  private static boolean isOf(LockMarker marker, RelPath path) {
    try {
      return LockMarker.pathOf(fileOf(marker, path)).equals(path);
    } catch (IllegalArgumentException impossible) {
      return false;
    }
  }

  /// The file that a marker stands beside.
  static RelPath fileOf(LockMarker marker, RelPath path) {
    return path.parent().resolve(marker.file());
  }
}
