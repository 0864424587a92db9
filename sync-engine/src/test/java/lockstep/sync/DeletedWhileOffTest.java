package lockstep.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.stream.LongStream;
import lockstep.base.RelPath;
import lockstep.testkit.sim.Faults;
import lockstep.testkit.sim.SimNames;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// A deletion could not be carried out on a disk that failed, and the file was saved anew and
/// published since, by a device that is never done with a log that is written all the time. Then it
/// crashes, and its user deletes the file while it is off.
@Execution(ExecutionMode.CONCURRENT) // its time is a simulated one
class DeletedWhileOffTest {
  private static final long MILLI = 1_000_000;
  private static final long SECOND = 1_000 * MILLI;
  private static final RelPath FILE = RelPath.of("draft");
  private static final RelPath LOG = RelPath.of("log");

  private final SimCluster cluster =
      SimCluster.uneventful(1, List.of(SimNames.EXACT, SimNames.EXACT));
  private final SimDevice ana = cluster.devices.getFirst();
  private final SimDevice ben = cluster.devices.getLast();

  static LongStream momentsAfterPublishing() {
    return LongStream.range(0, 100);
  }

  @ParameterizedTest
  @MethodSource("momentsAfterPublishing")
  void what_the_user_did_is_not_taken_for_the_old_deletion(long millis) throws IOException {
    cluster.found((_, _) -> true);
    ana.save(FILE, "first");
    cluster.world.pass(20 * SECOND);
    ben.files.faults(DeletedWhileOffTest::failToDelete);
    ana.files.user().remove(FILE);
    while (SimCluster.run(ben).loop.status().problems().isEmpty()) pass(1);
    ben.files.faults(Faults.NONE);
    ben.save(FILE, "second");
    var before = SimCluster.run(ben).entries.frontier();
    while (SimCluster.run(ben).entries.frontier().equals(before)) pass(1);
    pass(millis);

    ben.kill();
    ben.files.user().remove(FILE);
    ben.boot();
    cluster.world.pass(60 * SECOND);

    assertThat(ben.tree()).isEmpty();
    assertThat(ana.tree()).isEmpty();
  }

  /// The log is written on.
  private void pass(long millis) {
    for (long i = 0; i < millis; i++) {
      SimCluster.run(ben).put(new FolderEvent.Writing(LOG));
      cluster.world.pass(MILLI);
    }
  }

  private static void failToDelete(Faults.Demand demand, RelPath path) throws IOException {
    if (demand == Faults.Demand.CHANGE && path.equals(FILE)) {
      throw new IOException("Input/output error");
    }
  }
}
