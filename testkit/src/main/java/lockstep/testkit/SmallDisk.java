package lockstep.testkit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// A small disk of a test's own, in memory; needs the right to mount one.
///
/// @param root where it is mounted
public record SmallDisk(Path root) implements AutoCloseable {
  /// @param root made if it does not exist
  public static SmallDisk mount(Path root, int megabytes) throws IOException {
    Files.createDirectories(root);
    Host.run("mount", "-t", "tmpfs", "-o", "size=" + megabytes + "m", "small", root.toString());
    return new SmallDisk(root);
  }

  /// Gives it free even if something still uses it.
  @Override
  public void close() throws IOException {
    Host.run("umount", "-l", root.toString());
  }
}
