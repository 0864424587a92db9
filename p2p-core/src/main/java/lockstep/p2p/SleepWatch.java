package lockstep.p2p;

import java.time.Duration;
import java.time.Instant;

/// Notices that the computer has slept: more time went by on the wall than for this program. A
/// clock that was set forward looks alike. Pure; not thread-safe.
final class SleepWatch {
  /// Less is how clocks are set right.
  private static final Duration SLEPT = Duration.ofSeconds(5);

  private long lastNanos;
  private Instant lastWall;

  SleepWatch(long nanos, Instant wall) {
    lastNanos = nanos;
    lastWall = wall;
  }

  /// Whether it has slept since this was asked last.
  ///
  /// @param nanos monotonic, and standing still while the computer sleeps
  boolean hasSlept(long nanos, Instant wall) {
    boolean slept = lastWall.plusNanos(nanos - lastNanos).plus(SLEPT).isBefore(wall);
    lastNanos = nanos;
    lastWall = wall;
    return slept;
  }
}
