package lockstep.p2p;

import java.io.IOException;
import java.util.function.LongConsumer;

/// When to ping, how long the answer took, and when to give the peer up. Pure; times are monotonic
/// nanoseconds.
final class Keepalive {
  /// Pings in quick succession at the start: round-trip times steer the windows early.
  private static final int FIRST_PINGS = 4;

  private final Limits limits;
  private final LongConsumer roundTrips;
  private int sent;
  private boolean outstanding;
  private long sentNanos;
  private long heardNanos;
  private long roundTripMin = Long.MAX_VALUE;

  Keepalive(Limits limits, LongConsumer roundTrips) {
    this.limits = limits;
    this.roundTrips = roundTrips;
  }

  boolean due(long now) {
    return nanosToTick(now) == 0 && !outstanding;
  }

  /// A ping leaves.
  ///
  /// @return its opaque value
  int ping(long now) {
    outstanding = true;
    sentNanos = now;
    return ++sent;
  }

  /// Bytes came, whatever they were. A peer that is heard of is not dead: on a slow line its answer
  /// may stand behind megabytes of data.
  void heard(long now) {
    heardNanos = now;
  }

  /// An answer came; one to another question than the last is ignored.
  void pong(int value, long now) {
    if (!outstanding || value != sent) return;
    outstanding = false;
    long roundTrip = now - sentNanos;
    roundTripMin = Math.min(roundTripMin, roundTrip);
    roundTrips.accept(roundTrip);
  }

  /// The shortest round trip so far; 0 as long as none is known.
  long roundTripMin() {
    return roundTripMin == Long.MAX_VALUE ? 0 : roundTripMin;
  }

  /// @throws IOException if a ping is unanswered and nothing else came for too long
  void check(long now) throws IOException {
    if (outstanding && nanosToTick(now) == 0) {
      throw new IOException(
          "nothing came from the peer for %d s, not even to a ping: the connection counts as dead"
              .formatted(limits.keepaliveTimeout().toSeconds()));
    }
  }

  /// How long nothing needs to be done.
  long nanosToTick(long now) {
    if (sent < FIRST_PINGS && !outstanding) return 0;
    long due =
        outstanding
            ? Math.max(sentNanos, heardNanos) + limits.keepaliveTimeout().toNanos()
            : sentNanos + limits.keepalive().toNanos();
    return Math.max(0, due - now);
  }
}
