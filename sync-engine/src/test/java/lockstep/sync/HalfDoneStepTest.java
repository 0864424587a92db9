package lockstep.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import lockstep.base.RelPath;
import lockstep.testkit.sim.Faults;
import lockstep.testkit.sim.SimNames;
import org.junit.jupiter.api.Test;

/// A disk fails in the middle of a step, and again when it is looked at what the step has left.
class HalfDoneStepTest {
  private static final long SECOND = 1_000_000_000;
  private static final RelPath DIRECTORY = RelPath.of("d");

  private final SimCluster cluster =
      SimCluster.uneventful(1, List.of(SimNames.EXACT, SimNames.EXACT));
  private final SimDevice ana = cluster.devices.getFirst();
  private final SimDevice ben = cluster.devices.getLast();

  @Test
  void a_directory_that_was_half_made_is_not_its_users_own() throws IOException {
    cluster.found((_, _) -> true);
    cluster.world.pass(10 * SECOND);
    ben.deafness = 100;
    ben.files.faults(this::failOnceItStands);
    ana.files.user().makeDirectory(DIRECTORY, 0755);
    cluster.world.pass(SECOND);
    assertThat(ben.tree()).containsOnlyKeys(DIRECTORY);
    ana.files.user().remove(DIRECTORY);
    cluster.world.pass(2 * SECOND);

    ben.files.faults(Faults.NONE);
    SimCluster.run(ben).put(new FolderEvent.Rescan(DIRECTORY, "a late event"));
    cluster.world.pass(SECOND);
    SimCluster.run(ben).put(new FolderEvent.Rescan(RelPath.ROOT, "it is time"));
    cluster.world.pass(60 * SECOND);

    assertThat(ana.tree()).isEmpty();
    assertThat(ben.tree()).isEmpty();
  }

  private void failOnceItStands(Faults.Demand demand, RelPath path) throws IOException {
    if (path.equals(DIRECTORY) && ben.files.user().stat(path).isPresent()) {
      throw new IOException("Input/output error");
    }
  }
}
