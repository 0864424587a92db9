package lockstep.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.SplittableRandom;
import lockstep.base.Disk;
import lockstep.base.RelPath;
import lockstep.testkit.SeedSource;
import lockstep.testkit.sim.SimNames;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;

/// What comes from others is put into a directory that the user has just made, and of which the
/// disk has nothing yet when the power goes.
@Execution(ExecutionMode.CONCURRENT) // its time is a simulated one
class NewDirectoryPowerCutTest {
  private static final long MILLI = 1_000_000;
  private static final long SECOND = 1_000 * MILLI;
  private static final RelPath DIRECTORY = RelPath.of("d");
  private static final RelPath BELOW = DIRECTORY.resolve("e");
  private static final RelPath RECEIVED = BELOW.resolve("received");

  @ParameterizedTest
  @SeedSource(count = 400)
  void nothing_that_was_received_passes_for_deleted(long seed) throws IOException {
    var names = List.of(SimNames.EXACT, SimNames.EXACT);
    var cluster = SimCluster.uneventful(seed, names);
    SimDevice ana = cluster.devices.getFirst();
    SimDevice ben = cluster.devices.getLast();
    cluster.found((_, _) -> true);
    cluster.world.pass(10 * SECOND);
    Disk bens = ben.files.user();
    bens.makeDirectory(DIRECTORY, 0755);
    bens.makeDirectory(BELOW, 0755);
    ben.save(RECEIVED, "what others wrote");
    var random = new SplittableRandom(seed);
    cluster.world.pass(random.nextInt(150) * MILLI);
    if (ana.files.user().stat(DIRECTORY).isEmpty()) {
      ana.files.user().makeDirectory(DIRECTORY, 0755);
    }
    while (!ana.tree().containsKey(RECEIVED)) cluster.world.pass(MILLI);
    cluster.world.pass(random.nextInt(30) * MILLI);

    ana.kill();
    ana.disks().forEach(disk -> disk.crash(random, _ -> {}));
    ana.boot();
    cluster.world.pass(60 * SECOND);

    assertThat(ben.tree()).containsKey(RECEIVED);
    assertThat(ana.tree()).isEqualTo(ben.tree());
  }
}
