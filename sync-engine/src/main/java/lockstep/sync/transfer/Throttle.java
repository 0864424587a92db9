package lockstep.sync.transfer;

import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import lockstep.base.TimeSource;

/// Lets no more bytes pass than a rate allows, whoever brings them: virtual scheduling, as of the
/// generic cell rate algorithm (ITU-T I.371). Thread-safe.
final class Throttle {
  /// What was not used is lost after this.
  private static final long BURST_NANOS = Duration.ofMillis(100).toNanos();

  private static final long UNLIMITED = 0;
  private static final int SLICES_PER_SECOND = 16;
  private static final int SLICE_BYTES_MAX = 16 << 10;

  private final TimeSource time;

  /// Written under this.
  private volatile long bytesPerSecond = UNLIMITED;

  /// Of the limit that counts now. Guarded by this.
  private int generation;

  /// When all that was let through will have passed at the rate. Guarded by this.
  private long free;

  Throttle(TimeSource time) {
    this.time = time;
  }

  /// Whoever waits for the limit before is let through.
  synchronized void limit(OptionalLong bytesPerSecond) {
    this.bytesPerSecond = bytesPerSecond.orElse(UNLIMITED);
    free = time.monotonicNanos();
    generation++;
    notifyAll();
  }

  boolean isLimited() {
    return bytesPerSecond != UNLIMITED;
  }

  /// How many bytes should pass at once, so that all who wait see some pass often.
  int slice() {
    return Math.clamp(bytesPerSecond / SLICES_PER_SECOND, 1, SLICE_BYTES_MAX);
  }

  /// Returns when so many bytes may pass.
  synchronized void pass(int bytes) throws InterruptedIOException {
    if (!isLimited()) return;
    int of = generation;
    long turn = turn(bytes);
    try {
      long wait = turn - time.monotonicNanos();
      while (wait > 0 && generation == of) {
        TimeUnit.NANOSECONDS.timedWait(this, wait);
        wait = turn - time.monotonicNanos();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while a limit held it back");
    }
  }

  /// When the next bytes may pass, which has them counted.
  synchronized long turn(int bytes) {
    long now = time.monotonicNanos();
    if (!isLimited()) return now;
    long begin = free - now > -BURST_NANOS ? free : now - BURST_NANOS;
    free = begin + (long) (bytes * 1e9 / bytesPerSecond);
    return free;
  }
}
