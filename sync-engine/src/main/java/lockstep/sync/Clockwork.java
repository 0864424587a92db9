package lockstep.sync;

import java.util.OptionalLong;
import lockstep.base.TimeSource;

/// The moments at which a folder's loop wants to be woken: its waiting takes no timer thread, just
/// a bound on how long it waits for the next event.
final class Clockwork {
  private final TimeSource time;
  private long next = Long.MAX_VALUE;
  private boolean set;

  Clockwork(TimeSource time) {
    this.time = time;
  }

  long now() {
    return time.monotonicNanos();
  }

  /// Asks to be woken at `nanos` (monotonic) at the latest.
  void wakeAt(long nanos) {
    if (!set || nanos - next < 0) {
      next = nanos;
      set = true;
    }
  }

  void wakeAt(OptionalLong nanos) {
    nanos.ifPresent(this::wakeAt);
  }

  /// Forgets all wishes: each is made anew after every round of the loop.
  void clear() {
    set = false;
  }

  /// How long to wait at the most, in nanoseconds; empty for as long as it takes.
  OptionalLong untilNext() {
    return set ? OptionalLong.of(Math.max(0, next - now())) : OptionalLong.empty();
  }
}
