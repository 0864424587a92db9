package lockstep.sync;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import lockstep.base.Content;
import lockstep.base.RelPath;
import lockstep.recovery.Directories;
import lockstep.recovery.Disks;
import lockstep.testkit.Gen;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// What gave way can be brought back, and what is damaged can be mended, on two real devices.
@Timeout(120)
class NothingLostTest {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  @TempDir Path temp;
  private TestDevice ana;
  private TestDevice ben;

  @BeforeEach
  void pair() throws Exception {
    ana = new TestDevice(temp, "ana");
    ben = new TestDevice(temp, "ben");
  }

  @AfterEach
  void close() throws Exception {
    ana.close();
    ben.close();
  }

  // ---- Conflicts -----------------------------------------------------------------------------

  /// Ana's version is official, Ben's becomes the copy.
  private OpenConflict conflict() throws Exception {
    ana.write("plan.txt", "ana's");
    ben.write("plan.txt", "ben's");
    ana.shareWith();
    assertThat(ana.engine.awaitSynced("work", LIMIT))
        .isTrue(); // on a busy machine Ben may be first
    ben.engine.join(ana.invite(1, false), ben.folder);
    ana.await(() -> ana.engine.conflicts().size() == 1);
    ben.await(() -> ben.engine.conflicts().size() == 1);
    synced();
    return ben.engine.conflicts().getFirst();
  }

  private void synced() throws Exception {
    assertThat(ana.engine.awaitSynced("work", LIMIT)).isTrue();
    assertThat(ben.engine.awaitSynced("work", LIMIT)).isTrue();
    ben.awaitSameTreeAs(ana);
  }

  @Test
  void a_conflict_is_listed_alike_everywhere() throws Exception {
    OpenConflict conflict = conflict();

    assertThat(ana.engine.conflicts()).isEqualTo(ben.engine.conflicts()).hasSize(1);
    assertThat(conflict.path()).isEqualTo("plan.txt");
    assertThat(conflict.copyPath()).startsWith("plan (conflict ben ").endsWith(").txt");
    assertThat(conflict.official().authorName()).isEqualTo("ana");
    assertThat(conflict.other().authorName()).isEqualTo("ben");
    assertThat(conflict.other().size()).isEqualTo(5);
    assertThat(conflict.state()).isEqualTo(OpenConflict.State.OPEN);
    assertThat(ana.engine.folders().getFirst().conflicts()).isEqualTo(1);
  }

  @Test
  void why_speaks_of_a_conflict_at_the_file_and_at_its_copy() throws Exception {
    String copy = conflict().copyPath();

    assertThat(ana.engine.why(ana.folder.resolve("plan.txt")))
        .anySatisfy(line -> assertThat(line).startsWith("conflict: ").contains(copy));
    assertThat(ana.engine.why(ana.folder.resolve(copy)))
        .anySatisfy(line -> assertThat(line).startsWith("conflict: ").contains("'plan.txt'"));
    ana.write("other.txt", "calm");
    synced();
    assertThat(ana.engine.why(ana.folder.resolve("other.txt")).toString())
        .doesNotContain("conflict");
  }

  @Test
  void keeping_the_official_version_takes_the_copy_away() throws Exception {
    OpenConflict conflict = conflict();

    ana.engine.resolve(conflict.id(), OpenConflict.Keep.OFFICIAL);

    settled();
    assertThat(texts(ben)).containsExactly("plan.txt=ana's");
    assertThat(bytesKept(ana)).contains("ben's");
    ana.engine.restore(restore(ana, conflict.copyPath()));
    ben.await(() -> ben.engine.conflicts().size() == 1);
    synced();
    assertThat(ben.read(conflict.copyPath())).isEqualTo("ben's");
  }

  @Test
  void keeping_the_other_version_gives_it_the_name() throws Exception {
    OpenConflict conflict = conflict();

    ben.engine.resolve(conflict.id().substring(0, 6), OpenConflict.Keep.OTHER);

    settled();
    assertThat(texts(ana)).containsExactly("plan.txt=ben's");
    assertThat(bytesKept(ana)).contains("ana's");
    ana.engine.restore(restore(ana, "plan.txt"));
    synced();
    assertThat(ben.read("plan.txt")).isEqualTo("ana's");
  }

