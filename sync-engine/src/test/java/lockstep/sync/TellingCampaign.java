package lockstep.sync;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.BiPredicate;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import lockstep.base.RelPath;
import lockstep.base.VersionVector;
import lockstep.testkit.sim.SimNames;

/// Measures how an entry gets around in simulated folders of fifty devices: `SEEDS`. For each way
/// in which they may be connected, over that many seeds and twenty saved files each: the time until
/// the last device has the entry, and how often a device is told it. Each message takes 20 to 21
/// ms, as in the swarms of gossip, so that both can be compared.
final class TellingCampaign {
  private static final int DEVICES = 50;
  private static final int SAVES = 20;
  private static final long MILLI = 1_000_000;
  private static final long DELAY = 20 * MILLI;
  private static final int WAIT_MILLIS_MAX = 5_000;

  /// Who is connected with whom.
  private enum Shape {
    ALL("all with all"),
    DIALS_FIVE("each dials five"),
    DIALS_TWO("each dials two"),
    RING("each with the next six on a ring"),
    TWO_SITES("two sites, each dials five there, one link between"),
    FIVE_SITES("five sites, all with all there, one link from each to the next");

    final String text;

    Shape(String text) {
      this.text = text;
    }

    BiPredicate<SimDevice, SimDevice> reaches(SplittableRandom random) {
      return switch (this) {
        case ALL -> (_, _) -> true;
        case DIALS_FIVE -> dialled(random, DEVICES, 5);
        case DIALS_TWO -> dialled(random, DEVICES, 2);
        case RING ->
            (a, b) -> {
              int apart = Math.abs(a.number - b.number);
              return Math.min(apart, DEVICES - apart) <= 3;
            };
        case TWO_SITES -> sites(2, dialled(random, DEVICES / 2, 5));
        case FIVE_SITES -> sites(5, (_, _) -> true);
      };
    }

    /// As in the swarms of gossip.
    private static BiPredicate<SimDevice, SimDevice> dialled(
        SplittableRandom random, int devices, int dials) {
      Set<List<Integer>> links = new HashSet<>();
      for (int i = 1; i < devices; i++) {
        links.add(List.of(random.nextInt(i), i));
        for (int more = 1; more < dials; more++) {
          int other = random.nextInt(devices);
          links.add(List.of(Math.min(i, other), Math.max(i, other)));
        }
      }
      return (a, b) -> links.contains(List.of(a.number % devices, b.number % devices));
    }

    private static BiPredicate<SimDevice, SimDevice> sites(
        int sites, BiPredicate<SimDevice, SimDevice> within) {
      int size = DEVICES / sites;
      return (a, b) ->
          a.number / size == b.number / size
              ? within.test(a, b)
              : a.number % size == 0 && b.number == a.number + size;
    }
  }

  private TellingCampaign() {}

  public static void main(String[] arguments) throws IOException {
    long seeds = Long.parseLong(arguments[0]);
    for (Shape shape : Shape.values()) {
      measure(shape, seeds);
    }
  }

  private static void measure(Shape shape, long seeds) throws IOException {
    List<Long> last = new ArrayList<>();
    double told = 0;
    for (long seed = 0; seed < seeds; seed++) {
      SimCluster cluster =
          SimCluster.uneventful(seed, Collections.nCopies(DEVICES, SimNames.EXACT));
      cluster.wire.delay = () -> DELAY + cluster.world.random().nextLong(MILLI);
      var random = new SplittableRandom(seed);
      cluster.found(shape.reaches(random));
      cluster.world.pass(20_000 * MILLI);
      cluster.wire.entriesTold = 0;
      for (int save = 0; save < SAVES; save++) {
        last.add(follow(cluster, random.nextInt(DEVICES), "save " + save));
        cluster.world.pass(3_000 * MILLI);
      }
      told += (double) cluster.wire.entriesTold / SAVES / (DEVICES - 1);
    }
    Collections.sort(last);
    System.out.printf(
        Locale.ROOT,
        "%s: %.0f ms to the last (median %d, at most %d), told %.1f times%n",
        shape.text,
        last.stream().mapToLong(Long::longValue).average().orElseThrow(),
        last.get(last.size() / 2),
        last.getLast(),
        told / seeds);
  }

  /// Saves a file.
  ///
  /// @return milliseconds from its entry's being made until all have it
  private static long follow(SimCluster cluster, int author, String text) throws IOException {
    SimDevice device = cluster.devices.get(author);
    VersionVector before = frontier(device);
    device.save(RelPath.of("file.txt"), text);
    await(cluster, () -> !frontier(device).equals(before));
    VersionVector after = frontier(device);
    return await(
        cluster,
        () ->
            IntStream.range(0, DEVICES)
                .allMatch(i -> after.includedIn(frontier(cluster.devices.get(i)))));
  }

  private static long await(SimCluster cluster, BooleanSupplier happened) {
    for (long millis = 0; millis < WAIT_MILLIS_MAX; millis++) {
      if (happened.getAsBoolean()) return millis;
      cluster.world.pass(MILLI);
    }
    throw new AssertionError("it does not happen");
  }

  private static VersionVector frontier(SimDevice device) {
    return SimCluster.run(device).entries.frontier();
  }
}
