package lockstep.p2p;

import java.util.function.LongConsumer;

/// Notices by its round trips, in nanoseconds, that a peer is far away. Called by one thread at a
/// time.
final class Distance implements LongConsumer {
  /// No local network takes so long if nothing else is under way.
  static final long FAR_NANOS = 5_000_000;

  /// Of so many round trips one will have met no queue.
  static final int ROUND_TRIPS = 3;

  private final LongConsumer roundTrips;
  private final Runnable far;
  private long least = Long.MAX_VALUE;
  private int heard;

  /// @param roundTrips is told of each of them, too
  /// @param far is run once, if the peer is far away
  Distance(LongConsumer roundTrips, Runnable far) {
    this.roundTrips = roundTrips;
    this.far = far;
  }

  @Override
  public void accept(long roundTripNanos) {
    roundTrips.accept(roundTripNanos);
    if (heard == ROUND_TRIPS) return;
    least = Math.min(least, roundTripNanos);
    if (++heard == ROUND_TRIPS && least >= FAR_NANOS) far.run();
  }
}
