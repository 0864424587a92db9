package lockstep.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Collections;
import java.util.List;
import lockstep.base.RelPath;
import lockstep.testkit.sim.SimNames;
import org.junit.jupiter.api.Test;

/// What a device has published loses its name, its user has just saved over it, and an older file,
/// which others have deleted, still has the name that its conflict copy is to have.
class TakenCopyNameTest {
  private static final long MILLI = 1_000_000;
  private static final long SECOND = 1_000 * MILLI;
  private static final RelPath FILE = RelPath.of("a");
  private static final RelPath COPY = RelPath.of("a (conflict dev0 2026-01-01)");

  private final SimCluster cluster =
      SimCluster.uneventful(1, Collections.nCopies(4, SimNames.EXACT));
  private final SimDevice ana = cluster.devices.get(0);
  private final SimDevice ben = cluster.devices.get(1);
  private final SimDevice cyd = cluster.devices.get(2);
  private final SimDevice dan = cluster.devices.get(3);

  @Test
  void what_was_made_of_the_losing_version_takes_the_place_of_its_copy() throws IOException {
    cluster.found((_, _) -> true);
    ana.save(FILE, "before");
    ana.save(COPY, "an older copy");
    cluster.world.pass(20 * SECOND);
    part(List.of(ana, cyd), List.of(ben, dan));
    ben.save(FILE, "the official version");
    ben.files.user().remove(COPY);
    cluster.world.pass(20 * SECOND);
    ana.save(FILE, "a version that loses");
    var ledger = SimCluster.run(ana).entries;
    var before = ledger.frontier();
    while (ledger.frontier().equals(before)) cluster.world.pass(MILLI);
    cluster.wire.cut(ana, cyd);
    ana.save(FILE, "what became of it at once");
    String last = ana.tree().get(FILE) + "";
    cluster.wire.mend();
    cluster.world.pass(60 * SECOND);

    assertThat(cluster.devices).as(cluster.states()).allMatch(SimCluster::isInSync);
    assertThat(ana.tree()).containsOnlyKeys(FILE, COPY).containsEntry(COPY, last);
    assertThat(ben.tree()).isEqualTo(ana.tree());
  }

  private void part(List<SimDevice> some, List<SimDevice> others) {
    some.forEach(one -> others.forEach(other -> cluster.wire.cut(one, other)));
  }
}
