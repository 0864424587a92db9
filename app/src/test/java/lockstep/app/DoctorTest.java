package lockstep.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import lockstep.app.Finding.Severity;
import lockstep.base.Blake3;
import lockstep.sync.LedgerRow;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/// What `doctor` looks at, and what it says of it.
class DoctorTest {
  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

  @TempDir private Path directory;
  private TestDevice device;

  @BeforeEach
  void start() throws Failure {
    device = TestDevice.running(directory.resolve("home"));
  }

  @AfterEach
  void stop() throws IOException {
    device.close();
  }

  @Test
  void a_healthy_device_gets_no_error_and_exit_code_zero() {
    TestDevice.Result result = device.run("doctor");

    assertThat(result.exitCode()).isZero();
    assertThat(result.out()).contains("ok: network:", "ok: multicast: 'eth0' takes part");
    assertThat(result.out()).doesNotContain("error:");
  }

  @Test
  void json_has_the_documented_shape() throws Exception {
    JsonObject finding = device.run("doctor", "--json").jsonList().getFirst();

    assertThat(finding.members().keySet())
        .isSubsetOf("severity", "topic", "what", "advice", "remedy")
        .contains("severity", "topic", "what");
  }

  @Test
  void an_error_is_told_with_advice_and_exit_code_one() {
    device.surroundings.permissions = Optional.of("rw-r--r--");

    TestDevice.Result result = device.run("doctor");

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.out())
        .contains("error: key: others on this computer may read the private key (rw-r--r--)")
        .contains("try: chmod 600");
  }

  @Test
  void what_can_be_done_about_it_is_done_when_asked() {
    device.surroundings.permissions = Optional.of("rw-r--r--");

    TestDevice.Result result = device.run("doctor", "--fix");

    assertThat(result.exitCode()).isZero();
    assertThat(result.err()).contains("done about it: others on this computer may read");
    assertThat(result.out()).contains("the private key rests in");
    assertThat(device.surroundings.permissions).contains("rw-------");
  }

  @Test
  void what_can_be_done_without_a_daemon_is_done_without_one() throws IOException {
    device.close();
    device.surroundings.permissions = Optional.of("rw-r--r--");

    assertThat(device.run("doctor", "--fix").exitCode()).isZero();

    assertThat(device.surroundings.permissions).contains("rw-------");
  }

  @Test
  void a_folder_that_stands_still_is_tried_again() throws Exception {
    device.run("folder", "add", directory.resolve("work").toString(), "--name", "work");
    ApiClient daemon = ApiClient.of(device.home);

    daemon.post(ApiClient.path("doctor", "mend"), Views.object("remedy", "resume:work"));

    assertThat(device.run("events").out()).contains("resumed-PLAIN");
    assertThatThrownBy(
            () -> daemon.post(ApiClient.path("doctor", "mend"), Views.object("remedy", "rm -rf")))
        .hasMessageContaining("there is no remedy 'rm -rf'");
  }

  @Test
  void a_report_goes_into_a_new_file_that_its_owner_alone_can_read() throws Exception {
    device.run("folder", "add", directory.resolve("secret plan").toString());
    Path file = directory.resolve("report.txt");

    TestDevice.Result result = device.run("doctor", "--report", file.toString());

    assertThat(result.exitCode()).isZero();
    assertThat(file)
        .content()
        .contains("lockstep 0.1.0", "What doctor found", "folder 1: in-sync")
        .doesNotContain("secret plan", "studio", directory.toString());
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(device.run("doctor", "--report", file.toString()).err())
        .contains("is there already");
    Path named = directory.resolve("named.txt");
    device.run("doctor", "--report", named.toString(), "--with-names");
    assertThat(named).content().contains("secret plan");
    assertThat(device.run("doctor", "--with-names").exitCode()).isEqualTo(2);
  }

  @Test
  void a_device_that_nobody_can_dial_is_ill() {
    device.surroundings.answers = false;

    assertThat(device.run("doctor").out()).contains("error: network: nobody can dial");
  }

  @Test
  void without_a_daemon_it_says_what_can_be_seen_from_outside() throws IOException {
    device.close();

    TestDevice.Result result = device.run("doctor");

    assertThat(result.exitCode()).isZero();
    assertThat(result.out()).contains("note: daemon: no daemon runs", "multicast").contains("key:");
  }

  @Test
  void more_directories_than_may_be_watched_is_an_error() {
    assertThat(Doctor.watches(OptionalLong.of(8192), 100).severity()).isEqualTo(Severity.OK);
    assertThat(Doctor.watches(OptionalLong.of(8192), 8000).severity()).isEqualTo(Severity.WARNING);
    Finding beyond = Doctor.watches(OptionalLong.of(8192), 600_000);
    assertThat(beyond.severity()).isEqualTo(Severity.ERROR);
    assertThat(beyond.advice()).hasValue("sudo sysctl fs.inotify.max_user_watches=1200000");
    assertThat(Doctor.watches(OptionalLong.empty(), 8000).severity()).isEqualTo(Severity.OK);
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void a_limit_is_read_whole_though_its_file_claims_to_be_empty() {
    // Linux allows no fewer
    assertThat(new Surroundings.OfThisComputer().limit("/proc/sys/kernel/pid_max").orElseThrow())
        .isGreaterThan(300);
  }

  @Test
  void a_disk_that_is_nearly_full_is_a_warning() {
    var full = new Surroundings.Store("ext4", 10L << 20, 1L << 40);

    assertThat(Doctor.room("folder work", "/data", full, 1L << 30).severity())
        .isEqualTo(Severity.WARNING);
  }

  @Test
  void file_systems_that_cannot_do_all_are_named() {
    assertThat(Doctor.fileSystem("folder work", "ext4")).isEmpty();
    assertThat(Doctor.fileSystem("folder work", "nfs4"))
        .hasValueSatisfying(f -> assertThat(f.severity()).isEqualTo(Severity.WARNING));
    assertThat(Doctor.fileSystem("folder work", "exfat"))
        .hasValueSatisfying(f -> assertThat(f.severity()).isEqualTo(Severity.NOTE));
  }

  @Test
  void a_clock_that_is_ahead_is_told_with_its_device() {
    assertThat(Doctor.clock("folder work", List.of(entryAt(NOON.plusSeconds(30))), NOON)).isEmpty();
    assertThat(Doctor.clock("folder work", List.of(entryAt(NOON.plus(Duration.ofHours(3)))), NOON))
        .hasValueSatisfying(
            f -> assertThat(f.what()).contains("the clock of 'laptop' is 3 h 0 min ahead"));
  }

  private static LedgerRow entryAt(Instant at) {
    return new LedgerRow(
        Blake3.of(new byte[0]),
        TestKeys.PEER,
        "laptop",
        0,
        1,
        1,
        at,
        "changes",
        List.of(),
        List.of(),
        Optional.empty());
  }
}
