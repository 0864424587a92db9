package lockstep.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.OptionalLong;
import lockstep.sync.BandwidthLimits;
import lockstep.sync.HistoryLimits;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The life of a daemon.
class DaemonTest {
  @TempDir private Path directory;

  private Path home() {
    return directory.resolve("home");
  }

  @Test
  void the_ready_line_names_peer_and_api() throws Exception {
    try (TestDevice device = TestDevice.running(home())) {
      assertThat(device.daemon().readyLine())
          .matches("ready peer=12D3KooW\\w+ api=http://127\\.0\\.0\\.1:[0-9]+");
    }
  }

  @Test
  void a_second_daemon_on_one_home_is_refused() throws Exception {
    try (TestDevice device = TestDevice.running(home())) {
      var second = new TestDevice(home());

      assertThatThrownBy(second::start)
          .isInstanceOf(Failure.class)
          .hasMessageContaining("a daemon already runs for the home");
      assertThat(device.run("status").exitCode()).isZero();
    }
  }

  @Test
  void closing_frees_the_home_and_ends_the_engine() throws Exception {
    TestDevice device = TestDevice.running(home());

    device.close();

    assertThat(device.engine().isClosed()).isTrue();
    assertThat(device.home.api()).doesNotExist();
    assertThat(device.run("status").exitCode()).isEqualTo(3);
    try (var lock = HomeLock.tryAcquire(device.home.daemonLock()).orElseThrow()) {
      assertThat(lock).isNotNull();
    }
  }

  @Test
  void stop_asks_the_daemon_to_end_and_waits_for_it() throws Exception {
    TestDevice device = TestDevice.running(home());
    Thread main =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    device.daemon().awaitStop();
                    device.close();
                  } catch (IOException | InterruptedException e) {
                    Thread.currentThread().interrupt();
                  }
                });

    ApiClient.of(device.home).post(ApiClient.path("stop"), Views.object());

    assertThat(main.join(Duration.ofSeconds(10))).isTrue();
    assertThat(device.engine().isClosed()).isTrue();
  }

  @Test
  void the_local_network_is_searched_while_the_daemon_runs_and_not_with_no_mdns() throws Exception {
    TestDevice device = TestDevice.running(home());
    assertThat(device.discovering).hasValue(1);
    device.close();
    assertThat(device.discovering).hasValue(0);

    device.start(false);
    assertThat(device.discovering).hasValue(0);
    device.close();
  }

  @Test
  void what_a_killed_daemon_leaves_behind_does_not_count_as_running() throws Exception {
    TestDevice device = TestDevice.running(home());
    byte[] left = Files.readAllBytes(device.home.api());
    device.close();
    Files.write(device.home.api(), left);

    assertThat(device.run("status").exitCode()).isEqualTo(3);
    device.start();
    assertThat(device.run("status").exitCode()).isZero();
    device.close();
  }

  @Test
  void the_chosen_port_is_remembered_and_comments_stay() throws Exception {
    var device = new TestDevice(home());
    device.run("init", "--name", "studio");
    Files.writeString(device.home.settings(), "# mine\nother = 1\n", StandardOpenOption.APPEND);

    device.start();
    device.close();

    assertThat(device.home.settings())
        .content()
        .contains("# mine", "other = 1", "/ip4/0.0.0.0/tcp/4711");
    assertThat(Settings.read(device.home).listen())
        .containsExactly("/ip4/0.0.0.0/tcp/4711", "/ip6/::/tcp/4711");
    assertThat(Settings.read(device.home).name()).contains("studio");
  }

  @Test
  void how_much_history_is_kept_can_be_set() throws Exception {
    try (TestDevice device = TestDevice.running(home())) {
      assertThat(Settings.read(device.home).history()).isEqualTo(HistoryLimits.DEFAULT);

      Files.writeString(device.home.settings(), "[history]\nkeep-days = 7\nmax-percent = 25\n");
      assertThat(Settings.read(device.home).history())
          .isEqualTo(new HistoryLimits(Duration.ofDays(7), 25));

      Files.writeString(device.home.settings(), "[history]\nmax-percent = 250\n");
      assertThatThrownBy(() -> Settings.read(device.home).history())
          .isInstanceOf(IOException.class)
          .hasMessageContaining("history.max-percent");
    }
  }

  @Test
  void how_fast_files_come_and_go_can_be_set_for_always_and_by_the_hour() throws Exception {
    try (TestDevice device = TestDevice.running(home())) {
      assertThat(device.engine().limits()).isEqualTo(BandwidthLimits.NONE);
    }
    Files.writeString(
        new Home(home()).settings(),
        """

        [bandwidth]
        upload = "2 MB/s"
        [[bandwidth.schedule]]
        days = "daily"
        download = "500 kB/s"
        """,
        StandardOpenOption.APPEND);
    try (var device = new TestDevice(home())) {
      device.start();
      assertThat(device.engine().limits())
          .isEqualTo(new BandwidthLimits(OptionalLong.empty(), OptionalLong.of(500_000), false));
    }
    Files.writeString(new Home(home()).settings(), "[bandwidth]\nupload = \"a lot\"\n");
    try (var device = new TestDevice(home())) {
      assertThatThrownBy(device::start)
          .isInstanceOfSatisfying(
              Failure.class,
              refused ->
                  assertThat(refused.why().orElseThrow())
                      .contains("config.toml", "'a lot' is no rate", "500 kB/s"));
    }
  }

  @Test
  void the_home_and_its_secrets_are_the_owners_alone() throws Exception {
    try (TestDevice device = TestDevice.running(home())) {
      assertThat(permissions(device.home.path())).isEqualTo("rwx------");
      assertThat(permissions(device.home.keyFile())).isEqualTo("rw-------");
      assertThat(permissions(device.home.api())).isEqualTo("rw-------");
    }
  }

  @Test
  void a_home_that_others_could_read_is_closed_to_them() throws Exception {
    Files.createDirectories(home());
    Files.setPosixFilePermissions(home(), PosixFilePermissions.fromString("rwxr-xr-x"));

    new TestDevice(home()).run("init");

    assertThat(permissions(home())).isEqualTo("rwx------");
  }

  private static String permissions(Path path) throws Exception {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }
}
