package lockstep.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.Callable;
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
  void up_opens_a_window_where_there_is_a_display_and_takes_it_along() throws Exception {
    try (var device = new ProcessDevice(directory, "studio")) {
      Process up = device.up(window("echo $$ > " + directory + "/pid; exec sleep 600"));

      await(() -> Files.exists(directory.resolve("pid")) && read("up").contains("join"));
      assertThat(read("window")).isEqualTo("--home " + device.home + " ui\n");
      ProcessHandle window = ProcessHandle.of(Long.parseLong(read("pid").strip())).orElseThrow();
      up.destroy(); // SIGTERM

      assertThat(up.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(up.exitValue()).isZero();
      window.onExit().get(60, TimeUnit.SECONDS);
    }
  }

  @Test
  void up_goes_without_a_window_if_told_to_or_if_none_can_be_opened() throws Exception {
    try (var device = new ProcessDevice(directory, "studio")) {
      Process up = device.up(window("exec sleep 600"), "--headless");
      await(() -> read("up").contains("join"));
      device.ok("stop");
      assertThat(up.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(directory.resolve("window")).doesNotExist();

      Process again = device.up(directory.resolve("no such program"));
      await(() -> read("up").contains("cannot open the desktop window"));
      device.ok("status");
      device.ok("stop");
      assertThat(again.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(again.exitValue()).isZero();
    }
  }

  /// A program in the place of the window, which notes what it was asked.
  private Path window(String then) throws IOException {
    Path script = directory.resolve("opens windows");
    Files.writeString(script, "#!/bin/sh\necho \"$@\" > '" + directory + "/window'\n" + then);
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
    return script;
  }

  private String read(String name) throws IOException {
    Path file = directory.resolve(name);
    return Files.exists(file) ? Files.readString(file) : "";
  }

  private static void await(Callable<Boolean> condition) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (!condition.call()) {
      assertThat(System.nanoTime()).as("patience").isLessThan(end);
      Thread.sleep(50);
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
