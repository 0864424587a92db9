package lockstep.sync;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import lockstep.testkit.Host;

/// A real exFAT file system, as on a memory stick, in an image file: it folds case, and has neither
/// links nor modes, neither an exchange nor a rename that replaces nothing. Mounted by way of FUSE,
/// which more kernels have than exFAT. Needs the right to mount.
final class FoldingDisk implements AutoCloseable {
  private static final long BYTES = 64L << 20;

  private final String device;
  private final Path root;

  private FoldingDisk(String device, Path root) {
    this.device = device;
    this.root = root;
  }

  /// Makes the file system and mounts it.
  static FoldingDisk mount(Path image, Path root) throws IOException {
    try (var file = new RandomAccessFile(image.toFile(), "rw")) {
      file.setLength(BYTES);
    }
    Host.run(Host.need("mkfs.exfat", "exfatprogs"), image.toString());
    String mounter = Host.need("mount.exfat-fuse", "exfat-fuse");
    String device = Host.run("losetup", "--find", "--show", image.toString());
    var disk = new FoldingDisk(device, Files.createDirectories(root));
    try {
      Host.run(mounter, device, root.toString());
      return disk;
    } catch (IOException e) {
      Host.run("losetup", "--detach", device);
      throw e;
    }
  }

  @Override
  public void close() throws IOException {
    Host.run("umount", "--lazy", root.toString());
    Host.run("losetup", "--detach", device);
  }
}
