package lockstep.app.ui.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import lockstep.base.TimeSource;
import org.junit.jupiter.api.Test;

class NoticeTest {
  private static final String ANA = ", {'name': 'ana', 'peerId': 'a', 'role': 'read-only'}";

  private final Texts english = new Texts(Locale.ENGLISH, ZoneId.of("UTC"), TimeSource.system());
  private final Snapshot film = Snapshots.of(Snapshots.folder("film", "in-sync", ANA));

  private List<String> titles(Snapshot before, Snapshot after) {
    return Notice.between(english, before, after).stream().map(Notice::title).toList();
  }

  private Notice ofEvent(String type, String more) {
    String json = "{'type': '%s', 'folder': 'film', 'path': 'a.blend', 'peer': 'a'%s}";
    return Notice.of(english, film, Snapshots.event(json.formatted(type, more))).orElseThrow();
  }

  private static Conflict conflict(String id) {
    return Snapshots.conflict(
        "{'id': '%s', 'folder': 'film', 'path': 'a.txt', 'other': {'authorName': 'ana'}}"
            .formatted(id));
  }

  @Test
  void what_comes_and_goes_every_day_is_no_news() {
    for (String type :
        List.of(
            "file-received",
            "file-published",
            "peer-connected",
            "folder-in-sync",
            "lock-acquired",
            "lock-released")) {
      assertThat(Notice.of(english, film, Snapshots.event("{'type': '%s'}".formatted(type))))
          .as(type)
          .isEmpty();
    }
    assertThat(titles(film, Snapshots.of(Snapshots.folder("film", "syncing", ANA)))).isEmpty();
  }

  @Test
  void conflicts_that_come_together_are_one_notice() {
    assertThat(titles(film, Snapshots.with(film, conflict("1"))))
        .containsExactly("“a.txt” was saved by two people at once");
    assertThat(titles(film, Snapshots.with(film, conflict("1"), conflict("2"))))
        .containsExactly("2 files were saved by two people at once");
    assertThat(titles(Snapshots.with(film, conflict("1")), Snapshots.with(film, conflict("1"))))
        .isEmpty();
  }

  @Test
  void to_take_back_how_a_conflict_was_settled_is_no_news() {
    Conflict back =
        Snapshots.conflict(
            "{'id': '2', 'folder': 'film', 'path': 'a.txt', 'official': {'authorName': 'ana'},"
                + " 'other': {'authorName': 'ana'}}");

    assertThat(titles(film, Snapshots.with(film, back))).isEmpty();
  }

  @Test
  void a_short_code_that_was_tried_in_vain_leads_to_a_new_one() {
    Notice notice = ofEvent("short-code-burnt", "");

    assertThat(notice.title()).isEqualTo("The short code for “film” is of no use any more");
    assertThat(notice.goal()).isEqualTo(new Goal.Share("film"));
  }

  @Test
  void who_asks_to_join_is_told_of_once_and_urgently() {
    var asks = new Applicant("film", "b", "ben", "read-write", "acorn-zebra-kiwi-igloo");
    Snapshot after = Snapshots.with(film, asks);

    Notice notice = Notice.between(english, film, after).getFirst();
    assertThat(notice.title()).isEqualTo("ben asks to join “film”");
    assertThat(notice.body()).contains("acorn-zebra-kiwi-igloo");
    assertThat(notice.urgent()).isTrue();
    assertThat(notice.goal()).isEqualTo(new Goal.ShowPage("devices"));
    assertThat(titles(after, after)).isEmpty();
  }

  @Test
  void what_was_there_when_the_desktop_began_is_no_news() {
    assertThat(titles(Snapshot.EMPTY, Snapshots.with(film, conflict("1")))).isEmpty();
  }

  @Test
  void who_joins_is_told_and_a_new_folder_is_no_crowd_of_joiners() {
    Snapshot alone = Snapshots.of(Snapshots.folder("film", "in-sync"));

    assertThat(titles(alone, film)).containsExactly("ana has joined “film”");
    assertThat(titles(Snapshots.of(), film)).isEmpty();
  }

  @Test
  void a_folder_that_comes_back_brings_no_news_of_what_was_in_it() {
    Snapshot away =
        Snapshots.of(
            Folder.of(Snapshots.json("{'name': 'film', 'path': '/film', 'state': 'error'}")));
    Snapshot back =
        Snapshots.with(
            film,
            Snapshots.conflict(
                "{'id': 'c1', 'folder': 'film', 'path': 'a', 'official': {'authorName': 'ana'},"
                    + " 'other': {'authorName': 'studio'}}"));

    assertThat(titles(film, back)).hasSize(1);
    assertThat(titles(away, back)).isEmpty();
  }

  @Test
  void a_pause_for_safety_is_told_a_pause_by_hand_is_not() {
    Snapshot paused = Snapshots.of(Snapshots.folder("film", "paused", ANA));
    Folder halted =
        Folder.of(
            Snapshots.json(
                "{'name': 'film', 'path': '/film', 'state': 'paused', 'error': 'half is gone'}"));

    assertThat(titles(film, paused)).isEmpty();
    assertThat(Notice.between(english, film, Snapshots.of(halted)))
        .singleElement()
        .satisfies(
            notice -> {
              assertThat(notice.urgent()).isTrue();
              assertThat(notice.matter().isOpen(Snapshots.of(halted))).isTrue();
              assertThat(notice.matter().isOpen(film)).isFalse();
              assertThat(notice.body()).isEqualTo("Half is gone");
            });
  }

  @Test
  void a_lock_that_is_asked_for_or_broken_is_told_with_the_words_of_who_did_it() {
    Notice asked = ofEvent("lock-requested", ", 'note': 'rigging'");
    Notice broken = ofEvent("lock-lost", ", 'reason': 'on holiday', 'forced': 'true'");

    assertThat(asked.title()).isEqualTo("ana asks you to release “a.blend”");
    assertThat(asked.body()).isEqualTo("“rigging”");
    assertThat(broken.title()).isEqualTo("ana has broken your lock on “a.blend”");
    assertThat(broken.body()).isEqualTo("“on holiday”");
    assertThat(broken.goal()).isEqualTo(new Goal.ShowPage("locks"));
  }

  @Test
  void a_file_that_was_waited_for_is_told_to_be_free() {
    Notice free = ofEvent("lock-free", "");

    assertThat(free.title()).isEqualTo("“a.blend” is free");
    assertThat(free.urgent()).isFalse();
  }

  @Test
  void what_was_said_of_a_matter_holds_until_that_is_settled() {
    Snapshot torn = Snapshots.with(film, conflict("1"), conflict("2"));
    var conflicts = Notice.between(english, film, torn).getFirst().matter();
    assertThat(conflicts.isOpen(Snapshots.with(film, conflict("2"), conflict("3")))).isTrue();
    assertThat(conflicts.isOpen(Snapshots.with(film, conflict("3")))).isFalse();

    var ben = new Applicant("film", "b", "ben", "read-write", "acorn");
    Snapshot asking = Snapshots.with(film, ben);
    var request = Notice.between(english, film, asking).getFirst().matter();
    assertThat(request.isOpen(asking)).isTrue();
    assertThat(request.isOpen(film)).isFalse();

    Notice.Matter wish = ofEvent("lock-requested", "").matter();
    Lock lock = Snapshots.lock("{'folder': 'film', 'path': 'a.blend', 'mine': true}");
    assertThat(wish.isOpen(Snapshots.with(film, lock))).isTrue();
    assertThat(wish.isOpen(film)).isFalse();

    assertThat(ofEvent("lock-free", "").matter().isOpen(Snapshots.of())).isTrue();
  }
}
