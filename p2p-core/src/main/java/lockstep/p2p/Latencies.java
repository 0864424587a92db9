package lockstep.p2p;

import java.util.Arrays;
import java.util.OptionalDouble;

/// The last round-trip times to a peer. Thread-safe.
final class Latencies {
  private static final int KEPT = 64;

  private final long[] nanos = new long[KEPT];
  private int count;

  synchronized void add(long roundTripNanos) {
    nanos[count++ % KEPT] = roundTripNanos;
  }

  /// The time in milliseconds that `percent` of the kept ones stay within.
  synchronized OptionalDouble millis(int percent) {
    int kept = Math.min(count, KEPT);
    if (kept == 0) return OptionalDouble.empty();
    long[] sorted = Arrays.copyOf(nanos, kept);
    Arrays.sort(sorted);
    int rank = (int) Math.ceil(percent / 100.0 * kept);
    return OptionalDouble.of(sorted[Math.max(0, rank - 1)] / 1e6);
  }
}
