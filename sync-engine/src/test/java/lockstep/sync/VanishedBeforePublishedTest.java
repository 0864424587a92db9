package lockstep.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import lockstep.base.RelPath;
import lockstep.testkit.sim.SimNames;
import org.junit.jupiter.api.Test;

/// A file is gone, and the watcher has not said so, before others are told of it.
class VanishedBeforePublishedTest {
  private static final long SECOND = 1_000_000_000;
  private static final RelPath FILE = RelPath.of("draft");
  private static final RelPath RENAMED = RelPath.of("final");

  private final SimCluster cluster =
      SimCluster.uneventful(1, List.of(SimNames.EXACT, SimNames.EXACT));
  private final SimDevice ana = cluster.devices.getFirst();
  private final SimDevice ben = cluster.devices.getLast();

  @Test
  void others_do_not_wait_for_bytes_that_nobody_has() throws IOException {
    saveWhileApart();

    unheard(() -> ana.files.user().remove(FILE));
    cluster.wire.mend();
    cluster.world.pass(5 * SECOND);

    assertThat(ben.tree()).isEmpty();
    assertThat(SimCluster.isInSync(ben)).isTrue();
  }

  @Test
  void a_rename_that_goes_back_elsewhere_loses_nothing() throws IOException {
    saveWhileApart();
    String saved = ana.tree().get(FILE) + "";

    unheard(() -> ana.files.user().rename(FILE, RENAMED));
    SimCluster.run(ana).put(new FolderEvent.Touched(RENAMED));
    cluster.world.pass(2 * SECOND);
    cluster.wire.mend();
    cluster.world.pass(5 * SECOND);
    assertThat(ben.tree()).containsOnlyKeys(RENAMED).containsEntry(RENAMED, saved);
    ben.files.user().rename(RENAMED, FILE);
    cluster.world.pass(3600 * SECOND);

    assertThat(ben.tree()).containsOnlyKeys(FILE).containsEntry(FILE, saved);
    assertThat(ana.tree()).isEqualTo(ben.tree());
  }

  private void saveWhileApart() throws IOException {
    cluster.found((_, _) -> true);
    cluster.world.pass(10 * SECOND);
    cluster.wire.cut(ana, ben);
    ana.save(FILE, "what its user wrote");
    cluster.world.pass(10 * SECOND);
  }

  private void unheard(Doing change) throws IOException {
    ana.deafness = 100;
    change.run();
    cluster.world.pass(2 * SECOND);
    ana.deafness = 0;
  }

  private interface Doing {
    void run() throws IOException;
  }
}
