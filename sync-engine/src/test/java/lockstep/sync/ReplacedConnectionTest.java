package lockstep.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import lockstep.base.PeerId;
import lockstep.base.RelPath;
import lockstep.lease.Notice;
import lockstep.testkit.SeedSource;
import lockstep.testkit.sim.SimNames;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;

/// A lock is released just when another connection takes the place of the one that there was, with
/// what was under way on it: it is told of on the new one.
@Execution(ExecutionMode.CONCURRENT) // its time is a simulated one
class ReplacedConnectionTest {
  private static final long SECOND = 1_000_000_000;
  private static final RelPath FILE = RelPath.of("scene.blend");

  @ParameterizedTest
  @SeedSource(count = 20)
  void what_is_said_of_locks_is_heard_all_the_same(long seed) throws IOException {
    var names = List.of(SimNames.EXACT, SimNames.EXACT);
    var cluster = SimCluster.uneventful(SimPlan.LOCKS + seed, names);
    SimDevice ana = cluster.devices.getFirst();
    SimDevice ben = cluster.devices.getLast();
    cluster.found((_, _) -> true);
    ana.save(FILE, "a scene");
    cluster.world.pass(10 * SECOND);
    tell(ana, locks -> locks.lock(FILE, "", new Unanswered()));
    cluster.world.pass(5 * SECOND);
    assertThat(mode(ben)).isEqualTo(0444);

    tell(ana, locks -> locks.unlock(FILE));
    cluster.wire.replace(ana, ben);
    cluster.world.pass(10 * SECOND);

    assertThat(mode(ben)).isEqualTo(0644);
  }

  private static void tell(SimDevice device, Consumer<Locks> what) {
    SimCluster.run(device).put(new FolderEvent.Ask(loop -> what.accept(loop.locks())));
  }

  private static int mode(SimDevice device) throws IOException {
    return device.files.user().stat(FILE).orElseThrow().mode();
  }

  private static final class Unanswered implements LockReply {
    @Override
    public void locked(Optional<FileLock> lock) {}

    @Override
    public void denied(PeerId holder, Optional<FileLock> lock) {}

    @Override
    public void notAllowed(Notice.NotAllowed.Why why) {}
  }
}
