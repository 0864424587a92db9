package lockstep.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.SplittableRandom;
import java.util.function.BiPredicate;
import lockstep.testkit.SeedSource;
import lockstep.testkit.sim.SimNames;
import org.junit.jupiter.params.ParameterizedTest;

/// What one device changes in a folder of many reaches all of them, and not everybody tells
/// everybody.
class ManyDevicesTest {
  private static final long SECOND = 1_000_000_000;
  private static final int DEVICES = 12;

  private static SimCluster crowd(long seed, BiPredicate<SimDevice, SimDevice> reaches) {
    var names = Collections.nCopies(DEVICES, SimNames.EXACT);
    var crowd = SimCluster.uneventful(seed, names);
    crowd.found(reaches);
    crowd.world.pass(20 * SECOND);
    return crowd;
  }

  private static long entries(SimDevice device) {
    return SimCluster.run(device).entries.frontier().counters().values().stream()
        .mapToLong(Long::longValue)
        .sum();
  }

  private static void work(SimCluster crowd, long seed) {
    var random = new SplittableRandom(seed);
    for (int i = 0; i < 10; i++) {
      crowd.users.get(random.nextInt(DEVICES)).act(random);
      crowd.world.pass(5 * SECOND);
    }
    crowd.world.pass(20 * SECOND);
  }

  private static void assertAllAgree(SimCluster crowd) {
    SimDevice first = crowd.devices.getFirst();
    for (SimDevice each : crowd.devices) {
      assertThat(SimCluster.run(each).entries.frontier())
          .isEqualTo(SimCluster.run(first).entries.frontier());
      assertThat(each.tree()).isEqualTo(first.tree());
    }
  }

  @ParameterizedTest
  @SeedSource(count = 2)
  void each_entry_is_told_to_a_member_by_a_few_not_by_all(long seed) {
    SimCluster crowd = crowd(seed, (_, _) -> true);
    long before = entries(crowd.devices.getFirst());
    crowd.wire.entriesTold = 0;

    work(crowd, seed);

    assertAllAgree(crowd);
    long made = entries(crowd.devices.getFirst()) - before;
    assertThat(made).isPositive();
    double timesTold = (double) crowd.wire.entriesTold / made / (DEVICES - 1);
    assertThat(timesTold).isBetween(1.0, 1.0 + Relaying.FAVOURED);
  }

  /// Each device reaches only the next six on a ring.
  @ParameterizedTest
  @SeedSource(count = 2)
  void what_one_changes_reaches_those_whom_it_never_meets(long seed) {
    SimCluster crowd =
        crowd(
            seed,
            (a, b) -> {
              int apart = Math.abs(a.number - b.number);
              return Math.min(apart, DEVICES - apart) <= 3;
            });
    long before = entries(crowd.devices.getFirst());

    work(crowd, seed);

    assertThat(entries(crowd.devices.getFirst())).isGreaterThan(before);
    assertAllAgree(crowd);
  }
}
