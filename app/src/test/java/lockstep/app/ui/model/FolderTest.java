package lockstep.app.ui.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.ZoneId;
import java.util.Locale;
import lockstep.app.Json;
import lockstep.base.TimeSource;
import org.junit.jupiter.api.Test;

class FolderTest {
  private final Texts english = new Texts(Locale.ENGLISH, ZoneId.of("UTC"), TimeSource.system());

  private static Folder folder(String json) throws Exception {
    return Folder.of(Json.parseObject(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void what_is_to_come_is_told_with_rate_and_time_left() throws Exception {
    Folder folder =
        folder(
            "{'name': 'film', 'path': '/film', 'state': 'syncing', 'bytes': 4000000,"
                + " 'pendingFiles': 2, 'pendingBytes': 3000000, 'bytesPerSecond': 1000000}");

    assertThat(folder.progress()).contains(0.25);
    assertThat(folder.timeLeft()).contains(Duration.ofSeconds(3));
    assertThat(english.headline(folder).replace('\u00a0', ' '))
        .isEqualTo("2 files to come (3.0 MB), 1.0 MB/s, 3 s left");
  }

  @Test
  void nothing_to_come_shows_no_progress() throws Exception {
    Folder folder = folder("{'name': 'film', 'path': '/film', 'state': 'in-sync', 'bytes': 10}");

    assertThat(folder.progress()).isEmpty();
    assertThat(folder.timeLeft()).isEmpty();
    assertThat(folder.needsAttention()).isFalse();
  }

  @Test
  void more_pending_than_known_is_no_negative_progress() throws Exception {
    Folder folder =
        folder(
            "{'path': '/f', 'state': 'syncing', 'bytes': 10, 'pendingFiles': 1, 'pendingBytes':"
                + " 99}");

    assertThat(folder.progress()).contains(0.0);
  }

  @Test
  void a_pause_with_a_reason_is_a_halt_that_asks() throws Exception {
    assertThat(folder("{'path': '/f', 'state': 'paused', 'error': 'half is gone'}").look())
        .isEqualTo(Folder.Look.HALTED);
    assertThat(folder("{'path': '/f', 'state': 'paused', 'error': null}").look())
        .isEqualTo(Folder.Look.PAUSED);
  }

  @Test
  void a_file_is_safe_where_members_say_that_they_have_everything() throws Exception {
    Folder folder =
        folder(
            "{'path': '/f', 'state': 'in-sync', 'members': ["
                + "{'name': 'a', 'role': 'admin', 'self': true, 'inSync': true},"
                + "{'name': 'b', 'role': 'read-only', 'inSync': true},"
                + "{'name': 'c', 'role': 'read-write', 'inSync': false}]}");

    assertThat(folder.safeOn()).isEqualTo(2);
    assertThat(folder.others()).hasSize(2);
    assertThat(folder.mayInvite()).isTrue();
  }

  @Test
  void what_others_still_fetch_is_not_called_in_sync() throws Exception {
    Folder folder =
        folder(
            "{'path': '/f', 'state': 'in-sync', 'members': ["
                + "{'name': 'a', 'role': 'admin', 'self': true, 'inSync': true},"
                + "{'name': 'b', 'role': 'read-only', 'connected': true, 'inSync': false},"
                + "{'name': 'c', 'role': 'read-write', 'inSync': false}]}");

    assertThat(english.headline(folder))
        .isEqualTo("Everything is here; 1 device is still fetching it");
  }

  @Test
  void each_state_that_needs_its_user_has_a_way_out() throws Exception {
    String folder = "{'name': 'film', 'path': '/film', 'members': [{'self': true}], %s}";
    String move = "'state': 'in-sync', 'move': {'to': '/disk', 'phase': '%s'}";

    assertThat(folder(folder.formatted("'state': 'in-sync'")).wayOut()).isEmpty();
    assertThat(folder(folder.formatted("'state': 'paused', 'error': 'too much is gone'")).wayOut())
        .contains(Folder.WayOut.DECIDE);
    assertThat(folder("{'name': 'film', 'path': '/film', 'state': 'error'}").wayOut())
        .contains(Folder.WayOut.SAY_WHERE);
    assertThat(folder(folder.formatted(move.formatted("copying"))).wayOut())
        .contains(Folder.WayOut.CANCEL_MOVE);
    assertThat(folder(folder.formatted(move.formatted("cancelling"))).wayOut()).isEmpty();
    assertThat(folder(folder.formatted(move.formatted("removing"))).wayOut()).isEmpty();
  }

  @Test
  void what_can_be_done_stays_while_numbers_change() throws Exception {
    String halted =
        "{'name': 'film', 'path': '/film', 'state': 'paused', 'error': 'x', 'files': %d,"
            + " 'pendingFiles': %d}";

    assertThat(folder(halted.formatted(60, 0)).grounds())
        .isEqualTo(folder(halted.formatted(61, 5)).grounds())
        .isNotEqualTo(folder("{'name': 'film', 'path': '/film', 'state': 'paused'}").grounds());
  }
}
