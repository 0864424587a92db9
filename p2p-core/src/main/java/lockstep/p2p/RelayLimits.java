package lockstep.p2p;

import java.time.Duration;

/// What a device does for others as a relay at most, and asks of others. How many bytes pass in a
/// second is the [Circle]'s to say.
///
/// @param reservations held for others at once
/// @param reservationTime after which one has to be renewed
/// @param circuits at once
/// @param circuitsPerPeer at once that a peer has a part in
/// @param circuitsPerPair at once between the same two
/// @param circuitTime after which a circuit ends
/// @param circuitBytes each way, after which it ends too
/// @param requestsPerMinute of one peer
/// @param ownReservations how many others this device asks to relay for it
/// @param retry pause before a relay that refused is asked again
public record RelayLimits(
    int reservations,
    Duration reservationTime,
    int circuits,
    int circuitsPerPeer,
    int circuitsPerPair,
    Duration circuitTime,
    long circuitBytes,
    int requestsPerMinute,
    int ownReservations,
    Duration retry) {

  /// What the daemon runs with (docs/decisions/0024-relays.md).
  public static final RelayLimits DEFAULT =
      new RelayLimits(
          128,
          Duration.ofHours(1),
          64,
          16,
          2,
          Duration.ofHours(24),
          64L << 30,
          120,
          3,
          Duration.ofMinutes(5));
}
