package lockstep.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import lockstep.base.Blake3;
import lockstep.base.Content;
import lockstep.base.Disk;
import lockstep.base.Folding;
import lockstep.base.Node;
import lockstep.base.PrivateKey;
import lockstep.base.RelPath;
import lockstep.base.VersionVector;
import lockstep.ledger.Change;
import lockstep.ledger.Ledger;
import lockstep.ledger.Payload;
import lockstep.testkit.sim.Scheduler;
import lockstep.testkit.sim.SimDisk;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Which of the names that a disk takes for one may stand on it.
class NamesakesTest {
  private static final RelPath UPPER = RelPath.of("A.txt");
  private static final RelPath LOWER = RelPath.of("a.txt");
  private static final Node ONE = file("one");
  private static final Node TWO = file("two");
  private static final Node.Directory DIRECTORY = new Node.Directory(0755);

  private final Scheduler world = new Scheduler(1);
  private final Set<RelPath> failing = new HashSet<>();
  private final Ledger ledger = newLedger();
  private final Trees trees =
      new Trees(
          ledger,
          new HashMap<>(),
          new Former(ledger, Set.of()),
          new Folding(true, true, true, false));
  private final Namesakes namesakes = new Namesakes(trees, failing::contains);

  private static Node file(String text) {
    byte[] bytes = text.getBytes(java.nio.charset.StandardCharsets.UTF_8);
    return new Node.File(new Content(bytes.length, Blake3.of(bytes)), 1, 0644);
  }

  private Ledger newLedger() {
    try {
      return Ledger.create(
          new SimDisk(world).engine(),
          PrivateKey.ofSeed(Blake3.of(new byte[] {1}).bytes()),
          "work",
          "ana",
          world,
          n -> Arrays.copyOf(Blake3.of(new byte[] {7}).bytes(), n));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @AfterEach
  void close() throws IOException {
    ledger.close();
  }

  private void publish(RelPath path, Node node) throws IOException {
    VersionVector known = trees.global().known(path);
    ledger.append(List.of(new Payload.Changes(List.of(new Change(path, node, known)))));
  }

  /// Somebody had it in the ledger, and this device has it on its disk since.
  private void stands(RelPath path, Node node) throws IOException {
    publish(path, node);
    Disk.Kind kind = node instanceof Node.Directory ? Disk.Kind.DIRECTORY : Disk.Kind.FILE;
    trees.disk().put(path, new Observed(new Disk.Stat(kind, 3, 1, 1, 0644, 1, 1, 1), node));
    trees.apply(path, Applied.exactly(node));
  }

  private Decision decide(RelPath path) {
    Decision decision =
        namesakes.judge(
            Planner.decide(path, trees.global(path), trees.disk().node(path), trees.applied(path)));
    namesakes.decided(decision);
    return decision;
  }

  @Test
  void the_one_that_stands_stays() throws Exception {
    stands(LOWER, ONE);
    publish(UPPER, TWO);
    assertThat(decide(UPPER))
        .isInstanceOfSatisfying(
            Decision.Taken.class,
            taken -> {
              assertThat(taken.by()).isEqualTo(LOWER);
              assertThat(taken.reason()).contains("'a.txt'", "rename one of them");
            });
    assertThat(decide(LOWER)).isInstanceOf(Decision.Nothing.class);
  }

  @Test
  void of_two_that_come_the_one_that_is_planned_first_comes() throws Exception {
    publish(UPPER, ONE);
    publish(LOWER, TWO);
    assertThat(decide(UPPER)).isInstanceOf(Decision.Download.class);
    assertThat(decide(LOWER)).isInstanceOf(Decision.Taken.class);
    assertThat(decide(UPPER)).isInstanceOf(Decision.Download.class);
  }

  @Test
  void one_that_cannot_come_keeps_no_other_away() throws Exception {
    publish(UPPER, ONE);
    publish(LOWER, TWO);
    decide(UPPER);
    failing.add(UPPER);
    assertThat(decide(LOWER)).isInstanceOf(Decision.Download.class);
  }

  @Test
  void what_waits_is_planned_again_with_what_it_waits_for() throws Exception {
    stands(LOWER, ONE);
    publish(UPPER, TWO);
    decide(UPPER);
    assertThat(namesakes.waitingFor(List.of(RelPath.of("other")))).isEmpty();
    assertThat(namesakes.waitingFor(List.of(LOWER))).containsExactly(UPPER);
    trees.disk().remove(LOWER);
    assertThat(decide(UPPER)).isInstanceOf(Decision.Download.class);
  }

  @Test
  void with_a_directory_waits_all_that_is_in_it() throws Exception {
    stands(RelPath.of("d"), DIRECTORY);
    publish(RelPath.of("D"), DIRECTORY);
    publish(RelPath.of("D/x"), ONE);
    assertThat(decide(RelPath.of("D"))).isInstanceOf(Decision.Taken.class);
    assertThat(decide(RelPath.of("D/x"))).isInstanceOf(Decision.Taken.class);
  }

  @Test
  void a_file_or_directory_under_its_new_spelling_is_not_in_its_own_way() throws Exception {
    stands(LOWER, ONE);
    stands(RelPath.of("d"), DIRECTORY);
    publish(LOWER, Node.ABSENT);
    publish(UPPER, ONE);
    publish(RelPath.of("d"), Node.ABSENT);
    publish(RelPath.of("D"), DIRECTORY);
    assertThat(decide(UPPER)).isInstanceOf(Decision.Download.class);
    assertThat(decide(RelPath.of("D"))).isInstanceOf(Decision.MakeDirectory.class);
  }

  @Test
  void other_content_under_the_new_spelling_waits_until_the_old_one_is_gone() throws Exception {
    stands(LOWER, ONE);
    publish(LOWER, Node.ABSENT);
    publish(UPPER, TWO);
    assertThat(decide(UPPER)).isInstanceOf(Decision.Taken.class);
    assertThat(decide(LOWER)).isInstanceOf(Decision.Delete.class);
  }

  @Test
  void a_name_that_the_disk_cannot_spell_waits_though_nothing_has_it() throws Exception {
    RelPath decomposed = RelPath.of("e\u0301");
    publish(decomposed, ONE);
    assertThat(decide(decomposed))
        .isInstanceOfSatisfying(
            Decision.Taken.class, taken -> assertThat(taken.by()).isEqualTo(decomposed));
  }

  @Test
  void what_is_done_at_a_path_that_stands_is_no_matter_of_names() throws Exception {
    stands(LOWER, ONE);
    publish(LOWER, TWO);
    assertThat(decide(LOWER)).isInstanceOf(Decision.Download.class);
    publish(LOWER, Node.ABSENT);
    assertThat(decide(LOWER)).isInstanceOf(Decision.Delete.class);
  }
}
