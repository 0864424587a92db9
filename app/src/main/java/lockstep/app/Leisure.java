package lockstep.app;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/// Waits until a daemon has nothing to do, to get it ready for much: whatever comes first after
/// that, a film or a project of ten thousand files, does not wait for the compiler.
final class Leisure {
  private static final Duration LOOK_EVERY = Duration.ofMillis(500);
  private static final Duration BUSY = Duration.ofMillis(50);

  private Leisure() {}

  /// @param worthIt whether there is anybody to exchange files with
  /// @param then run once
  static void await(BooleanSupplier worthIt, Runnable then) {
    Thread.ofVirtual()
        .name("leisure")
        .start(
            () -> {
              if (comes(worthIt)) then.run();
            });
  }

  private static boolean comes(BooleanSupplier worthIt) {
    Duration before = processorTime();
    try {
      while (true) {
        Thread.sleep(LOOK_EVERY);
        Duration now = processorTime();
        if (now.minus(before).compareTo(BUSY) < 0 && worthIt.getAsBoolean()) return true;
        before = now;
      }
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /// What this process has used. A system that does not tell it shows no leisure worth waiting for.
  private static Duration processorTime() {
    return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO);
  }
}
