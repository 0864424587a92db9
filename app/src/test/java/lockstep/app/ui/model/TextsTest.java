package lockstep.app.ui.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.ResourceBundle;
import java.util.stream.Stream;
import lockstep.base.TimeSource;
import org.junit.jupiter.api.Test;

class TextsTest {
  private static final ZoneId UTC = ZoneId.of("UTC");

  @Test
  void every_text_is_there_in_both_languages() {
    var noFallback =
        ResourceBundle.Control.getNoFallbackControl(ResourceBundle.Control.FORMAT_PROPERTIES);
    var english = ResourceBundle.getBundle("lockstep.app.ui.texts", Locale.ROOT, noFallback);
    var french = ResourceBundle.getBundle("lockstep.app.ui.texts", Locale.FRENCH, noFallback);

    assertThat(french.getLocale()).isEqualTo(Locale.FRENCH);
    // what the bundle has itself, without what it would take from its parent
    assertThat(french.keySet()).isEqualTo(english.keySet());
    for (String key : english.keySet()) {
      assertThat(new Texts(Locale.FRENCH, UTC, TimeSource.system()).of(key, 2, 2, 2))
          .as(key)
          .isNotBlank();
      assertThat(new Texts(Locale.ENGLISH, UTC, TimeSource.system()).of(key, 2, 2, 2))
          .as(key)
          .isNotBlank();
    }
  }

  @Test
  void french_signs_are_not_torn_from_their_words_at_the_end_of_a_line() {
    var french = ResourceBundle.getBundle("lockstep.app.ui.texts", Locale.FRENCH);

    for (String key : french.keySet()) {
      assertThat(french.getString(key)).as(key).doesNotContainPattern("« | [»:;?!]");
    }
  }

  @Test
  void a_name_cannot_steer_the_line_it_stands_in() {
    assertThat(
            new Texts(Locale.ENGLISH, UTC, TimeSource.system())
                .of("share.title", "evil\u202egnp.exe\u0007"))
        .doesNotContain("\u202e", "\u0007");
  }

  @Test
  void sizes_and_times_are_those_of_the_language() {
    var french = new Texts(Locale.FRENCH, UTC, TimeSource.system());

    assertThat(french.bytes(1_500_000)).isEqualTo("1,5\u00a0Mo");
    assertThat(french.bytes(999)).isEqualTo("999\u00a0o");
    assertThat(french.duration(Duration.ofSeconds(51))).isEqualTo("51\u00a0s");
    assertThat(french.duration(Duration.ofMinutes(65))).isEqualTo("1 h 5 min");
  }

  @Test
  void a_moment_reads_as_people_say_it() {
    var now = Instant.parse("2026-11-28T05:30:00Z");
    var english = new Texts(Locale.ENGLISH, UTC, new Stopped(now));
    var french = new Texts(Locale.FRENCH, UTC, new Stopped(now));
    var samoa = new Texts(Locale.ENGLISH, ZoneId.of("Pacific/Apia"), new Stopped(now));
    Optional<Instant> yesterday = Optional.of(Instant.parse("2026-11-27T23:59:00Z"));

    assertThat(plain(english.moment(Optional.of(now)))).isEqualTo("Today, 5:30 AM");
    assertThat(plain(english.moment(yesterday))).isEqualTo("Yesterday, 11:59 PM");
    assertThat(plain(samoa.moment(yesterday))).isEqualTo("Today, 12:59 PM");
    assertThat(plain(french.moment(yesterday))).isEqualTo("Hier, 23:59");
    assertThat(plain(english.moment(Optional.of(Instant.parse("2026-11-01T08:00:00Z")))))
        .isEqualTo("Nov 1, 2026, 8:00 AM");
    assertThat(english.moment(Optional.empty())).isEmpty();
  }

  @Test
  void a_moment_that_the_daemon_names_is_written_as_here() {
    var english = new Texts(Locale.ENGLISH, UTC, TimeSource.system());
    var french = new Texts(Locale.FRENCH, UTC, TimeSource.system());
    String said = "1 device may join as read-only until 2026-11-29T05:30:11.023Z";

    assertThat(plain(english.said(said)))
        .isEqualTo("1 device may join as read-only until Nov 29, 2026, 5:30 AM");
    assertThat(plain(french.said(said))).contains("29 nov. 2026").doesNotContain("T05", "Z");
    assertThat(english.said("put 2026-99-99T99:99Z 3 bytes")).contains("2026-99-99T99:99Z");
  }

