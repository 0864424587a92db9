package lockstep.base;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// Nanoseconds since this computer started, sleep included: `clock_gettime(CLOCK_BOOTTIME)` of
/// Linux, since `System.nanoTime` stands still while a laptop sleeps. Elsewhere, and where native
/// access is denied, it is that all the same.
final class BootClock {
  private static final long CLOCK_GETTIME = KernelCall.here(228, 113);
  private static final int CLOCK_BOOTTIME = 7;
  private static final long TIMESPEC_BYTES = 16;
  private static final long SECOND = 1_000_000_000;

  private BootClock() {}

  static long nanos() {
    return Kernels.IS_THERE ? kernelNanos() : SystemHost.TIME.monotonicNanos();
  }

  private static long kernelNanos() {
    try (var arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(KernelCall.STATE_BYTES, Long.BYTES);
      MemorySegment time = arena.allocate(TIMESPEC_BYTES, Long.BYTES);
      long failed =
          KernelCall.invoke(state, CLOCK_GETTIME, CLOCK_BOOTTIME, time.address(), 0, 0, 0, 0);
      if (failed != 0) throw new IllegalStateException("the kernel has no CLOCK_BOOTTIME");
      return time.get(JAVA_LONG, 0) * SECOND + time.get(JAVA_LONG, Long.BYTES);
    }
  }

  /// Asked at the first call and never again: the two clocks must not be mixed.
  private static final class Kernels {
    static final boolean IS_THERE = answers();

    private static boolean answers() {
      if (!KernelCall.isAvailable()) return false;
      try {
        kernelNanos();
        return true;
      } catch (IllegalStateException none) {
        return false;
      }
    }
  }
}
