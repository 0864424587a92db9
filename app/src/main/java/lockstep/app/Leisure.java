package lockstep.app;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import lockstep.base.Blake3;

/// Gets a daemon ready for much once it has nothing to do: whatever comes first after that, a film
/// or a project of ten thousand files, finds hashing at its full speed instead of waiting for the
/// compiler. Costs half a second of a core, once.
final class Leisure {
  private static final Duration LOOK_EVERY = Duration.ofMillis(500);
  private static final Duration BUSY = Duration.ofMillis(50);

  private Leisure() {}

  /// @param worthIt whether there is anybody to exchange files with
  static void await(BooleanSupplier worthIt) {
    Thread.ofVirtual()
        .name("leisure")
        .start(
            () -> {
              if (comes(worthIt)) Blake3.prepare();
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
