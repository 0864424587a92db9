package lockstep.lease;

import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/// Runs simulated clusters that lock files by the thousand: `FIRST COUNT`, or one seed with its
/// story, or `mutants` to see that planted faults are noticed.
final class LeaseCampaign {
  private LeaseCampaign() {}

  public static void main(String[] args) {
    if (args.length == 1 && args[0].equals("mutants")) {
      for (LeaseMutant fault : LeaseMutant.values()) {
        System.out.println(fault + " " + fault.firstCaught(20_000).orElse("is not noticed"));
      }
      return;
    }
    if (args.length == 1) {
      replay(Long.parseLong(args[0]));
      return;
    }
    long first = Long.parseLong(args[0]);
    long count = Long.parseLong(args[1]);
    var traces = new LongAdder();
    Duration begin = cpuTime();
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

  private static Duration cpuTime() {
    return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO);
  }

  private static boolean fails(long seed, LongAdder traces) {
    try {
      traces.add(LeaseWorld.run(seed, null));
      return false;
    } catch (LeaseFailure failure) {
      System.out.println("seed " + seed + " " + failure.getMessage());
      return true;
    } catch (RuntimeException e) {
      System.out.println("seed " + seed + " fault: " + e);
      return true;
    }
  }

  /// The first seed that breaks a promise, and which; null if none does. An exception is no proof
  /// that the simulation notices: the machine itself stumbled.
  static @Nullable String firstBroken(long first, long count) {
    for (long seed = first; seed < first + count; seed++) {
      try {
        LeaseWorld.run(seed, null);
      } catch (LeaseFailure failure) {
        return seed + " " + failure.kind();
      }
    }
    return null;
  }

  private static void replay(long seed) {
    try {
      System.out.println("seed " + seed + " is clean, trace " + LeaseWorld.run(seed, System.out));
    } catch (LeaseFailure failure) {
      System.out.println(failure.getMessage());
    }
  }
}
