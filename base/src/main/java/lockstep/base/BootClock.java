package lockstep.base;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import org.jspecify.annotations.Nullable;

/// Nanoseconds since this computer started, sleep included: `clock_gettime(CLOCK_BOOTTIME)` of
/// Linux, since `System.nanoTime` stands still while a laptop sleeps. Elsewhere, and where native
/// access is denied, it is that all the same.
final class BootClock {
  private static final int CLOCK_BOOTTIME = 7;
  private static final long TIMESPEC_BYTES = 16;
  private static final long SECOND = 1_000_000_000;

  private BootClock() {}

  static long nanos() {
    MethodHandle clock = Handle.CLOCK_GETTIME;
    return clock == null ? SystemHost.TIME.monotonicNanos() : nanos(clock);
  }

  private static long nanos(MethodHandle clock) {
    try (var arena = Arena.ofConfined()) {
      MemorySegment time = arena.allocate(TIMESPEC_BYTES, Long.BYTES);
      int failed = (int) clock.invokeExact(CLOCK_BOOTTIME, time);
      if (failed != 0) throw new IllegalStateException("the kernel has no CLOCK_BOOTTIME");
      return time.get(JAVA_LONG, 0) * SECOND + time.get(JAVA_LONG, Long.BYTES);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable t) {
      throw new AssertionError("a downcall throws nothing", t);
    }
  }

  /// Bound at the first call, or not at all: the two clocks must never be mixed.
  private static final class Handle {
    static final @Nullable MethodHandle CLOCK_GETTIME = bind();

    private static @Nullable MethodHandle bind() {
      if (!System.getProperty("os.name", "").equals("Linux")) {
        return null;
      }
      try {
        Linker linker = Linker.nativeLinker();
        MethodHandle bound =
            linker.downcallHandle(
                linker.defaultLookup().findOrThrow("clock_gettime"),
                FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS));
        nanos(bound);
        return bound;
      } catch (RuntimeException | LinkageError unavailable) {
        return null;
      }
    }
  }
}
