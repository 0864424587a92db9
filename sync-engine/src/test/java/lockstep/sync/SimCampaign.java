package lockstep.sync;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;
import lockstep.testkit.Mutation;
import org.jspecify.annotations.Nullable;

/// Runs simulated clusters by the thousand: `FIRST COUNT`, or `FIRST 200s` for so long, or one seed
/// with its story, or `mutants` to see that planted faults are noticed.
final class SimCampaign {
  /// Nobody forges anything here, so a campaign takes every signature for right: it would check
  /// them a quarter of its time. Builds do check them, and so does whoever runs a seed again.
  private static final Mutation TRUSTING = new Mutation("lockstep.base.PublicKey", "verifies");

  private SimCampaign() {}

  public static void main(String[] args) {
    if (args[0].equals("mutants")) {
      hunt();
      return;
    }
    long first = Long.parseLong(args[0]);
    if (args.length == 1) {
      replay(first);
      return;
    }
    TRUSTING.call(SimCampaign.class, "campaign", first, args[1]);
  }

  /// Called in classes of their own, see [Mutation].
  ///
  /// @param extent how many seeds, or for how many seconds
  static void campaign(long first, String extent) {
    Duration begin = cpuTime();
    Tally tally =
        extent.endsWith("s")
            ? run(first, Long.MAX_VALUE, Duration.parse("PT" + extent))
            : run(first, Long.parseLong(extent), Duration.ofDays(365));
    double seconds = cpuTime().minus(begin).toMillis() / 1e3;
    System.out.printf(
        "%d seeds, %d failures, %.1f seeds per second of a core, traces %x%n",
        tally.seeds, tally.failures.size(), tally.seeds / seconds, tally.traces);
  }

  /// @param failures how to run each again, and why
  /// @param traces the sum of all that happened
  record Tally(long seeds, List<String> failures, long traces) {}

  /// Runs seeds from `first` on, until there were so many or the time is over.
  static Tally run(long first, long count, Duration time) {
    long end = System.nanoTime() + time.toNanos();
    var next = new AtomicLong(first);
    var traces = new LongAdder();
    var seeds = new LongAdder();
    var failures = new ConcurrentLinkedQueue<String>();
    IntStream.range(0, Runtime.getRuntime().availableProcessors())
        .parallel()
        .forEach(
            _ -> {
              while (System.nanoTime() - end < 0) {
                long seed = next.getAndIncrement();
                if (seed - first >= count) return;
                failure(seed, traces).ifPresent(failures::add);
                seeds.increment();
              }
            });
    return new Tally(seeds.sum(), List.copyOf(failures), traces.sum());
  }

  private static Optional<String> failure(long seed, LongAdder traces) {
    try {
      traces.add(SimCluster.run(SimPlan.of(seed), null));
      return Optional.empty();
    } catch (SimFailure failure) {
      String line = "bench/simulate " + seed + "  # " + failure.getMessage();
      System.out.println(line);
      return Optional.of(line);
    }
  }

  /// Of the whole process, on all cores.
  private static Duration cpuTime() {
    return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO);
  }

  /// Seeds at the most until a planted fault is noticed.
  static final long HUNT_MAX = 10_000;

  private static void hunt() {
    Arrays.stream(SimMutant.values())
        .parallel()
        .forEach(
            mutant ->
                System.out.println(
                    mutant + ": " + mutant.firstCaught(HUNT_MAX).orElse("not noticed")));
  }

  /// The first seed that breaks a promise, and which; null if none does. An exception is no proof
  /// that the simulation notices: the engine itself stumbled.
  static @Nullable String firstBroken(long first, long count) {
    for (long seed = first; seed < first + count; seed++) {
      SimFailure failure = failure(SimPlan.of(seed));
      if (failure != null && !failure.kind().equals("fault")) {
        return seed + " " + failure.kind();
      }
    }
    return null;
  }

  private static void replay(long seed) {
    SimPlan plan = SimPlan.of(seed);
    SimFailure failure = failure(plan);
    if (failure == null) {
      System.out.println("seed " + seed + " is clean, trace " + SimCluster.run(plan, null));
      return;
    }
    SimPlan shrunk = shrink(plan, failure.kind());
    try {
      SimCluster.run(shrunk, System.out);
    } catch (SimFailure e) {
      System.out.println(e.getMessage());
      if (e.getCause() != null) e.getCause().printStackTrace(System.out);
    }
    shrunk.events().forEach(System.out::println);
  }

  private static @Nullable SimFailure failure(SimPlan plan) {
    try {
      SimCluster.run(plan, null);
      return null;
    } catch (SimFailure e) {
      return e;
    }
  }

  /// Leaves out what the failure does not take.
  static SimPlan shrink(SimPlan plan, String kind) {
    List<SimPlan.Event> events = plan.events();
    for (int size = Math.max(1, events.size() / 2); size >= 1; size /= 2) {
      for (int from = 0; from + size <= events.size(); ) {
        var fewer = new ArrayList<>(events.subList(0, from));
        fewer.addAll(events.subList(from + size, events.size()));
        SimFailure failure = failure(plan.with(fewer));
        if (failure != null && failure.kind().equals(kind)) {
          events = fewer;
        } else {
          from += size;
        }
      }
    }
    return plan.with(events);
  }
}
