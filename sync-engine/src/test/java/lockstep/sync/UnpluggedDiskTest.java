package lockstep.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import lockstep.base.RelPath;
import lockstep.testkit.sim.SimNames;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// A disk is unplugged for a while just when a file is about to be published.
@Execution(ExecutionMode.CONCURRENT) // its time is a simulated one
class UnpluggedDiskTest {
  private static final long MILLI = 1_000_000;
  private static final long SECOND = 1_000 * MILLI;
  private static final RelPath FILE = RelPath.of("draft");

  static LongStream momentsAfterASave() {
    return LongStream.rangeClosed(1, 150);
  }

  @ParameterizedTest
  @MethodSource("momentsAfterASave")
  void what_others_were_told_of_survives_a_power_cut(long millis) throws IOException {
    var names = List.of(SimNames.EXACT, SimNames.EXACT);
    var cluster = SimCluster.uneventful(millis, names);
    SimDevice ana = cluster.devices.getFirst();
    SimDevice ben = cluster.devices.getLast();
    cluster.found((_, _) -> true);
    cluster.world.pass(10 * SECOND);
    ana.save(FILE, "what its user wrote");

    cluster.world.pass(millis * MILLI);
    ana.files.unmount();
    ana.watchEnds();
    cluster.world.pass(7 * SECOND);
    ana.files.mount();
    cluster.world.pass(90 * SECOND);

    assertThat(ben.tree()).containsOnlyKeys(FILE);
    ana.kill();
    ana.files.crash(new SplittableRandom(millis), _ -> {});
    assertThat(ana.tree()).isEqualTo(ben.tree());
  }
}
