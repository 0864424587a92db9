package lockstep.sync;

import lockstep.base.TimeSource;

/// A rate that follows what happened in about the last second. Not thread-safe.
final class Rate {
  private static final double WINDOW_NANOS = 1e9;

  private final TimeSource time;
  private double bytesInWindow;
  private long last;

  Rate(TimeSource time) {
    this.time = time;
    this.last = time.monotonicNanos();
  }

  void add(long bytes) {
    decay();
    bytesInWindow += bytes;
  }

  /// Bytes a second; 0 once nothing has come for some seconds.
  long bytesPerSecond() {
    decay();
    return Math.round(bytesInWindow * 1e9 / WINDOW_NANOS);
  }

  private void decay() {
    long now = time.monotonicNanos();
    bytesInWindow *= Math.exp(-(now - last) / WINDOW_NANOS);
    if (bytesInWindow < 1) {
      bytesInWindow = 0;
    }
    last = now;
  }
}
