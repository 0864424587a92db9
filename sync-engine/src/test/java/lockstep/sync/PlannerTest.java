package lockstep.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import lockstep.base.Blake3;
import lockstep.base.Content;
import lockstep.base.Node;
import lockstep.base.RelPath;
import lockstep.testkit.Gen;
import lockstep.testkit.SeedSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;

class PlannerTest {
  private static final RelPath PATH = RelPath.of("notes.txt");
  private static final Node V1 = file("one", 1);
  private static final Node V2 = file("two", 2);
  private static final Node V3 = file("three", 3);

  @Test
  void what_agrees_needs_nothing() {
    assertThat(decide(V1, V1, V1)).isEqualTo(new Decision.Nothing(PATH));
    assertThat(decide(Node.ABSENT, Node.ABSENT, Node.ABSENT)).isEqualTo(new Decision.Nothing(PATH));
  }

  @Test
  void a_change_on_one_side_flows_to_the_other() {
    assertThat(decide(V1, V2, V1)).isEqualTo(new Decision.Publish(PATH, V2));
    assertThat(decide(V2, V1, V1)).isEqualTo(new Decision.Download(PATH, (Node.File) V2));
    assertThat(decide(V1, Node.ABSENT, V1)).isEqualTo(new Decision.Publish(PATH, Node.ABSENT));
    assertThat(decide(Node.ABSENT, V1, V1)).isEqualTo(new Decision.Delete(PATH));
  }

  @Test
  void the_same_change_on_both_sides_is_no_conflict() {
    assertThat(decide(V2, V2, V1)).isEqualTo(new Decision.Accept(PATH, V2));
    assertThat(decide(touched(V2), V2, V1)).isEqualTo(new Decision.SetMetadata(PATH, touched(V2)));
  }

  @Test
  void two_different_changes_keep_both_versions() {
    assertThat(decide(V2, V3, V1)).isEqualTo(new Decision.KeepBoth(PATH, V3));
    assertThat(decide(V2, V3, Node.ABSENT)).isEqualTo(new Decision.KeepBoth(PATH, V3));
  }

  @Test
  void edit_beats_delete() {
    assertThat(decide(Node.ABSENT, V2, V1)).isEqualTo(new Decision.Publish(PATH, V2));
    assertThat(decide(V2, Node.ABSENT, V1)).isEqualTo(new Decision.Download(PATH, (Node.File) V2));
  }

  @Test
  void a_new_time_never_wins_over_new_content() {
    assertThat(decide(V2, touched(V1), V1)).isEqualTo(new Decision.Download(PATH, (Node.File) V2));
    assertThat(decide(touched(V1), V2, V1)).isEqualTo(new Decision.Publish(PATH, V2));
  }

  @Test
  void what_a_coarse_file_system_rounds_off_is_no_edit() {
    var rounded = new Applied(V1, touched(V1));
    assertThat(Planner.decide(PATH, V1, touched(V1), rounded))
        .isEqualTo(new Decision.Nothing(PATH));
  }

  @Test
  void directories_merge() {
    assertThat(decide(new Node.Directory(0755), new Node.Directory(0700), Node.ABSENT))
        .isEqualTo(new Decision.SetMetadata(PATH, new Node.Directory(0755)));
  }

  /// Carrying out what the planner says, on both devices in turn, ends with both alike, and
  /// whatever content either of them had is still at the path or in a conflict copy.
  @ParameterizedTest
  @SeedSource(count = 2000)
  void following_the_plan_converges_and_loses_nothing(long seed) {
    var gen = new Gen(seed);
    List<Node> nodes =
        List.of(
            V1,
            V2,
            V3,
            Node.ABSENT,
            touched(V1),
            new Node.Symlink("there"),
            new Node.Directory(0755),
            new Node.Directory(0700));
    Node base = gen.pick(nodes);
    Node disk = gen.pick(nodes);
    Node global = gen.pick(nodes);
    Applied applied = Applied.exactly(base);
    Node diskBefore = disk;
    Node globalBefore = global;
    Node copy = Node.ABSENT;

    for (int round = 0; round < 4; round++) {
      switch (Planner.decide(PATH, global, disk, applied)) {
        case Decision.Nothing _,
            Decision.Taken _,
            Decision.Ignored _,
            Decision.Wait _,
            Decision.SetAside _ -> {}
        case Decision.Accept(_, Node ledger) -> applied = new Applied(ledger, disk);
        case Decision.Publish(_, Node node) -> {
          global = node;
          applied = Applied.exactly(node);
        }
        case Decision.KeepBoth(_, Node local) -> {
          copy = local;
          disk = Node.ABSENT;
          applied = Applied.NOTHING;
        }
        case Decision.Delete _ -> {
          disk = Node.ABSENT;
          applied = Applied.NOTHING;
        }
        case Decision.Download _,
            Decision.MakeDirectory _,
            Decision.MakeSymlink _,
            Decision.SetMetadata _ -> {
          disk = global;
          applied = Applied.exactly(global);
        }
      }
    }

    assertThat(disk).as("seed %d", seed).isEqualTo(global);
    assertThat(Planner.decide(PATH, global, disk, applied))
        .isInstanceOfAny(Decision.Nothing.class, Decision.Accept.class);
    if (diskBefore.isLive() && !diskBefore.sameContent(base)) {
      assertThat(diskBefore.sameContent(disk) || diskBefore.sameContent(copy))
          .as("what the user saved, seed %d", seed)
          .isTrue();
    }
    if (globalBefore.isLive() && !globalBefore.sameContent(base)) {
      assertThat(globalBefore.sameContent(global))
          .as("what another published, seed %d", seed)
          .isTrue();
    }
  }

  private static Decision decide(Node global, Node disk, Node applied) {
    return Planner.decide(PATH, global, disk, Applied.exactly(applied));
  }

  private static Node.File file(String text, long modified) {
    return new Node.File(
        new Content(
            text.length(), Blake3.of(text.getBytes(java.nio.charset.StandardCharsets.UTF_8))),
        modified,
        0644);
  }

  private static Node.File touched(Node node) {
    var file = (Node.File) node;
    return new Node.File(file.content(), file.modifiedNanos() + 1_000_000_000L, file.mode());
  }
}
