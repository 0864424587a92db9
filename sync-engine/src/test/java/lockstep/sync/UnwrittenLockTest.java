package lockstep.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.util.List;
import lockstep.base.RelPath;
import lockstep.testkit.sim.Faults;
import lockstep.testkit.sim.SimNames;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A device's disk is full when a file is locked, so that a crash would make it forget.
class UnwrittenLockTest {
  private static final long SECOND = 1_000_000_000;
  private static final RelPath FILE = RelPath.of("f");

  private final SimCluster cluster =
      SimCluster.uneventful(SimPlan.LOCKS, List.of(SimNames.EXACT, SimNames.EXACT));
  private final SimDevice ana = cluster.devices.getFirst();
  private final SimDevice ben = cluster.devices.getLast();

  @BeforeEach
  void share() throws IOException {
    cluster.found((_, _) -> true);
    ana.save(FILE, "what they both know");
    cluster.world.pass(20 * SECOND);
  }

  @Test
  void others_hear_of_a_lock_as_soon_as_it_is_written_down() {
    fill(ana);
    lock();
    meetAgain();
    assertThat(locks(ben)).isEmpty();

    ana.locks.faults(Faults.NONE);
    cluster.world.pass(60 * SECOND);

    assertThat(locks(ben)).hasSize(1);
    assertThat(locks(ana)).allMatch(lock -> lock.strength() == FileLock.Strength.FIRM);
  }

  @Test
  void a_promise_counts_as_soon_as_it_is_written_down() {
    fill(ben);
    lock();
    meetAgain();
    assertThat(locks(ana)).noneMatch(lock -> lock.strength() == FileLock.Strength.FIRM);

    ben.locks.faults(Faults.NONE);
    cluster.world.pass(60 * SECOND);

    assertThat(locks(ana)).allMatch(lock -> lock.strength() == FileLock.Strength.FIRM);
  }

  private void fill(SimDevice device) {
    device.locks.faults(
        (demand, _) -> {
          if (demand == Faults.Demand.GROW) {
            throw new FileSystemException(null, null, "No space left on device");
          }
        });
  }

  private void lock() {
    SimCluster.run(ana)
        .put(new FolderEvent.Ask(loop -> loop.locks().lock(FILE, "work", SimUser.NO_MATTER)));
    cluster.world.pass(5 * SECOND);
  }

  /// What one has to say of locks is said again.
  private void meetAgain() {
    cluster.wire.drop(ana, ben);
    cluster.world.pass(30 * SECOND);
  }

  private static List<FileLock> locks(SimDevice device) {
    return SimCluster.run(device).loop.locks().view().all();
  }
}
