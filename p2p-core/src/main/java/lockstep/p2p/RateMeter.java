package lockstep.p2p;

/// Counts bytes and remembers the best rate seen lately. Written by one thread, read by any.
final class RateMeter {
  private static final long SLOT_NANOS = 250_000_000;

  /// What is left of an old best rate after each slot: half is gone after some ten seconds.
  private static final double FADING = 0.983;

  private volatile long total;
  private volatile double best;
  private long slotStart;
  private long slotBytes;

  void add(int bytes, long now) {
    total = total + bytes;
    long elapsed = now - slotStart;
    if (elapsed >= SLOT_NANOS) {
      // A slot that saw a pause says little of what the line can do.
      double rate = elapsed < 2 * SLOT_NANOS ? slotBytes * 1e9 / elapsed : 0;
      double slots = Math.min(1000, (double) elapsed / SLOT_NANOS);
      best = Math.max(rate, best * Math.pow(FADING, slots));
      slotStart = now;
      slotBytes = 0;
    }
    slotBytes += bytes;
  }

  long total() {
    return total;
  }

  double best() {
    return best;
  }
}
