package lockstep.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a report for developers tells, and what it keeps to itself.
class BugReportTest {
  private static final String TOKEN = "9f2c".repeat(16);
  private static final List<String> LOG =
      List.of(
          "2026-11-26T22:00:00.123Z INFO lockstep.sync: folder film: connected to " + TOKEN,
          "2026-11-26T22:00:01Z WARNING lockstep.app.ControlApi: a request failed",
          "java.nio.file.AccessDeniedException: /home/ana/divorce.odt",
          "\tat lockstep.app/lockstep.app.ControlApi.run(ControlApi.java:144)",
          "\t... 12 more",
          "Caused by: java.io.IOException: divorce.odt",
          "a second line of divorce.odt");

  private static JsonObject json(String text) throws IOException {
    return Json.parseObject(text.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
  }

  private static String report(boolean names) throws IOException {
    JsonObject status =
        json(
            "{'folders': [{'name': 'film', 'path': '/home/ana/film', 'state': 'error', 'files': 7,"
                + " 'error': 'the folder cannot be read: divorce.odt',"
                + " 'members': [{'name': 'ana', 'role': 'admin', 'self': true, 'inSync': true}],"
                + " 'problems': [{'path': 'divorce.odt', 'reason': 'no'}]}]}");
    List<JsonObject> findings =
        List.of(
            json(
                "{'severity': 'error', 'topic': 'folder film',"
                    + " 'what': 'the folder cannot be read: divorce.odt'}"),
            new JsonObject(
                Views.object(
                    "severity", "warning",
                    "topic", "folder film",
                    "what", "the disk of '/home/ana/film' is nearly full")));
    return BugReport.of(Instant.EPOCH, names, findings, Optional.of(status), LOG);
  }

  @Test
  void no_name_is_in_it_unless_its_user_wants_that() throws IOException {
    assertThat(report(false))
        .doesNotContain("ana", "film", "divorce")
        .contains("error: folder: it stands still (the reason is left out)")
        .contains("warning: folder: the disk of '\u2026' is nearly full")
        .contains("folder 1: error", "  files 7", "  problems 1", "  member: admin, this device");
    assertThat(report(true)).contains("/home/ana/film", "divorce.odt", "a request failed");
  }

  @Test
  void where_a_fault_came_from_is_in_it_in_any_case() throws IOException {
    for (boolean names : new boolean[] {false, true}) {
      assertThat(report(names))
          .contains("2026-11-26T22:00:01Z WARNING lockstep.app.ControlApi: ")
          .contains("java.nio.file.AccessDeniedException: ")
          .contains("\tat lockstep.app/lockstep.app.ControlApi.run(ControlApi.java:144)")
          .contains("Caused by: java.io.IOException: ", "\t... 12 more");
    }
  }

  @Test
  void what_may_be_a_code_a_key_or_a_token_is_never_in_it() throws IOException {
    assertThat(report(false)).doesNotContain(TOKEN);
    assertThat(report(true)).doesNotContain(TOKEN).contains("connected to <1>");
  }

  @Test
  void the_end_of_the_log_is_bounded_and_begins_with_a_whole_line(@TempDir Path directory)
      throws IOException {
    var home = new Home(directory);
    assertThat(Logs.recent(home)).isEmpty();
    home.create();
    String line = "2026-11-26T22:00:00Z INFO lockstep.sync: " + "x".repeat(400);
    Files.writeString(home.logs().resolve("lockstep-0.log"), (line + "\n").repeat(1000));

    assertThat(Logs.recent(home)).hasSizeBetween(100, 400).containsOnly(line);
  }
}