  @Test
  void keeping_both_makes_the_copy_an_ordinary_file() throws Exception {
    OpenConflict conflict = conflict();

    ana.engine.resolve(conflict.id(), OpenConflict.Keep.BOTH);

    settled();
    String ordinary = conflict.copyPath().replace("(conflict ben", "(ben");
    assertThat(texts(ben)).containsExactlyInAnyOrder("plan.txt=ana's", ordinary + "=ben's");
  }

  @Test
  void what_was_settled_can_be_taken_back() throws Exception {
    OpenConflict conflict = conflict();

    for (OpenConflict.Keep keep : OpenConflict.Keep.values()) {
      String id = ana.engine.conflicts().getFirst().id();
      ana.engine.resolve(id, keep);
      settled();
      ana.engine.undo(id);
      ben.await(() -> ben.engine.conflicts().size() == 1);
      synced();

      assertThat(texts(ben))
          .as("after " + keep)
          .containsExactlyInAnyOrder("plan.txt=ana's", conflict.copyPath() + "=ben's");
    }
  }

  @Test
  void at_once_too() throws Exception {
    OpenConflict conflict = conflict();

    for (OpenConflict.Keep keep : OpenConflict.Keep.values()) {
      String id = ana.engine.conflicts().getFirst().id();
      ana.engine.resolve(id, keep);
      assertThat(ana.engine.undo(id).state()).isEqualTo(OpenConflict.State.OPEN);
      synced();
    }

    assertThat(texts(ben))
        .containsExactlyInAnyOrder("plan.txt=ana's", conflict.copyPath() + "=ben's");
  }

  @Test
  void what_somebody_has_worked_on_since_is_not_taken_back() throws Exception {
    OpenConflict conflict = conflict();
    ana.engine.resolve(conflict.id(), OpenConflict.Keep.OTHER);
    settled();
    ben.write("plan.txt", "ben's, and more");
    synced();

    assertThatThrownBy(() -> ana.engine.undo(conflict.id()))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("changed");
    assertThat(texts(ana)).containsExactly("plan.txt=ben's, and more");
    assertThatThrownBy(() -> ben.engine.undo(conflict.id()))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("was not settled here");
  }

  private void settled() throws Exception {
    ana.await(() -> ana.engine.conflicts().isEmpty());
    ben.await(() -> ben.engine.conflicts().isEmpty());
    synced();
    assertThat(ben.engine.folders().getFirst().conflicts()).isZero();
  }

  @Test
  void a_copy_that_was_edited_meanwhile_is_not_taken_away() throws Exception {
    OpenConflict conflict = conflict();
    ana.engine.pauseFolder("work");
    ana.write(conflict.copyPath(), "ben's, and more");

    assertThatThrownBy(() -> ana.engine.resolve(conflict.id(), OpenConflict.Keep.OFFICIAL))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("changed");
    assertThat(ana.read(conflict.copyPath())).isEqualTo("ben's, and more");
  }

  @Test
  void conflicts_of_every_origin_are_settled_alike() throws Exception {
    ana.write("start", "");
    ana.shareWith(ben);
    synced();
    for (int i = 0; i < 6; i++) {
      ana.write("race " + i, "ana " + i);
      ben.write("race " + i, "ben " + i);
    }
    synced();
    List<OpenConflict> conflicts = ana.engine.conflicts();
    assertThat(conflicts).hasSize(6).isEqualTo(ben.engine.conflicts());

    for (int i = 0; i < 6; i++) {
      TestDevice device = i % 2 == 0 ? ana : ben;
      device.engine.resolve(conflicts.get(i).id(), OpenConflict.Keep.values()[i / 2]);
    }

    settled();
    assertThat(texts(ana)).hasSize(1 + 6 + 2);
    for (int i = 0; i < 6; i++) {
      boolean others = OpenConflict.Keep.values()[i / 2] == OpenConflict.Keep.OTHER;
      OpenConflict.Side kept = others ? conflicts.get(i).other() : conflicts.get(i).official();
      assertThat(ana.read("race " + i)).isEqualTo(kept.authorName() + " " + i);
    }
  }

