package lockstep.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import lockstep.base.RelPath;
import lockstep.testkit.sim.SimNames;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Several names are spelled anew at once, and each stands in the way of another's new spelling on
/// a disk that takes the two for one.
class RespeltTogetherTest {
  private static final long SECOND = 1_000_000_000;

  private final SimCluster cluster =
      SimCluster.uneventful(SimPlan.FOLDING, List.of(SimNames.EXACT, SimNames.CASELESS));
  private final SimDevice ana = cluster.devices.getFirst();
  private final SimDevice ben = cluster.devices.getLast();

  @BeforeEach
  void found() {
    cluster.found((_, _) -> true);
    cluster.world.pass(10 * SECOND);
  }

  @Test
  void files_with_one_content_do_not_wait_for_each_other() throws IOException {
    save("a", "the same");
    save("B", "the same");
    settle();

    whileApart(
        () -> {
          rename("a", "A");
          rename("B", "b");
        });

    assertThat(ben.tree()).containsOnlyKeys(RelPath.of("A"), RelPath.of("b"));
  }

  @Test
  void files_that_swap_names_do_not_wait_for_each_other() throws IOException {
    save("a", "one");
    save("b", "two");
    settle();

    whileApart(
        () -> {
          rename("b", "A");
          rename("a", "B");
        });

    assertThat(ben.tree()).containsOnlyKeys(RelPath.of("A"), RelPath.of("B"));
  }

  private interface Work {
    void run() throws IOException;
  }

  private void whileApart(Work work) throws IOException {
    cluster.wire.cut(ana, ben);
    work.run();
    cluster.world.pass(20 * SECOND);
    cluster.wire.mend();
    settle();
  }

  private void settle() {
    cluster.world.pass(60 * SECOND);
    assertThat(cluster.devices).as(cluster.states()).allMatch(SimCluster::isInSync);
    assertThat(ben.tree()).isEqualTo(ana.tree());
  }

  private void save(String path, String text) throws IOException {
    ana.save(RelPath.of(path), text);
  }

  private void rename(String from, String to) throws IOException {
    ana.files.user().rename(RelPath.of(from), RelPath.of(to));
  }
}
