package lockstep.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The program as processes: what only shows from outside.
class ProcessTest {
  @TempDir private Path directory;

  @Test
  void a_signal_ends_the_daemon_cleanly() throws Exception {
    try (var device = new ProcessDevice(directory, "studio")) {
      assertThat(device.start()).startsWith("ready peer=12D3KooW");

      device.daemon().destroy(); // SIGTERM

      assertThat(device.daemon().waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(device.daemon().exitValue()).isZero();
      assertThat(new Home(device.home).api()).doesNotExist();
      assertThat(directory.resolve("daemon.err")).hasContent("");
    }
  }

  @Test
  void stop_returns_when_the_daemon_has_exited_also_one_started_after_a_crash() throws Exception {
    try (var device = new ProcessDevice(directory, "studio")) {
      device.start();
      device.daemon().destroyForcibly().waitFor();
      assertThat(device.run("status").exitCode()).isEqualTo(3);

      device.start();
      device.ok("stop");

      // the lock that `stop` waits for is let go in the last moment of the process
      assertThat(device.daemon().waitFor(1, TimeUnit.SECONDS)).isTrue();
      assertThat(device.daemon().exitValue()).isZero();
    }
  }

  @Test
  void two_devices_share_a_folder_by_an_invitation() throws Exception {
    try (var studio = new ProcessDevice(directory.resolve("studio"), "studio");
        var laptop = new ProcessDevice(directory.resolve("laptop"), "laptop")) {
      studio.start();
      laptop.start();
      Files.createDirectories(studio.folder);
      Files.writeString(studio.folder.resolve("notes.txt"), "from the studio");
      studio.ok("folder", "add", studio.folder.toString(), "--name", "work");
      String code = studio.ok("invite", "work").lines().reduce("", (first, last) -> last);

      laptop.ok("join", code, laptop.folder.toString());
      laptop.ok("status", "--wait-synced", "60");
      assertThat(laptop.folder.resolve("notes.txt")).hasContent("from the studio");

      Files.writeString(laptop.folder.resolve("reply.txt"), "from the laptop");
      laptop.ok("status", "--wait-synced", "60");
      assertThat(studio.folder.resolve("reply.txt")).hasContent("from the laptop");
      assertThat(studio.run("join", code, directory.resolve("other").toString()).exitCode())
          .isEqualTo(1);
    }
  }
}
