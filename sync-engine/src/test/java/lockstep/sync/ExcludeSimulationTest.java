package lockstep.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import lockstep.base.Disk;
import lockstep.base.RelPath;
import lockstep.recovery.Workspace;
import lockstep.sync.ignore.Excludes;
import lockstep.testkit.SeedSource;
import lockstep.testkit.sim.SimNames;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;

/// A user of a simulated cluster leaves a directory out and takes it in again, deletes what it
/// holds meanwhile, and the device is killed at any moment: nobody ever takes that for a deletion.
@Execution(ExecutionMode.CONCURRENT) // its time is a simulated one
class ExcludeSimulationTest {
  private static final long MILLI = 1_000_000;
  private static final long SECOND = 1_000_000_000;
  private static final RelPath RENDERS = RelPath.of("renders");
  private static final int FILES = 6;

  @ParameterizedTest
  @SeedSource(count = 40)
  void what_is_left_out_and_deleted_on_one_device_stays_on_all_others(long seed)
      throws IOException {
    new Story(seed).run();
  }

  /// One cluster, whose last device leaves things out.
  private static final class Story {
    private final SplittableRandom random;
    private final SimCluster cluster;
    private final SimDevice chooser;
    private Excludes chosen = new Excludes("");

    Story(long seed) {
      random = new SplittableRandom(seed);
      var names = Collections.nCopies(3, SimNames.EXACT);
      cluster = SimCluster.uneventful(seed, names);
      chooser = cluster.devices.getLast();
    }

    void run() throws IOException {
      cluster.found((_, _) -> true);
      SimDevice first = cluster.devices.getFirst();
      first.files.user().makeDirectory(RENDERS, 0755);
      for (int i = 0; i < FILES; i++) first.save(file(i), "first " + i);
      cluster.world.pass(20 * SECOND);
      assertThat(chooser.tree()).hasSize(FILES + 1);
      for (int round = 0; round < 3; round++) {
        choose(chosen.with(RENDERS), true);
        List<RelPath> deleted = deleteSome();
        if (random.nextBoolean()) aWhile();
        if (random.nextInt(3) == 0) killed();
        choose(chosen.without(RENDERS), false);
        if (random.nextInt(3) == 0) killed();
        cluster.world.pass(1000 * SECOND); // also a full scan
        assertThat(chooser.tree()).as("deleted were %s", deleted).hasSize(FILES + 1);
        for (SimDevice device : cluster.devices) {
          assertThat(device.tree()).isEqualTo(chooser.tree());
        }
      }
      deletionsCountAgain();
    }

    private void aWhile() {
      cluster.world.pass(random.nextLong(3000 * MILLI));
    }

    private void killed() {
      chooser.kill();
      aWhile();
      chooser.boot();
      if (random.nextBoolean()) aWhile();
    }

    /// As [Excluding] does it: durable first, then known to the loop.
    private void choose(Excludes next, boolean out) throws IOException {
      chosen = next;
      try (Workspace workspace = Workspace.open(chooser.files.engine(), cluster.world)) {
        workspace.writeExclude(next.text());
      }
      var counts = new AtomicBoolean();
      SimDevice.Run run = SimCluster.run(chooser);
      run.put(
          new FolderEvent.Ask(
              loop -> {
                if (out) loop.exclude(next, () -> counts.set(true));
                else loop.include(next, () -> counts.set(true));
              }));
      while (out && !counts.get()) cluster.world.pass(MILLI);
    }

    private List<RelPath> deleteSome() throws IOException {
      var deleted = new ArrayList<RelPath>();
      Disk user = chooser.files.user();
      for (int i = 0; i < FILES; i++) {
        if (random.nextBoolean() && user.stat(file(i)).isPresent()) {
          user.remove(file(i));
          deleted.add(file(i));
        }
      }
      return deleted;
    }

    private void deletionsCountAgain() throws IOException {
      chooser.files.user().remove(file(0));
      cluster.world.pass(20 * SECOND);
      for (SimDevice device : cluster.devices) {
        assertThat(device.tree()).hasSize(FILES);
      }
    }
  }

  private static RelPath file(int number) {
    return RENDERS.resolve("f" + number);
  }
}
