package lockstep.sync;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/// Runs simulated clusters by the thousand: `FIRST COUNT`, or one seed with its story, or `mutants`
/// to see that planted faults are noticed.
final class SimCampaign {
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
    long count = Long.parseLong(args[1]);
    Duration begin = cpuTime();
    var traces = new LongAdder();
    long failures =
        LongStream.range(first, first + count)
            .parallel()
            .filter(seed -> fails(seed, traces))
            .count();
    double seconds = cpuTime().minus(begin).toMillis() / 1e3;
    System.out.printf(
        "%d seeds, %d failures, %.1f seeds per second of a core, traces %x%n",
        count, failures, count / seconds, traces.sum());
  }

  private static boolean fails(long seed, LongAdder traces) {
    try {
      traces.add(SimCluster.run(SimPlan.of(seed), null));
      return false;
    } catch (SimFailure failure) {
      System.out.println("bench/simulate " + seed + "  # " + failure.getMessage());
      return true;
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
