package lockstep.app.ui.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.ZoneId;
import java.util.Locale;
import lockstep.base.TimeSource;
import org.junit.jupiter.api.Test;

class EventTest {
  private final Snapshot film = Snapshots.of(Snapshots.folder("film", "in-sync"));
  private final Texts french = new Texts(Locale.FRENCH, ZoneId.of("UTC"), TimeSource.system());

  private String path(String folder, String path) {
    String json = "{'type': 'recovery-action', 'folder': '%s', 'path': '%s'}";
    return Snapshots.event(json.formatted(folder, path)).within(film).path();
  }

  private String detail(String json) {
    return french.said(Snapshots.event(json)).detail();
  }

  @Test
  void a_path_begins_at_its_folder() {
    assertThat(path("film", "/film/d/a.txt")).isEqualTo("d/a.txt");
    assertThat(path("film", "d/a.txt")).isEqualTo("d/a.txt");
  }

  @Test
  void a_path_elsewhere_stays_whole() {
    assertThat(path("film", "/other/a.txt")).isEqualTo("/other/a.txt");
    assertThat(path("film", "/filmed/a.txt")).isEqualTo("/filmed/a.txt");
    assertThat(path("gone", "/gone/a.txt")).isEqualTo("/gone/a.txt");
    assertThat(path("film", "/film")).isEqualTo("/film");
    assertThat(path("film", "")).isEmpty();
  }

  @Test
  void a_folder_that_was_moved_says_where_to() {
    assertThat(detail("{'type': 'folder-moved', 'folder': 'film', 'to': '/disk/film'}"))
        .isEqualTo("vers /disk/film");
  }

  @Test
  void what_the_daemon_says_is_translated_and_what_people_say_is_not() {
    assertThat(detail("{'type': 'problem', 'reason': 'it is free'}")).isEqualTo("il est libre");
    assertThat(detail("{'type': 'lock-lost', 'forced': 'true', 'reason': 'it is free'}"))
        .isEqualTo("it is free");
    assertThat(detail("{'type': 'lock-requested', 'note': 'it is free'}")).isEqualTo("it is free");
  }

  @Test
  void a_filter_finds_what_is_to_be_read_in_any_case_and_order() {
    Event event = Snapshots.event("{'type': 'file-received', 'folder': 'film', 'path': 'd/a.txt'}");

    assertThat(event.matches("A.TXT reçu", "Reçu Anna")).isTrue();
    assertThat(event.matches("anna", "Reçu Anna")).isTrue();
    assertThat(event.matches("ben", "Reçu Anna")).isFalse();
    assertThat(event.matches("", "")).isTrue();
  }

  @Test
  void who_asks_to_join_is_known_by_the_name_that_was_given() {
    assertThat(Snapshots.event("{'type': 'join-asked', 'peer': 'p2', 'name': 'Ben'}").name())
        .contains("Ben");
  }
}