  @Test
  void an_unknown_conflict_is_refused() throws Exception {
    conflict();

    assertThatThrownBy(() -> ana.engine.resolve("ffffff", OpenConflict.Keep.BOTH))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("no open conflict 'ffffff'");
    assertThatThrownBy(() -> ana.engine.resolve("", OpenConflict.Keep.BOTH))
        .isInstanceOf(UserException.class);
  }

  // ---- The past ------------------------------------------------------------------------------

  @Test
  void every_version_can_be_brought_back() throws Exception {
    ana.write("a.txt", "one");
    ana.shareWith(ben);
    synced();
    ben.write("a.txt", "two, by ben");
    synced();
    ana.write("a.txt", "three");
    synced();

    List<PastVersion> versions = ana.engine.history(ana.folder.resolve("a.txt"));
    assertThat(versions).extracting(PastVersion::size).containsExactly(5L, 11L, 3L);
    assertThat(versions).extracting(PastVersion::authorName).containsExactly("ana", "ben", "ana");
    // Ana's own editor wrote over Ben's text; Ben's Lockstep displaced it, so Ben still has it
    assertThat(versions).extracting(PastVersion::available).containsExactly(true, false, true);

    ana.engine.restore(restore(ana, "a.txt"));
    synced();
    assertThat(ben.read("a.txt")).isEqualTo("two, by ben");
    var first = Optional.of(versions.getLast().version());
    ben.engine.restore(
        new Restoration.Request(
            ben.folder.resolve("a.txt"), first, Optional.empty(), Optional.empty()));
    synced();
    assertThat(ana.read("a.txt")).isEqualTo("one");
    assertThat(bytesKept(ana)).contains("one", "two, by ben", "three");
  }

  @Test
  void a_deleted_directory_comes_back_whole() throws Exception {
    ana.write("d/a", "1").write("d/sub/b", "2").write("d/gone before", "3").write("kept", "4");
    Files.createSymbolicLink(ana.folder.resolve("d/link"), Path.of("a"));
    byte[] big = new Gen(7).bytes(3_000_000);
    Files.write(ana.folder.resolve("d/big"), big);
    ana.shareWith(ben);
    synced();
    Files.delete(ana.folder.resolve("d/gone before"));
    synced();
    var before = ana.tree();
    var deletedEarlier = ana.engine.history(ana.folder.resolve("d/gone before")).getFirst();
    assertThat(deletedEarlier.kind()).isEqualTo("delete");
    Thread.sleep(50);
    ben.await(() -> !Files.exists(ben.folder.resolve("d/gone before")));
    Directories.deleteTree(ben.folder.resolve("d"));
    synced();
    assertThat(ana.folder.resolve("d")).doesNotExist();

    Restoration restored = ana.engine.restore(restore(ana, "d"));

    assertThat(restored.missing()).isEmpty();
    synced();
    assertThat(ben.tree()).isEqualTo(before);
    assertThat(Files.readAllBytes(ben.folder.resolve("d/big"))).isEqualTo(big);
  }

  @Test
  void a_directory_comes_back_as_it_was_at_a_moment_and_elsewhere() throws Exception {
    ana.write("d/a", "1").write("d/b", "2");
    ana.shareWith(ben);
    synced();
    Instant then = Instant.now();
    Thread.sleep(20);
    ana.write("d/a", "changed").write("d/later", "3");
    Files.delete(ana.folder.resolve("d/b"));
    synced();

    Path outside = temp.resolve("as it was");
    var request =
        new Restoration.Request(
            ana.folder.resolve("d"), Optional.empty(), Optional.of(then), Optional.of(outside));
    ana.engine.restore(request);
    assertThat(outside.resolve("a")).hasContent("1");
    assertThat(outside.resolve("b")).hasContent("2");
    assertThat(outside.resolve("later")).doesNotExist();
    assertThatThrownBy(() -> ana.engine.restore(request)).isInstanceOf(UserException.class);

    ana.engine.restore(
        new Restoration.Request(
            ana.folder.resolve("d"), Optional.empty(), Optional.of(then), Optional.empty()));
    synced();
    assertThat(texts(ben)).containsExactlyInAnyOrder("d/a=1", "d/b=2", "d/later=3");
  }

