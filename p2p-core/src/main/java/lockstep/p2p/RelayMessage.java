package lockstep.p2p;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import lockstep.base.PeerId;

/// What is said on the streams of a relay, before they carry a connection. Wire notes, section 11.
sealed interface RelayMessage {
  /// To a relay: let others reach me through you.
  record Reserve() implements RelayMessage {}

  /// To a relay: connect me to `peer`. From a relay: `peer` wants to reach you.
  record Connect(PeerId peer, Limit limit) implements RelayMessage {}

  /// The one answer to either.
  record Status(RelayStatus status, Optional<Reservation> reservation, Limit limit)
      implements RelayMessage {
    static Status of(RelayStatus status) {
      return new Status(status, Optional.empty(), Limit.NONE);
    }
  }

  /// A promise to relay, which ends with the connection to the relay.
  ///
  /// @param expires Unix time in seconds, by the clock of the relay
  /// @param addresses of the relay
  record Reservation(long expires, List<Multiaddr> addresses) {
    public Reservation {
      addresses = List.copyOf(addresses);
    }
  }

  /// When a relay ends a circuit.
  ///
  /// @param seconds after its beginning; 0 for never
  /// @param bytes each way; 0 for any number
  record Limit(long seconds, long bytes) {
    static final Limit NONE = new Limit(0, 0);

    static Limit of(Duration time, long bytes) {
      return new Limit(time.toSeconds(), bytes);
    }
  }
}