  /// Without the narrow spaces that the platform's formats have.
  private static String plain(String text) {
    return text.replaceAll("[\\u00a0\\u202f]", " ");
  }

  private record Stopped(Instant wallTime) implements TimeSource {
    @Override
    public long monotonicNanos() {
      return 0;
    }
  }

  @Test
  void a_member_that_lacks_directories_alone_is_no_file_behind() {
    assertThat(behind(0)).isEqualTo("Connected, catching up");
    assertThat(behind(1)).isEqualTo("Connected, 1 file behind");
    assertThat(behind(2)).isEqualTo("Connected, 2 files behind");
  }

  private static String behind(int files) {
    var member = "{'name': 'b', 'connected': true, 'inSync': false, 'missingFiles': %d}";
    return new Texts(Locale.ENGLISH, UTC, TimeSource.system())
        .presence(Member.of(Snapshots.json(member.formatted(files))), true);
  }

  @Test
  void a_device_that_is_connected_without_the_folder_is_not_called_away() {
    var english = new Texts(Locale.ENGLISH, UTC, TimeSource.system());
    var absent = Member.of(Snapshots.json("{'name': 'b', 'connected': false}"));

    assertThat(english.presence(absent, false)).isEqualTo("Not connected now");
    assertThat(english.presence(absent, true))
        .isEqualTo("Connected, but this folder is paused there or was taken away");
  }

  @Test
  void what_people_did_reads_as_it_is_said() {
    assertThat(heading("{'kind': 'add', 'what': 'file', 'path': 'notes.txt', 'size': 46}"))
        .isEqualTo("Anna added notes.txt, 46\u00a0B");
    assertThat(heading("{'kind': 'change', 'what': 'file', 'path': 'notes.txt', 'size': 46}"))
        .isEqualTo("Anna changed notes.txt, now 46\u00a0B");
    assertThat(heading("{'kind': 'delete', 'what': 'file', 'path': 'notes.txt', 'size': 0}"))
        .isEqualTo("Anna deleted notes.txt");
    assertThat(heading("{'kind': 'add', 'what': 'directory', 'path': 'd', 'size': 0}"))
        .isEqualTo("Anna added d/");
    assertThat(heading("{'kind': 'move', 'what': 'file', 'path': 'd/b', 'from': 'd/a'}"))
        .isEqualTo("Anna renamed d/a to b");
    assertThat(heading("{'kind': 'move', 'what': 'file', 'path': 'd/e/b', 'from': 'd/a'}"))
        .isEqualTo("Anna renamed d/a to d/e/b");
    assertThat(heading("{'kind': 'move', 'what': 'file', 'path': 'b', 'from': 'd/b'}"))
        .isEqualTo("Anna renamed d/b to b");
  }

  @Test
  void several_things_that_people_did_stand_below_who_did_them() {
    var change =
        change(
            "{'kind': 'add', 'what': 'file', 'path': 'a', 'size': 1},"
                + "{'kind': 'delete', 'what': 'file', 'path': 'b', 'size': 0}");

    var english = new Texts(Locale.ENGLISH, UTC, TimeSource.system());
    assertThat(english.heading(change)).isEqualTo("Anna changed 2 things");
    assertThat(english.lines(change)).containsExactly("Added a, 1\u00a0B", "Deleted b");
    assertThat(new Texts(Locale.FRENCH, UTC, TimeSource.system()).lines(change))
        .containsExactly("Ajouté\u00a0: a, 1\u00a0o", "Supprimé\u00a0: b");
  }

  @Test
  void many_things_alike_are_told_as_one() {
    String gone = "{'kind': 'delete', 'what': 'file', 'path': '%s', 'size': 0}";

    assertThat(heading(gone.formatted("a") + "," + gone.formatted("b")))
        .isEqualTo("Anna deleted 2 things");
  }