  @Test
  void a_whole_folder_goes_back_to_a_moment_as_was_said_before_and_that_can_be_taken_back()
      throws Exception {
    ana.write("a", "1").write("b", "22").write("d/gone", "333").write("same", "4");
    ana.shareWith(ben);
    synced();
    Instant then = Instant.now();
    Thread.sleep(20);
    ana.write("a", "changed").write("b", "changed, too").write("later", "5");
    Directories.deleteTree(ana.folder.resolve("d"));
    synced();
    var before = ana.tree();
    var request =
        new Restoration.Request(ana.folder, Optional.empty(), Optional.of(then), Optional.empty());

    Restoration.Preview will = ana.engine.previewRestore(request);
    assertThat(will.returning()).containsExactly("d", "d/gone");
    assertThat(will.replaced()).containsExactly("a", "b");
    assertThat(will.elsewhere()).containsExactly("a", "b", "d/gone"); // written over by hand
    assertThat(will.bytes()).isEqualTo(6);
    assertThat(ana.tree()).isEqualTo(before);

    ana.engine.restore(request);
    synced();
    assertThat(texts(ben))
        .containsExactlyInAnyOrder("a=1", "b=22", "d/gone=333", "same=4", "later=5");
    ana.write("b", "worked on");
    synced();

    Restoration.Undone undone = ana.engine.undoRestore(ana.folder);
    synced();
    assertThat(undone.undone())
        .containsExactly(
            ana.folder.resolve("a").toString(),
            ana.folder.resolve("d").toString(),
            ana.folder.resolve("d/gone").toString());
    assertThat(undone.left()).containsExactly(ana.folder.resolve("b").toString());
    assertThat(texts(ben))
        .containsExactlyInAnyOrder("a=changed", "b=worked on", "same=4", "later=5");
    assertThat(bytesKept(ana)).contains("1", "333");
    assertThatThrownBy(() -> ana.engine.undoRestore(ana.folder))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("was not restored here just now");
  }

  @Test
  void a_directory_that_came_back_stays_with_what_was_put_into_it_since() throws Exception {
    ana.write("d/a", "1");
    ana.shareWith(ben);
    synced();
    Directories.deleteTree(ana.folder.resolve("d"));
    synced();
    ana.engine.restore(restore(ana, "d"));
    ana.write("d/new", "2");

    Restoration.Undone undone = ana.engine.undoRestore(ana.folder.resolve("d"));

    assertThat(undone.left()).containsExactly(ana.folder.resolve("d").toString());
    synced();
    assertThat(texts(ben)).containsExactly("d/new=2");
  }

  @Test
  void the_ledger_tells_what_people_did() throws Exception {
    ana.write("notes", "one").write("d/old", "moved");
    ana.shareWith(ben);
    synced();
    ana.write("notes", "longer");
    synced();
    Files.move(ana.folder.resolve("d/old"), ana.folder.resolve("d/young"));
    synced();
    Files.delete(ana.folder.resolve("notes"));
    synced();
    ben.await(() -> !Files.exists(ben.folder.resolve("notes")));
    ben.write("notes", "anew");
    synced();

    assertThat(doings(ana, 100))
        .containsExactly(
            "ben add file notes 4",
            "ana delete file notes 0",
            "ana move file d/young from d/old 5",
            "ana change file notes 6",
            "ana add directory d 0",
            "ana add file d/old 5",
            "ana add file notes 3");
    assertThat(doings(ana, 1)).containsExactly("ben add file notes 4");
  }

  private static List<String> doings(TestDevice device, int rows) throws Exception {
    return device.engine.ledger("work", OptionalLong.of(rows)).stream()
        .flatMap(
            row ->
                row.changes().stream()
                    .map(
                        change ->
                            String.join(
                                " ",
                                row.authorName(),
                                change.kind(),
                                change.what(),
                                change.path(),
                                change.from().map(from -> "from " + from + " ").orElse("")
                                    + change.size())))
        .toList();
  }

  @Test
  void bytes_that_only_another_member_keeps_are_fetched_from_it() throws Exception {
    byte[] big = new Gen(3).bytes(2_000_000);
    ana.write("small", "precious");
    Files.write(ana.folder.resolve("big"), big);
    ana.shareWith(ben);
    synced();
    Files.delete(ana.folder.resolve("small"));
    Files.delete(ana.folder.resolve("big"));
    synced();
    assertThat(ana.engine.history(ana.folder.resolve("big")).getLast().available()).isFalse();
    assertThat(ben.engine.history(ben.folder.resolve("big")).getLast().available()).isTrue();

    ana.engine.restore(restore(ana, "small"));
    ana.engine.restore(restore(ana, "big"));
    synced();
    assertThat(ben.read("small")).isEqualTo("precious");
    assertThat(Files.readAllBytes(ben.folder.resolve("big"))).isEqualTo(big);
  }

