package lockstep.base;

import java.time.Instant;

/// Time as a peer can know it. Wall time may jump either way and only informs people; monotonic
/// time only grows.
public interface TimeSource {
  Instant wallTime();

  /// Nanoseconds since an arbitrary origin; meaningful only as a difference.
  long monotonicNanos();

  /// The same, but it runs on while the computer sleeps, as leases need it. Where the platform has
  /// no such clock it is [#monotonicNanos], and a sleep goes unnoticed.
  default long bootNanos() {
    return monotonicNanos();
  }

  /// The clock of this computer.
  static TimeSource system() {
    return SystemHost.TIME;
  }
}
