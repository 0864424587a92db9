package lockstep.p2p;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import lockstep.base.PeerId;
import lockstep.base.PeerViolationException;
import lockstep.base.TimeSource;

/// This device as a relay, for those who belong together: the shell of a [RelayDesk].
final class RelayServer {
  private final Circle circle;
  private final Roster roster;
  private final Protocols protocols;
  private final Supplier<List<Multiaddr>> addresses;
  private final Limits limits;
  private final TimeSource time;
  private final RelayDesk desk; // guarded by itself
  private final Set<Circuit> circuits = ConcurrentHashMap.newKeySet();

  /// @param addresses where this device itself can be dialled
  RelayServer(
      Circle circle,
      Roster roster,
      Protocols protocols,
      Supplier<List<Multiaddr>> addresses,
      Limits limits,
      TimeSource time) {
    this.circle = circle;
    this.roster = roster;
    this.protocols = protocols;
    this.addresses = addresses;
    this.limits = limits;
    this.time = time;
    this.desk =
        new RelayDesk(
            limits.relay(), peer -> circle.members().contains(peer), circle::belongTogether);
  }

  /// Serves one stream of the hop protocol: one question, and the circuit that may come of it.
  void serve(HostStream stream) throws IOException, InterruptedException {
    Optional<RelayMessage> question = read(stream);
    if (question.isEmpty()) {
      answer(stream, RelayStatus.MALFORMED_MESSAGE);
    } else if (stream.connection().isRelayed()) {
      answer(stream, RelayStatus.PERMISSION_DENIED); // no chains of relays
    } else {
      switch (question.get()) {
        case RelayMessage.Reserve() -> reserve(stream);
        case RelayMessage.Connect(var to, var _) -> connect(stream, to);
        case RelayMessage.Status _ -> answer(stream, RelayStatus.UNEXPECTED_MESSAGE);
      }
    }
  }

  /// Ends the circuits of those who do not belong together any more.
  void reconsider() {
    circuits.forEach(Circuit::reconsider);
  }

  /// The last direct connection to a peer is gone.
  void gone(PeerId peer) {
    synchronized (desk) {
      desk.gone(peer);
    }
  }

  private Optional<RelayMessage> read(HostStream stream) throws IOException {
    try (var _ = Deadline.after(limits.negotiationTime(), stream::reset)) {
      return Optional.of(RelayProtocol.HOP.read(stream.input()));
    } catch (PeerViolationException malformed) {
      return Optional.empty();
    }
  }

  private void reserve(HostStream stream) throws IOException {
    RelayStatus status;
    synchronized (desk) {
      status = desk.reserve(stream.peer(), time.monotonicNanos());
    }
    if (status != RelayStatus.OK) {
      answer(stream, status);
      return;
    }
    long expires = time.wallTime().plus(limits.relay().reservationTime()).getEpochSecond();
    var reservation = new RelayMessage.Reservation(expires, addresses.get());
    RelayProtocol.HOP.write(
        stream.output(), new RelayMessage.Status(status, Optional.of(reservation), limit()));
  }

  private void connect(HostStream from, PeerId to) throws IOException, InterruptedException {
    RelayStatus status;
    synchronized (desk) {
      status = desk.connect(from.peer(), to, time.monotonicNanos());
    }
    if (status != RelayStatus.OK) {
      answer(from, status);
      return;
    }
    try {
      Optional<HostStream> other = reach(to, from.peer());
      if (other.isEmpty()) {
        answer(from, RelayStatus.CONNECTION_FAILED);
      } else {
        join(from, other.get());
      }
    } finally {
      synchronized (desk) {
        desk.ended(from.peer(), to);
      }
    }
  }

  /// Asks a peer to take a connection from another.
  private Optional<HostStream> reach(PeerId to, PeerId from) {
    var connection = roster.direct(to);
    if (connection.isEmpty()) return Optional.empty();
    try {
      var stream = protocols.open(connection.get(), RelayProtocol.STOP.id());
      try (var _ = Deadline.after(limits.negotiationTime(), stream::reset)) {
        RelayProtocol.STOP.write(stream.output(), new RelayMessage.Connect(from, limit()));
        if (RelayProtocol.STOP.read(stream.input()) instanceof RelayMessage.Status answer
            && answer.status() == RelayStatus.OK) {
          return Optional.of(stream);
        }
      } catch (IOException failed) {
        // told to whom asked
      }
      stream.reset();
    } catch (IOException failed) {
      // the same
    }
    return Optional.empty();
  }

  private void join(HostStream from, HostStream to) throws IOException, InterruptedException {
    try (to) {
      RelayProtocol.HOP.write(
          from.output(), new RelayMessage.Status(RelayStatus.OK, Optional.empty(), limit()));
      var circuit = new Circuit(from, to, circle, limits.relay(), time);
      circuits.add(circuit);
      try {
        circuit.run();
      } finally {
        circuits.remove(circuit);
      }
    } catch (IOException e) {
      to.reset();
      throw e;
    }
  }

  private RelayMessage.Limit limit() {
    return RelayMessage.Limit.of(limits.relay().circuitTime(), limits.relay().circuitBytes());
  }

  private static void answer(HostStream stream, RelayStatus status) throws IOException {
    RelayProtocol.HOP.write(stream.output(), RelayMessage.Status.of(status));
  }
}
