package lockstep.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import lockstep.base.RelPath;
import lockstep.testkit.sim.SimNames;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A directory gets the name that others have spelled anew, on a disk that takes the two for one,
/// at the very moment in which what was saved in it meanwhile is about to be published.
class RespeltBeforePublishedTest {
  private static final long SECOND = 1_000_000_000;

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9}) // in most of them it is that moment
  void what_was_saved_in_it_stands_there_still(long seed) throws IOException {
    var names = List.of(SimNames.EXACT, SimNames.CASELESS);
    var cluster = SimCluster.uneventful(SimPlan.FOLDING + seed, names);
    SimDevice ana = cluster.devices.getFirst();
    SimDevice ben = cluster.devices.getLast();
    ben.slowness = 20; // his disk is
    cluster.found((_, _) -> true);
    ana.files.user().makeDirectory(RelPath.of("d"), 0755);
    save(ana, "d/old");
    cluster.world.pass(20 * SECOND);
    cluster.wire.cut(ana, ben);
    ana.files.user().rename(RelPath.of("d"), RelPath.of("D"));
    save(ben, "d/new");
    String saved = ben.tree().get(RelPath.of("d/new")) + "";
    cluster.world.pass(20 * SECOND);
    cluster.wire.mend();
    cluster.world.pass(60 * SECOND);

    assertThat(cluster.devices).as(cluster.states()).allMatch(SimCluster::isInSync);
    assertThat(ben.tree()).containsValue(saved);
    assertThat(ana.tree()).containsValue(saved);
  }

  private static void save(SimDevice device, String path) throws IOException {
    device.save(RelPath.of(path), "what was saved as " + path);
  }
}
