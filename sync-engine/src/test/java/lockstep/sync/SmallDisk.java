package lockstep.sync;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// A small disk of a test's own, in memory; needs the right to mount one.
record SmallDisk(Path root) implements AutoCloseable {
  static SmallDisk mount(Path root, int megabytes) throws IOException, InterruptedException {
    Files.createDirectories(root);
    run("mount", "-t", "tmpfs", "-o", "size=" + megabytes + "m", "small", root.toString());
    return new SmallDisk(root);
  }

  private static void run(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
  }

  @Override
  public void close() throws IOException {
    try {
      run("umount", "-l", root.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