  @Test
  void what_nobody_has_is_said() throws Exception {
    ana.write("a", "1");
    ana.engine.addFolder(ana.folder, "work");
    ana.await(() -> ana.engine.folders().getFirst().files() == 1);
    Files.delete(ana.folder.resolve("a"));
    ana.await(() -> ana.engine.folders().getFirst().files() == 0);

    assertThatThrownBy(() -> ana.engine.restore(restore(ana, "a")))
        .isInstanceOfSatisfying(
            UserException.class, e -> assertThat(e.why()).contains("no other member is connected"));
    assertThatThrownBy(() -> ana.engine.restore(restore(ana, "never was")))
        .isInstanceOf(UserException.class);
  }

  @Test
  void what_a_crash_left_half_restored_goes_to_the_history() throws Exception {
    ana.write("a.txt", "now");
    ana.shareWith(ben);
    synced();
    ana.stop();
    String id = Base64.getUrlEncoder().withoutPadding().encodeToString("a.txt".getBytes(UTF_8));
    Path staged = ana.folder.resolve(".lockstep/staging/restore-" + id);
    Files.writeString(staged, "what stood there when the power failed");
    ana.start();

    assertThat(staged).doesNotExist();
    PastVersion kept = ana.engine.history(ana.folder.resolve("a.txt")).getFirst();
    ana.engine.restore(
        new Restoration.Request(
            ana.folder.resolve("a.txt"),
            Optional.of(kept.version()),
            Optional.empty(),
            Optional.empty()));
    synced();
    assertThat(ben.read("a.txt")).isEqualTo("what stood there when the power failed");
  }

  @Test
  void a_move_is_told_as_one() throws Exception {
    ana.write("old name", "text");
    ana.shareWith(ben);
    synced();
    ana.stop();
    Files.move(ana.folder.resolve("old name"), ana.folder.resolve("new name"));
    ana.start();
    synced();

    PastVersion version = ben.engine.history(ben.folder.resolve("new name")).getFirst();
    assertThat(version.kind()).isEqualTo("move");
    assertThat(version.movedFrom()).contains("old name");
    assertThat(ben.engine.history(ben.folder.resolve("old name")).getFirst().kind())
        .isEqualTo("delete");
  }

  // ---- Damage --------------------------------------------------------------------------------

  /// Changes bytes as a failing disk does, of which nothing tells. A write moves the time of the
  /// inode's change, which no call can set back: so the index is made to expect it.
  private static void rot(TestDevice device, String name) throws IOException {
    device.stop();
    RelPath path = RelPath.of(name);
    try (var disk = Disks.open(device.folder);
        var index = DiskIndex.open(index(device))) {
      Content content = index.content(path, disk.stat(path).orElseThrow()).orElseThrow();
      Path file = device.folder.resolve(name);
      FileTime time = Files.getLastModifiedTime(file);
      byte[] bytes = Files.readAllBytes(file);
      bytes[bytes.length / 2] ^= 4;
      Files.write(file, bytes);
      Files.setLastModifiedTime(file, time);
      var stat = disk.stat(path).orElseThrow();
      var pretended = new Observed(stat, Observed.file(stat, content));
      index.write(Map.of(path, Optional.of(pretended)));
    }
    device.start();
  }

  private static Path index(TestDevice device) throws IOException {
    try (Stream<Path> found = Files.walk(device.home.resolve("index"))) {
      return found.filter(path -> path.endsWith("files.mv")).findFirst().orElseThrow();
    }
  }

