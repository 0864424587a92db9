package lockstep.recovery;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import lockstep.base.Disk;
import lockstep.base.KernelCall;
import lockstep.base.TimeSource;

/// The way to the file system of this computer.
public final class Disks {
  private Disks() {}

  /// Opens the tree below a directory that exists; `root` itself may be reached through links.
  ///
  /// On Linux (x86-64 and ARM64) this is an adapter by system calls that keeps all the promises of
  /// [Disk]; the module needs native access for it (`--enable-native-access=lockstep.base`).
  /// Elsewhere it is one by `java.nio.file`, whose weaker promises are listed there.
  ///
  /// @throws java.nio.file.NotDirectoryException if something else stands there
  public static Disk open(Path root) throws IOException {
    if (KernelCall.isAvailable()) {
      Optional<Disk> disk = LinuxDisk.open(root);
      if (disk.isPresent()) {
        return disk.get();
      }
    }
    return new NioDisk(root);
  }

  /// The same disk, on which each name is found under its own spelling alone: where the disk folds
  /// case or Unicode forms, what it cannot hold is refused with a
  /// [lockstep.base.NameTakenException], and nothing is ever taken for something else.
  ///
  /// Makes Lockstep's directory where it is missing: it is asked for under other names.
  public static Disk exact(Disk disk, TimeSource time) throws IOException {
    return ExactDisk.on(disk, time);
  }
}
