package lockstep.sync;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;

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
    run(need("mkfs.exfat", "exfatprogs"), image.toString());
    String mounter = need("mount.exfat-fuse", "exfat-fuse");
    String device = run("losetup", "--find", "--show", image.toString());
    var disk = new FoldingDisk(device, Files.createDirectories(root));
    try {
      run(mounter, device, root.toString());
      return disk;
    } catch (IOException e) {
      run("losetup", "--detach", device);
      throw e;
    }
  }

  private static String need(String program, String aptPackage) throws IOException {
    Path need = Path.of(System.getProperty("lockstep.root"), "build/need");
    String said = run(need.toString(), program, aptPackage);
    return said.substring(said.lastIndexOf('\n') + 1); // apt-get may have had its say
  }

  @Override
  public void close() throws IOException {
    run("umount", "--lazy", root.toString());
    run("losetup", "--detach", device);
  }

  private static String run(String... command) throws IOException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
    if (process.onExit().join().exitValue() != 0) {
      throw new IOException(String.join(" ", command) + ": " + said);
    }
    return said;
  }
}
