package lockstep.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import lockstep.base.Disk;
import lockstep.base.RelPath;
import lockstep.testkit.sim.SimNames;
import org.junit.jupiter.api.Test;

/// A deletion that has given way to an edit is over, also where the file cannot come back yet.
class GivingWayTest {
  private static final long SECOND = 1_000_000_000;
  private static final RelPath FILE = RelPath.of("a.txt");
  private static final RelPath RESPELLED = RelPath.of("A.TXT");
  private static final RelPath OLD = RelPath.of("old.txt");

  @Test
  void what_was_edited_and_taken_back_elsewhere_is_not_deleted_after_all() throws IOException {
    var names = List.of(SimNames.EXACT, SimNames.EXACT, SimNames.CASELESS);
    var cluster = SimCluster.uneventful(SimPlan.FOLDING, names);
    cluster.found((_, _) -> true);
    SimDevice ana = cluster.devices.getFirst();
    SimDevice ben = cluster.devices.getLast();
    Disk disk = ana.files.user();
    ana.save(FILE, "first");
    cluster.world.pass(10 * SECOND);

    cluster.devices.forEach(device -> cluster.wire.cut(device, ben));
    ben.files.user().rename(FILE, RESPELLED);
    disk.rename(FILE, OLD);
    ana.save(FILE, "second");
    cluster.world.pass(10 * SECOND);
    cluster.wire.mend();
    cluster.world.pass(20 * SECOND);
    assertThat(ana.tree()).containsOnlyKeys(FILE, RESPELLED, OLD);
    assertThat(ben.tree()).containsOnlyKeys(RESPELLED, OLD);
    disk.remove(FILE);
    disk.rename(OLD, FILE);
    cluster.world.pass(20 * SECOND);

    assertThat(ana.tree()).containsOnlyKeys(FILE, RESPELLED);
    ben.files.user().remove(RESPELLED);
    cluster.world.pass(20 * SECOND);
    assertThat(ana.tree()).containsOnlyKeys(FILE);
    assertThat(ben.tree()).isEqualTo(ana.tree());
  }
}
