package lockstep.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import lockstep.base.Node;
import lockstep.base.RelPath;
import lockstep.base.Role;
import lockstep.base.Version;
import lockstep.base.VersionVector;
import lockstep.conflict.ConflictName;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GlobalTreeTest {
  private static final String COPY = "f (conflict dev1 2026-03-01)";
  private static final String SECOND_COPY = "f (conflict dev1 2026-03-01 2)";

  @TempDir private Path directory;
  private Cluster cluster;
  private Cluster.Device a;
  private Cluster.Device b;

  @BeforeEach
  void start() throws IOException {
    cluster = new Cluster(directory);
    a = cluster.first();
    b = cluster.join(Role.READ_WRITE);
    b.edit("z", "makes the clock of b run behind a's from here on");
    a.pull(b);
    a.edit("z", "and now ahead");
    b.pull(a);
  }

  @AfterEach
  void stop() throws IOException {
    cluster.close();
  }

  /// `a` publishes first and wins; `b` loses.
  private void race(String path) throws IOException {
    a.edit(path, "a's");
    b.edit("z", "one more entry makes b's next clock higher" + a.ledger().clock());
    b.edit(path, "b's");
    exchange();
  }

  private void exchange() throws IOException {
    a.pull(b);
    b.pull(a);
    assertThat(b.tree()).isEqualTo(a.tree());
  }

  @Test
  void the_loser_of_a_race_stands_beside_the_winner() throws IOException {
    race("f");

    assertThat(a.tree()).containsOnlyKeys("f", "z", COPY);
    assertThat(a.node("f")).isEqualTo(Cluster.file("a's"));
    assertThat(a.node(COPY)).isEqualTo(Cluster.file("b's"));
    Conflict conflict = a.ledger().global().conflicts().getFirst();
    assertThat(conflict.path()).isEqualTo(RelPath.of("f"));
    assertThat(conflict.copyPath()).isEqualTo(RelPath.of(COPY));
    assertThat(conflict.official().node()).isEqualTo(Cluster.file("a's"));
    assertThat(conflict.other().writer().device()).isEqualTo(b.key().publicKey());
  }

  @Test
  void who_saved_under_a_later_lock_keeps_the_name_though_another_was_first() throws IOException {
    a.edit("f", "a's");
    b.edit("z", "one more entry makes b's next clock higher" + a.ledger().clock());
    b.change("f", Cluster.file("b's"), 3);
    exchange();
    b.reopen();

    assertThat(b.node("f")).isEqualTo(Cluster.file("b's"));
    assertThat(b.ledger().global().conflicts().getFirst().other().node())
        .isEqualTo(Cluster.file("a's"));
    assertThat(a.tree()).isEqualTo(b.tree());
  }

  @Test
  void a_copy_that_is_deleted_stays_deleted() throws IOException {
    race("f");
    a.delete(COPY);
    exchange();
    a.edit("f", "goes on");
    exchange();
    a.reopen();

    assertThat(a.tree()).containsOnlyKeys("f", "z");
    assertThat(a.ledger().global().conflicts()).isEmpty();
    assertThat(b.tree()).isEqualTo(a.tree());
  }

  @Test
  void a_copy_that_is_edited_is_a_file_like_any_other() throws IOException {
    race("f");
    b.edit(COPY, "merged by hand");
    exchange();

    assertThat(a.tree()).containsOnlyKeys("f", "z", COPY);
    assertThat(a.node(COPY)).isEqualTo(Cluster.file("merged by hand"));
    assertThat(a.ledger().global().conflicts()).isEmpty();
  }

  @Test
  void a_copy_with_an_entry_of_its_own_is_open_until_its_name_goes() throws IOException {
    race("f");
    b.edit(COPY, "merged by hand");
    b.edit("g (conflict dev1 2026-03-01)", "of a file that never was");
    String longName = "x".repeat(240) + ".txt";
    var shortened = ConflictName.of(RelPath.of(longName), "dev1", LocalDate.of(2026, 3, 1), 1);
    a.edit(longName, "of a name that was shortened");
    a.edit(shortened.toString(), "published late");
    exchange();

    for (var device : List.of(a, b)) {
      device.reopen();
      assertThat(device.ledger().global().openConflicts())
          .extracting(conflict -> conflict.copyPath().toString(), c -> c.path().toString())
          .containsExactly(tuple(COPY, "f"), tuple(shortened.toString(), longName));
    }
    Node merged = a.node(COPY);
    a.delete(COPY);
    a.change("f (dev1 2026-03-01)", merged);
    a.delete(shortened.toString());
    assertThat(a.ledger().global().openConflicts()).isEmpty();
  }

  @Test
  void a_copy_stands_until_it_is_settled_whatever_becomes_of_the_winner() throws IOException {
    race("f");
    a.edit("f", "next");
    exchange();
    assertThat(a.tree()).containsKey(COPY);
    a.delete("f");
    exchange();

    assertThat(a.tree()).containsOnlyKeys("z", COPY);
  }

  @Test
  void a_copy_never_takes_the_name_of_a_user_s_file() throws IOException {
    a.edit(COPY, "the user's own");
    exchange();
    race("f");

    assertThat(a.node(COPY)).isEqualTo(Cluster.file("the user's own"));
    assertThat(a.node(SECOND_COPY)).isEqualTo(Cluster.file("b's"));

    a.delete(COPY);
    exchange();
    assertThat(a.tree()).containsOnlyKeys("f", "z", COPY);
    assertThat(a.node(COPY)).isEqualTo(Cluster.file("b's"));
  }

  @Test
  void knowing_another_entry_of_the_loser_is_not_knowing_its_copy() throws IOException {
    a.edit("f", "a's");
    b.edit("z", "higher clock");
    b.edit("f", "b's");
    b.edit(COPY, "b's later entry, at the very name the copy will want");
    exchange();

    assertThat(a.tree()).containsOnlyKeys("f", "z", COPY, SECOND_COPY);
    assertThat(a.node(SECOND_COPY)).isEqualTo(Cluster.file("b's"));
  }

  @Test
  void copies_of_one_device_and_day_are_numbered_alike_everywhere() throws IOException {
    race("f");
    a.edit("f", "a's second");
    b.edit("z", "higher clock");
    b.edit("f", "b's second");
    exchange();

    assertThat(a.tree()).containsOnlyKeys("f", "z", COPY, SECOND_COPY);
    assertThat(List.of(a.node(COPY), a.node(SECOND_COPY)))
        .containsExactlyInAnyOrder(Cluster.file("b's"), Cluster.file("b's second"));
    a.reopen();
    assertThat(a.tree()).isEqualTo(b.tree());
  }

  /// Names so long that their copies' names are shortened to the same one.
  @Test
  void copies_of_several_files_that_want_one_name_are_numbered_alike_everywhere()
      throws IOException {
    String stem = "n".repeat(240);
    for (int i = 0; i < 6; i++) a.edit(stem + i, "a" + i);
    for (int i = 0; i < 6; i++) b.edit(stem + (5 - i), "b" + i);
    b.edit("z", "");
    exchange();

    assertThat(a.ledger().global().conflicts()).hasSize(6);
    assertThat(a.tree()).hasSize(13);
  }

  @Test
  void a_file_makes_way_for_what_lives_below_its_name() throws IOException {
    a.change("f", new Node.Directory(0755));
    exchange();
    a.edit("f", "now a file");
    b.edit("f/inside", "x");
    exchange();

    String copy = "f (conflict dev0 2026-03-01)";
    assertThat(a.tree()).containsOnlyKeys("f", "f/inside", copy, "z");
    assertThat(a.node("f")).isInstanceOf(Node.Directory.class);
    assertThat(a.node(copy)).isEqualTo(Cluster.file("now a file"));

    b.change("f", new Node.Directory(0700)); // as a scan that finds the directory may publish it
    exchange();
    assertThat(a.node(copy)).isEqualTo(Cluster.file("now a file"));
    assertThat(a.node("f")).isEqualTo(new Node.Directory(0700));
  }

  @Test
  void what_somebody_saved_to_a_file_that_made_way_is_in_its_copy() throws IOException {
    a.edit("f", "old");
    var c = cluster.join(Role.READ_WRITE);
    c.edit("f", "new");
    b.edit("f/x", "in a directory");
    a.pull(b); // a knows of the directory before the edit, c after it
    a.pull(c);
    c.pull(a);

    assertThat(a.tree().values()).extracting(Version::node).contains(Cluster.file("new"));
    assertThat(a.tree()).isEqualTo(c.tree());
  }

  @Test
  void a_file_that_made_way_does_not_come_back_once_its_copy_is_settled() throws IOException {
    RelPath copy = RelPath.of("f (conflict dev0 2026-03-01)");
    a.edit("f", "a file");
    b.edit("f/x", "in a directory");
    exchange();
    GlobalTree tree = a.ledger().global();
    assertThat(tree.madeWay(RelPath.of("f/x"))).isEmpty();

    GlobalTree.MadeWay file = tree.madeWay(copy).orElseThrow();
    a.ledger()
        .append(
            List.of(
                new Payload.Changes(
                    List.of(
                        new Change(copy, Node.ABSENT, tree.known(copy)),
                        new Change(file.path(), new Node.Directory(0755), file.known())))));
    exchange();
    assertThat(b.tree()).containsOnlyKeys("f", "f/x", "z");
    deleteTogether(b, "f", "f/x");
    exchange();

    assertThat(a.tree()).containsOnlyKeys("z");
  }

  /// As somebody publishes it who finds all of them gone.
  private static void deleteTogether(Cluster.Device device, String... paths) throws IOException {
    var changes =
        Stream.of(paths)
            .map(RelPath::of)
            .map(path -> new Change(path, Node.ABSENT, device.ledger().global().known(path)))
            .toList();
    device.ledger().append(List.of(new Payload.Changes(changes)));
  }

  @Test
  void a_deleted_directory_stays_while_something_lives_in_it() throws IOException {
    a.change("d", new Node.Directory(0755));
    exchange();
    a.delete("d");
    b.edit("d/new", "x");
    exchange();
    assertThat(a.node("d")).isInstanceOf(Node.Directory.class);
    assertThat(a.ledger().global().directories()).isEqualTo(1);

    Appended appended = a.delete("d/new");

    assertThat(a.node("d")).isEqualTo(Node.ABSENT);
    assertThat(appended.changed()).contains(RelPath.of("d"), RelPath.of("d/new"));
    assertThat(a.ledger().global().directories()).isZero();
  }

  @Test
  void thousands_of_levels_are_just_a_long_path() throws IOException {
    String deep = "d/".repeat(16_000) + "f";

    a.edit(deep, "x");
    a.delete(deep);
    a.edit(deep, "y");
    exchange();

    assertThat(b.node(deep)).isEqualTo(Cluster.file("y"));
    assertThat(b.ledger().global().files()).isEqualTo(2);
  }

  @Test
  void what_nobody_ever_named_is_unknown() {
    GlobalTree tree = a.ledger().global();

    assertThat(tree.get(RelPath.of("never"))).isEqualTo(Optional.empty());
    assertThat(tree.known(RelPath.of("never"))).isEqualTo(VersionVector.EMPTY);
    assertThat(tree.get(RelPath.ROOT)).isEmpty();
  }

  @Test
  void a_batch_of_several_payloads_may_touch_a_path_again() throws IOException {
    a.ledger()
        .append(
            List.of(
                new Payload.Changes(List.of(Cluster.put("p", "1"))),
                new Payload.Changes(List.of(Cluster.put("q", "2")))));
    exchange();

    assertThat(a.tree()).containsOnlyKeys("p", "q", "z");
  }
}