  @Test
  void who_came_and_went_reads_as_it_is_said() {
    assertThat(belonging("{'kind': 'create', 'name': 'Anna'}"))
        .isEqualTo("Anna created this folder");
    assertThat(belonging("{'kind': 'join', 'name': 'Ben', 'role': 'read-only'}"))
        .isEqualTo("Ben joined: Can view / Let in by Anna");
    assertThat(belonging("{'kind': 'role', 'name': 'Ben', 'role': 'admin'}"))
        .isEqualTo("Anna changed what Ben may do: Full control");
    assertThat(belonging("{'kind': 'leave', 'name': 'Anna'}")).isEqualTo("Anna left this folder");
    assertThat(belonging("{'kind': 'remove', 'name': 'Ben'}")).isEqualTo("Anna removed Ben");
    assertThat(
            plain(
                belonging(
                    "{'kind': 'invite', 'role': 'read-write', 'uses': 2, 'approval': true,"
                        + " 'expires': '2026-11-29T05:30:00Z'}")))
        .isEqualTo(
            "Anna made an invitation: Can edit"
                + " / For 2 devices, until Nov 29, 2026, 5:30 AM, each with approval");
    assertThat(belonging("{'kind': 'withdraw'}")).isEqualTo("Anna revoked an invitation");
    assertThat(belonging("{'kind': 'quarantine', 'name': 'Ben'}"))
        .isEqualTo("Ben told two different histories: its changes wait / Noticed by Anna");
    assertThat(belonging("{'kind': 'heal', 'name': 'Ben'}")).isEqualTo("Anna let Ben go on");
    assertThat(belonging("{'kind': 'of-a-newer-daemon'}"))
        .isEqualTo("Anna changed who belongs to this folder");
  }

  /// The heading and the lines below it.
  private static String belonging(String json) {
    var change =
        Change.of(
            Snapshots.json(
                "{'authorName': 'Anna', 'kind': 'grant', 'lines': ['x'], 'changes': [],"
                    + " 'belonging': %s}".formatted(json)));
    var english = new Texts(Locale.ENGLISH, UTC, TimeSource.system());
    return String.join(
        " / ",
        Stream.concat(Stream.of(english.heading(change)), english.lines(change).stream()).toList());
  }

  private static String heading(String doing) {
    return new Texts(Locale.ENGLISH, UTC, TimeSource.system()).heading(change(doing));
  }

  private static Change change(String doings) {
    String entry = "{'authorName': 'Anna', 'kind': 'changes', 'lines': [], 'changes': [%s]}";
    return Change.of(Snapshots.json(entry.formatted(doings)));
  }

  @Test
  void a_finding_is_told_in_the_language_with_its_topic() {
    var french = new Texts(Locale.FRENCH, UTC, TimeSource.system());
    var finding =
        new Finding("note", "folder it is free", "it is free", Optional.empty(), Optional.empty());

    assertThat(french.said(finding).topic()).isEqualTo("Dossier «\u00a0it is free\u00a0»");
    assertThat(french.said(finding).what()).isEqualTo("Il est libre");
  }

  @Test
  void a_heading_begins_with_a_capital() {
    for (Locale locale : List.of(Locale.ENGLISH, Locale.FRENCH)) {
      for (String topic : List.of("home", "watches", "folder film", "of-a-newer-daemon")) {
        var finding = new Finding("ok", topic, "", Optional.empty(), Optional.empty());
        String heading = new Texts(locale, UTC, TimeSource.system()).said(finding).topic();
        assertThat(heading.substring(0, 1)).as(heading).isUpperCase();
      }
    }
  }

  @Test
  void what_went_wrong_is_told_in_the_language() {
    var trouble = new Trouble("it is free", Optional.of("a\u0007b"), Optional.of("name a file"));

    assertThat(new Texts(Locale.FRENCH, UTC, TimeSource.system()).said(trouble))
        .isEqualTo(
            new Trouble(
                "Il est libre", Optional.of("a\\u{7}b"), Optional.of("indiquez un fichier")));
  }

  @Test
  void the_title_of_what_went_wrong_begins_with_a_capital_unless_with_a_name() {
    assertThat(title("this is not a short code")).isEqualTo("This is not a short code");
    assertThat(title("'a.txt' is not there")).isEqualTo("'a.txt' is not there");
    assertThat(title("config.toml cannot be read")).isEqualTo("config.toml cannot be read");
    assertThat(title("")).isEmpty();
    assertThat(new Texts(Locale.FRENCH, UTC, TimeSource.system()).sentence("it is free"))
        .isEqualTo("Il est libre");
  }

  private static String title(String what) {
    return new Texts(Locale.ENGLISH, UTC, TimeSource.system())
        .said(new Trouble(what, Optional.empty(), Optional.empty()))
        .what();
  }

  @Test
  void a_word_of_a_newer_daemon_is_shown_as_it_is() {
    assertThat(new Texts(Locale.ENGLISH, UTC, TimeSource.system()).word("event", "file-folded"))
        .isEqualTo("file folded");
  }
}
