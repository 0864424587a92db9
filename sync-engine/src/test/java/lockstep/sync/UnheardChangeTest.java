package lockstep.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import lockstep.base.RelPath;
import lockstep.testkit.sim.Faults;
import lockstep.testkit.sim.SimNames;
import org.junit.jupiter.api.Test;

/// Something happens to a file, and the watcher does not say so.
class UnheardChangeTest {
  private static final long SECOND = 1_000_000_000;
  private static final RelPath FILE = RelPath.of("f");
  private static final RelPath DIRECTORY = RelPath.of("d");
  private static final RelPath BELOW = DIRECTORY.resolve("f");

  private final SimCluster cluster =
      SimCluster.uneventful(1, List.of(SimNames.EXACT, SimNames.EXACT));
  private final SimDevice ana = cluster.devices.getFirst();
  private final SimDevice ben = cluster.devices.getLast();

  @Test
  void whoever_asks_for_the_bytes_has_them_looked_at() throws IOException {
    cluster.found((_, _) -> true);
    cluster.world.pass(10 * SECOND);
    ben.files.unmount();
    ana.save(FILE, "what its user wrote");
    cluster.world.pass(5 * SECOND);
    ana.deafness = 100;
    ana.files.user().setMode(FILE, 0600);
    cluster.world.pass(SECOND);
    ana.deafness = 0;

    ben.files.mount();
    cluster.world.pass(60 * SECOND);

    assertThat(ben.tree()).containsOnlyKeys(FILE).isEqualTo(ana.tree());
  }

  @Test
  void what_could_not_be_looked_at_is_gone_with_its_directory() throws IOException {
    cluster.found((_, _) -> true);
    cluster.world.pass(10 * SECOND);
    ana.files.user().makeDirectory(DIRECTORY, 0755);
    ana.save(BELOW, "what its user wrote");
    cluster.world.pass(10 * SECOND);
    ana.files.faults(UnheardChangeTest::failBelow);
    SimCluster.run(ana).put(new FolderEvent.Touched(BELOW));
    cluster.world.pass(5 * SECOND);
    ana.deafness = 100;
    ana.files.user().remove(BELOW);
    ana.files.user().remove(DIRECTORY);
    ana.files.faults(Faults.NONE);

    SimCluster.run(ana).put(new FolderEvent.Vanished(DIRECTORY));
    cluster.world.pass(60 * SECOND);

    assertThat(cluster.devices).as(cluster.states()).allMatch(SimCluster::isInSync);
    assertThat(ben.tree()).isEmpty();
  }

  private static void failBelow(Faults.Demand demand, RelPath path) throws IOException {
    if (path.equals(BELOW)) throw new IOException("Input/output error");
  }
}
