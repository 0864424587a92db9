package lockstep.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What happens when a command is given wrongly, or nobody serves.
class UsageTest {
  @TempDir private Path directory;

  private TestDevice.Result run(String... command) {
    return new TestDevice(directory.resolve("home")).run(command);
  }

  @Test
  void without_a_daemon_commands_exit_3_and_say_how_to_start_one() {
    TestDevice.Result result = run("status");

    assertThat(result.exitCode()).isEqualTo(3);
    assertThat(result.out()).isEmpty();
    assertThat(result.err())
        .startsWith("error: no daemon is running for this home\n  why: ")
        .endsWith("  try: lockstep up, or lockstep daemon\n");
  }

  @Test
  void a_mistyped_command_suggests_the_nearest() {
    TestDevice.Result result = run("staus");

    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.err()).isEqualTo("error: unknown command 'staus'\n  try: lockstep status\n");
  }

  @Test
  void a_mistyped_option_suggests_the_nearest() {
    TestDevice.Result result = run("status", "--jsn");

    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.err())
        .isEqualTo("error: unknown option '--jsn'\n  try: lockstep status --json\n");
  }

  @Test
  void a_missing_argument_is_named() {
    TestDevice.Result result = run("invite");

    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.err()).contains("missing required parameter: 'FOLDER'");
  }

  @Test
  void a_number_that_is_none_is_refused() {
    assertThat(run("status", "--wait-synced", "soon").exitCode()).isEqualTo(2);
    assertThat(run("daemon", "--api-port", "70000").exitCode()).isEqualTo(2);
    assertThat(run("invite", "work", "--uses", "0").exitCode()).isEqualTo(2);
  }

  @Test
  void nothing_at_all_is_wrong_usage_with_a_way_to_begin() {
    TestDevice.Result result = run();

    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.err()).contains("  try: lockstep up");
  }

  @Test
  void the_version_is_one_line() {
    assertThat(run("--version").out()).isEqualTo("lockstep 0.1.0\n");
    assertThat(run("status", "--version").out()).isEqualTo("lockstep 0.1.0\n");
  }

  @Test
  void help_is_an_answer() {
    TestDevice.Result result = run("folder", "add", "--help");

    assertThat(result.exitCode()).isZero();
    assertThat(result.out()).startsWith("Usage: lockstep folder add");
  }

  @Test
  void init_is_idempotent() {
    String created = run("init", "--name", "studio").out();
    String again = run("init").out();

    assertThat(created).startsWith("created: 12D3KooW");
    assertThat(again).isEqualTo(created.replace("created", "already there"));
  }

  @Test
  void the_user_is_told_once_that_the_key_is_in_a_file() {
    assertThat(run("init").err()).contains("identity.key", "you alone can read");
    assertThat(run("init").err()).isEmpty();
  }

  @Test
  void a_daemon_without_an_identity_is_refused() {
    TestDevice.Result result = run("daemon");

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.err()).contains("no identity yet", "try: lockstep init");
  }
}
