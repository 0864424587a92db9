package lockstep.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import lockstep.base.RelPath;
import lockstep.testkit.sim.SimNames;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Of several names that a disk takes for one, some cannot come, for nobody there has their bytes.
class MissingNamesakesTest {
  private static final long MILLI = 1_000_000;
  private static final long SECOND = 1_000_000_000;
  private static final RelPath FIRST = RelPath.of("AB.txt");
  private static final RelPath NEXT = RelPath.of("Ab.txt");
  private static final RelPath LAST = RelPath.of("ab.txt");

  private final SimCluster cluster =
      SimCluster.uneventful(
          SimPlan.FOLDING, List.of(SimNames.EXACT, SimNames.CASELESS, SimNames.EXACT));
  private final SimDevice ana = cluster.devices.get(0);
  private final SimDevice ben = cluster.devices.get(1);
  private final SimDevice carl = cluster.devices.get(2);

  @BeforeEach
  void two_are_made_by_somebody_who_leaves_before_anybody_has_them() throws IOException {
    cluster.found((_, _) -> true);
    cluster.world.pass(10 * SECOND);
    ana.save(FIRST, "nobody else has this");
    ana.save(NEXT, "nor this");
    while (!isHeardOf(FIRST) || !isHeardOf(NEXT)) cluster.world.pass(MILLI);
    cluster.wire.cut(ana, ben);
    cluster.wire.cut(ana, carl);
  }

  @Test
  void they_do_not_take_turns_for_ever_while_another_could_come() throws IOException {
    carl.save(LAST, "this can be had");
    cluster.world.pass(300 * SECOND);

    assertThat(carl.tree()).containsOnlyKeys(LAST);
    assertThat(ben.tree()).as(cluster.states()).isEqualTo(carl.tree());

    cluster.wire.mend();
    cluster.world.pass(60 * SECOND);
    assertThat(carl.tree()).containsOnlyKeys(FIRST, NEXT, LAST);
    assertThat(ben.tree()).as("the one that stands stays").containsOnlyKeys(LAST);
    assertThat(cluster.devices).as(cluster.states()).allMatch(SimCluster::isInSync);
  }

  @Test
  void one_of_them_stands_once_they_can_be_had() {
    cluster.world.pass(300 * SECOND);
    cluster.wire.mend();
    cluster.world.pass(60 * SECOND);

    assertThat(carl.tree()).containsOnlyKeys(FIRST, NEXT);
    assertThat(ben.tree()).hasSize(1);
    assertThat(cluster.devices).as(cluster.states()).allMatch(SimCluster::isInSync);
  }

  private boolean isHeardOf(RelPath path) {
    return SimCluster.run(ben).entries.global().get(path).isPresent();
  }
}
