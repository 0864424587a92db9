package lockstep.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Conflicts, past versions and repair on the command line, as the contract has them.
class PastCommandsTest {
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
  void conflicts_have_the_shape_of_the_contract() throws Exception {
    device.engine().addConflict("work", "0123456789ab");

    JsonObject conflict = device.run("conflicts", "--json").jsonList().getFirst();

    assertThat(conflict.members().keySet())
        .containsExactly("id", "folder", "path", "copyPath", "official", "other", "state");
    assertThat(conflict.object("official").members().keySet())
        .containsExactly("author", "authorName", "at", "size", "hash");
    assertThat(conflict.object("official").string("author")).startsWith("12D3KooW");
    assertThat(conflict.object("official").string("hash")).matches("[0-9a-f]{64}");
    assertThat(conflict.object("other").text("hash")).isEmpty();
    assertThat(conflict.string("state")).isEqualTo("open");
    assertThat(device.run("conflicts").out())
        .contains("0123456789ab", "by laptop", "notes (conflict laptop 2026-03-01).txt");
  }

  @Test
  void a_conflict_is_resolved_once() {
    device.engine().addConflict("work", "0123456789ab");

    TestDevice.Result resolved =
        device.run("conflicts", "resolve", "0123456789ab", "--keep", "other");

    assertThat(resolved.exitCode()).isZero();
    assertThat(resolved.out()).contains("'notes.txt' is now what the copy was");
    assertThat(device.run("conflicts", "--json").out().strip()).isEqualTo("[]");
    TestDevice.Result again = device.run("conflicts", "resolve", "0123", "--keep", "both");
    assertThat(again.exitCode()).isEqualTo(1);
    assertThat(again.err()).contains("error: there is no open conflict '0123'", "why:", "try:");
  }

  @Test
  void how_it_was_settled_is_taken_back() {
    device.engine().addConflict("work", "0123456789ab");
    device.run("conflicts", "resolve", "0123456789ab", "--keep", "official");

    TestDevice.Result undone = device.run("conflicts", "undo", "0123456789ab");

    assertThat(undone.exitCode()).isZero();
    assertThat(undone.out()).contains("'notes.txt' has a conflict again");
    assertThat(device.run("conflicts").out()).contains("0123456789ab");
    TestDevice.Result again = device.run("conflicts", "undo", "0123456789ab");
    assertThat(again.exitCode()).isEqualTo(1);
    assertThat(again.err()).contains("was not settled here just now", "why:", "try:");
  }

  @Test
  void what_to_keep_must_be_said() {
    assertThat(device.run("conflicts", "resolve", "0123").exitCode()).isEqualTo(2);
    TestDevice.Result wrong = device.run("conflicts", "resolve", "0123", "--keep", "mine");
    assertThat(wrong.exitCode()).isEqualTo(2);
    assertThat(wrong.err()).contains("'mine' cannot be kept; there are official, other and both");
  }

  @Test
  void history_has_the_shape_of_the_contract() throws Exception {
    JsonObject version = device.run("history", "a.txt", "--json").jsonList().getLast();

    assertThat(version.members().keySet())
        .contains("version", "author", "authorName", "at", "size", "hash", "kind", "available");
    assertThat(version.string("kind")).isEqualTo("move");
    assertThat(version.flag("available")).isTrue();
    assertThat(device.run("history", "a.txt").lines())
        .hasSize(2)
        .last()
        .isEqualTo("v1  1970-01-01T00:00:00Z  laptop  move  5 B  from old.txt");
  }

  @Test
  void restore_says_what_came_back_and_where() {
    String path = directory.resolve("a.txt").toString();
    String to = directory.resolve("b.txt").toString();

    assertThat(device.run("restore", path).out()).isEqualTo("restored '" + path + "'\n");
    assertThat(device.run("restore", path, "--version", "v1", "--to", to).out())
        .isEqualTo("restored '" + to + "'\n");
  }

  @Test
  void a_restore_can_be_looked_at_before_and_taken_back_after() {
    String path = directory.resolve("d").toString();

    assertThat(device.run("restore", path, "--at", "2026-03-01T12:00:00Z", "--dry-run").out())
        .isEqualTo("comes back  'd/gone.txt'  from another member\nis replaced  'd/a.txt'\n");
    assertThat(device.run("restore", path, "--undo").out())
        .isEqualTo("took back '" + path + "/gone.txt'\nleft as it is '" + path + "/a.txt'\n");
    assertThat(device.run("restore", path, "--undo", "--version", "v1").err())
        .contains("--undo goes with the PATH alone");
  }

  @Test
  void a_restore_that_cannot_be_done_says_why() {
    TestDevice.Result unknown = device.run("restore", "a.txt", "--version", "v9");
    assertThat(unknown.exitCode()).isEqualTo(1);
    assertThat(unknown.err()).contains("has no version 'v9'", "why: nobody knows of it");

    TestDevice.Result partly = device.run("restore", "d", "--at", "2026-03-01T12:00:00Z");
    assertThat(partly.exitCode()).isEqualTo(1);
    assertThat(partly.out()).contains("restored '");
    assertThat(partly.err()).contains("could not bring back 1 file: 'd/lost.txt'");

    TestDevice.Result when = device.run("restore", "d", "--at", "yesterday");
    assertThat(when.exitCode()).isEqualTo(1);
    assertThat(when.err()).contains("'yesterday' is no moment such as 2026-03-01T12:00:00Z");
  }

  @Test
  void repair_says_what_was_mended_and_fails_if_something_was_not() {
    TestDevice.Result whole = device.run("repair", "work");
    assertThat(whole.exitCode()).isZero();
    assertThat(whole.out()).isEqualTo("mended 'a.txt': its good bytes are back\n");

    TestDevice.Result broken = device.run("repair", "broken");
    assertThat(broken.exitCode()).isEqualTo(1);
    assertThat(broken.out()).contains("still wrong: 'b\\u{1b}.txt': nobody has it");
    assertThat(broken.err()).contains("error: could not mend 1 problem");
  }
}
