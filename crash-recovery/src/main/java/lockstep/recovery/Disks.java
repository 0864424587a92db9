package lockstep.recovery;

import java.io.IOException;
import java.nio.file.Path;
import lockstep.base.Disk;

/// The way to the file system of this computer.
public final class Disks {
  private Disks() {}

  /// Opens the tree below a directory that exists; `root` itself may be reached through links.
  public static Disk open(Path root) throws IOException {
    return new NioDisk(root);
  }
}
