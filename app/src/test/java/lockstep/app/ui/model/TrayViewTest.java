package lockstep.app.ui.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import lockstep.base.TimeSource;
import org.junit.jupiter.api.Test;

class TrayViewTest {
  private final Texts english = new Texts(Locale.ENGLISH, ZoneId.of("UTC"), TimeSource.system());

  private List<TrayView.Entry> menu(Snapshot snapshot, Event... events) {
    return entries(TrayView.of(english, snapshot, List.of(events)).menu()).toList();
  }

  private static Stream<TrayView.Entry> entries(List<TrayView.Item> items) {
    return items.stream()
        .flatMap(
            item ->
                switch (item) {
                  case TrayView.Entry entry -> Stream.of(entry);
                  case TrayView.Submenu submenu -> entries(submenu.items());
                  case TrayView.Separator _ -> Stream.of();
                });
  }

  private static List<Goal> goals(List<TrayView.Entry> entries) {
    return entries.stream().flatMap(entry -> entry.goal().stream()).toList();
  }

  private static Event event(String type, String path) {
    return Snapshots.event("{'type': '%s', 'folder': 'film', 'path': '%s'}".formatted(type, path));
  }

  @Test
  void folders_are_opened_and_shared_from_the_menu() {
    var goals = goals(menu(Snapshots.of(Snapshots.folder("film", "in-sync"))));

    assertThat(goals)
        .contains(
            new Goal.Open(Path.of("/film")),
            new Goal.Share("film"),
            new Goal.ShowPage("folders"),
            new Goal.Pause(60),
            new Goal.Pause(0),
            new Goal.Quit(false),
            new Goal.Quit(true))
        .doesNotContain(new Goal.Resume());
  }

  @Test
  void it_is_not_in_sync_while_others_still_fetch_what_is_here() {
    String other = ", {'name': 'laptop', 'peerId': 'p2', 'connected': %s, 'inSync': %s}";
    var fetching = Snapshots.folder("film", "in-sync", other.formatted("true", "false"));
    var away = Snapshots.folder("film", "in-sync", other.formatted("false", "false"));
    var done = Snapshots.folder("film", "in-sync", other.formatted("true", "true"));

    assertThat(TrayView.of(english, Snapshots.of(fetching), List.of()).line())
        .isEqualTo("Others still fetch from here");
    assertThat(english.headline(fetching))
        .isEqualTo("Everything is here; 1 device is still fetching it");
    assertThat(Snapshots.of(away).overall()).isEqualTo(Snapshot.Overall.IDLE);
    assertThat(Snapshots.of(done, done).overall()).isEqualTo(Snapshot.Overall.IDLE);
  }

  @Test
  void somebody_who_asks_to_join_needs_an_answer_and_has_a_name() {
    Snapshot asked =
        Snapshots.with(
            Snapshots.of(Snapshots.folder("film", "in-sync")),
            new Applicant("film", "p2", "Ben", "read-only", "a-b-c-d"));

    assertThat(asked.overall()).isEqualTo(Snapshot.Overall.ATTENTION);
    assertThat(asked.nameOf("p2")).contains("Ben");
  }

  @Test
  void a_long_name_does_not_widen_the_menu() {
    var labels =
        menu(Snapshots.of(Snapshots.folder("scans of " + "letter and ".repeat(20), "in-sync")))
            .stream()
            .map(TrayView.Entry::label)
            .toList();

    assertThat(labels).anyMatch(label -> label.startsWith("Open “scans of letter"));
    assertThat(labels).allMatch(label -> label.length() < 80);
  }

  @Test
  void what_is_paused_can_be_resumed_and_not_paused_again() {
    var goals = goals(menu(Snapshots.of(Snapshots.folder("film", "paused"))));

    assertThat(goals).contains(new Goal.Resume()).doesNotContain(new Goal.Pause(60));
  }

  @Test
  void what_is_paused_cannot_be_paused_again_while_something_else_is_amiss() {
    Snapshot paused = Snapshots.of(Snapshots.folder("film", "paused"));
    Conflict open = Snapshots.conflict("{'id': '1', 'folder': 'film', 'path': 'a.txt'}");
    var goals = goals(menu(Snapshots.with(paused, open)));

    assertThat(goals).contains(new Goal.Resume()).doesNotContain(new Goal.Pause(60));
  }

  @Test
  void recent_changes_are_named_once_and_opened() {
    Snapshot snapshot = Snapshots.of(Snapshots.folder("film", "in-sync"));
    var menu =
        menu(
            snapshot,
            event("file-received", "a.txt"),
            event("file-received", "a.txt"),
            event("peer-connected", ""));

    assertThat(menu.stream().filter(e -> e.label().equals("a.txt (Received)"))).hasSize(1);
    assertThat(goals(menu)).contains(new Goal.Open(Path.of("/film/a.txt")));
  }

  @Test
  void who_works_on_what_is_told_without_opening_the_window() {
    Snapshot snapshot =
        Snapshots.with(
            Snapshots.of(Snapshots.folder("film", "in-sync")),
            Snapshots.lock("{'folder': 'film', 'path': 'a.blend', 'ownerName': 'ana'}"),
            Snapshots.lock("{'folder': 'film', 'path': 'b.blend', 'mine': true}"));

    assertThat(menu(snapshot))
        .extracting(TrayView.Entry::label)
        .contains("ana: a.blend", "You: b.blend");
  }

  @Test
  void without_anything_to_tell_the_menu_says_so() {
    var menu = menu(Snapshot.EMPTY);

    assertThat(menu)
        .contains(
            new TrayView.Entry("None yet", Optional.empty()),
            new TrayView.Entry("Nobody has locked a file", Optional.empty()));
    assertThat(goals(menu)).doesNotContain(new Goal.Pause(60));
  }

  @Test
  void a_name_from_outside_cannot_steer_the_menu() {
    Snapshot snapshot = Snapshots.of(Snapshots.folder("film", "in-sync"));

    assertThat(menu(snapshot, event("file-received", "evil\\u202egnp.exe")))
        .extracting(TrayView.Entry::label)
        .noneMatch(label -> label.contains("\u202e"));
  }
}