  @Test
  void a_damaged_file_is_found_and_mended_from_a_member() throws Exception {
    byte[] big = new Gen(5).bytes(1_500_000);
    ana.write("small", "0123456789");
    Files.write(ana.folder.resolve("big"), big);
    ana.shareWith(ben);
    synced();
    for (String name : List.of("small", "big")) {
      rot(ben, name);
    }
    assertThat(ben.engine.awaitSynced("work", LIMIT)).isTrue();

    assertThat(ben.engine.verify("").problems())
        .extracting(Verification.Problem::kind, Verification.Problem::path)
        .containsExactly(tuple("content", "big"), tuple("content", "small"));
    Mending mending = ben.engine.repair("work");

    assertThat(mending.problems()).isEmpty();
    assertThat(mending.mended()).hasSize(2);
    assertThat(ben.read("small")).isEqualTo("0123456789");
    assertThat(Files.readAllBytes(ben.folder.resolve("big"))).isEqualTo(big);
    assertThat(bytesKept(ben)).hasSize(2);
    synced();
    assertThat(ben.engine.verify("").problems()).isEmpty();
    assertThat(ana.engine.verify("").problems()).isEmpty();
  }

  @Test
  void damage_that_nobody_can_mend_is_left_alone() throws Exception {
    ana.write("only here", "0123456789");
    ana.engine.addFolder(ana.folder, "work");
    ana.await(() -> ana.engine.folders().getFirst().files() == 1);
    assertThat(ana.engine.awaitSynced("work", LIMIT)).isTrue();
    rot(ana, "only here");
    assertThat(ana.engine.awaitSynced("work", LIMIT)).isTrue();
    String damaged = ana.read("only here");

    Mending mending = ana.engine.repair("");

    assertThat(mending.mended()).isEmpty();
    assertThat(mending.problems().getFirst().detail()).contains("nothing of it was changed");
    assertThat(ana.read("only here")).isEqualTo(damaged);
    assertThat(bytesKept(ana)).isEmpty();
  }

  @Test
  void what_the_history_may_not_keep_any_more_goes_at_once() throws Exception {
    ana.write("a", "old");
    ana.shareWith(ben);
    ben.awaitSameTreeAs(ana);
    ana.write("a", "new");
    ben.awaitSameTreeAs(ana);
    ben.await(() -> bytesKept(ben).contains("old"));

    ben.engine.keepHistory(new HistoryLimits(Duration.ofDays(30), 0));

    ben.await(() -> keptFiles(ben).isEmpty());
    assertThat(ben.read("a")).isEqualTo("new");
  }

  @Test
  void damage_in_the_history_is_found() throws Exception {
    ana.write("a", "0123456789");
    ana.shareWith(ben);
    synced();
    ana.write("a", "new");
    synced();
    assertThat(ben.engine.verify("").ok()).isTrue();
    Path item = keptFiles(ben).getFirst();
    FileTime time = Files.getLastModifiedTime(item);
    Files.writeString(item, "0123X56789");
    Files.setLastModifiedTime(item, time);

    assertThat(ben.engine.verify("").problems())
        .extracting(Verification.Problem::kind)
        .containsExactly("history");
    assertThat(ben.engine.history(ben.folder.resolve("a")))
        .filteredOn(version -> !version.version().startsWith("kept-"))
        .extracting(PastVersion::available)
        .containsExactly(true, false);
    assertThat(ben.engine.repair("").problems()).isEmpty();
    assertThat(ben.engine.verify("").ok()).isTrue();
  }

  // ---- Helpers -------------------------------------------------------------------------------

  private static Restoration.Request restore(TestDevice device, String path) {
    return new Restoration.Request(
        device.folder.resolve(path), Optional.empty(), Optional.empty(), Optional.empty());
  }

  private static List<String> texts(TestDevice device) throws IOException {
    try (Stream<Path> files = Files.walk(device.folder)) {
      return files
          .filter(Files::isRegularFile)
          .filter(file -> !file.startsWith(device.folder.resolve(".lockstep")))
          .map(file -> device.folder.relativize(file) + "=" + text(file))
          .collect(Collectors.toList());
    }
  }

  private static String text(Path file) {
    try {
      return new String(Files.readAllBytes(file), java.nio.charset.StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static List<Path> keptFiles(TestDevice device) throws IOException {
    try (Stream<Path> files = Files.list(device.folder.resolve(".lockstep/history/files"))) {
      return files.toList();
    }
  }

  private static List<String> bytesKept(TestDevice device) throws IOException {
    return keptFiles(device).stream().map(NothingLostTest::text).toList();
  }
}
