package lockstep.p2p;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import lockstep.base.PeerId;
import lockstep.base.PeerViolationException;
import lockstep.base.TimeSource;

/// This device as one that others reach through a relay, and that reaches others so. Keeps
/// [Reservations] on a thread of its own while a member is missing and nobody from outside has come
/// in directly, and sleeps otherwise.
final class RelayClient implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger("lockstep.p2p");

  private final Circle circle;
  private final Roster roster;
  private final Protocols protocols;
  private final Upgrade upgrade;
  private final Admission admission;
  private final Doors doors;
  private final Limits limits;
  private final TimeSource time;
  private final Object lock = new Object();

  // Guarded by the lock:
  private final Reservations reservations;
  private boolean woken;
  private boolean closed;

  /// What it needs of the network.
  interface Doors {
    /// Takes a connection that somebody made through a relay.
    HostConnection admit(SecureChannel channel, Multiaddr address) throws IOException;

    /// Where this device can be reached has changed.
    void addressesChanged();
  }

  RelayClient(
      Circle circle,
      Roster roster,
      Protocols protocols,
      Upgrade upgrade,
      Admission admission,
      Doors doors,
      Limits limits,
      TimeSource time) {
    this.circle = circle;
    this.roster = roster;
    this.protocols = protocols;
    this.upgrade = upgrade;
    this.admission = admission;
    this.doors = doors;
    this.limits = limits;
    this.time = time;
    this.reservations = new Reservations(limits.relay());
  }

  void start() {
    Thread.ofVirtual().name("p2p-relays").start(this::run);
  }

  /// Somebody came or went, or is missing.
  void wake() {
    synchronized (lock) {
      woken = true;
      lock.notifyAll();
    }
  }

  /// The last direct connection to a peer is gone.
  void gone(PeerId peer) {
    boolean wasRelay;
    synchronized (lock) {
      wasRelay = reservations.gone(peer);
    }
    if (wasRelay) doors.addressesChanged();
    wake();
  }

  /// Where this device can be reached through others, without its own id.
  List<Multiaddr> addresses() {
    synchronized (lock) {
      return reservations.addresses(time.monotonicNanos());
    }
  }

  // ---- Being reached

  /// Serves one stream of the stop protocol: the connection that a relay brings.
  void serve(HostStream stream) throws IOException, InterruptedException {
    PeerId relay = stream.peer();
    RelayMessage message;
    try (var _ = Deadline.after(limits.negotiationTime(), stream::reset)) {
      message = RelayProtocol.STOP.read(stream.input());
    } catch (PeerViolationException malformed) {
      answer(stream, RelayStatus.MALFORMED_MESSAGE);
      return;
    }
    if (!(message instanceof RelayMessage.Connect(var from, var _))) {
      answer(stream, RelayStatus.UNEXPECTED_MESSAGE);
    } else if (stream.connection().isRelayed() || !isOurs(relay)) {
      answer(stream, RelayStatus.PERMISSION_DENIED);
    } else if (roster.isFull() || !admission.enter(relay)) {
      answer(stream, RelayStatus.RESOURCE_LIMIT_EXCEEDED);
    } else {
      var wire = new StreamWire(stream);
      try {
        answer(stream, RelayStatus.OK);
        accept(wire, from, stream.connection().address().via(relay));
      } finally {
        admission.leave(relay);
      }
      wire.awaitClose();
    }
  }

  /// Whether a peer has promised to relay for this device.
  boolean isOurs(PeerId relay) {
    synchronized (lock) {
      return reservations.holds(relay);
    }
  }

  private void accept(StreamWire wire, PeerId from, Multiaddr address) throws IOException {
    try (var _ = Deadline.after(limits.handshakeTime(), wire::close)) {
      SecureChannel channel = upgrade.accepted(wire);
      if (!channel.peer().equals(from)) {
        throw new PeerViolationException(
            "the relay spoke of %s, and %s came".formatted(from, channel.peer()));
      }
      var _ = doors.admit(channel, address.withPeer(from));
    } catch (IOException | RuntimeException e) {
      wire.close();
      throw e;
    }
  }

  private static void answer(HostStream stream, RelayStatus status) throws IOException {
    RelayProtocol.STOP.write(stream.output(), RelayMessage.Status.of(status));
  }

  // ---- Reaching

  /// Opens a way to a peer through the relay that an address names, which has to be connected.
  Wire dial(PeerId peer, Multiaddr address) throws IOException {
    PeerId relay = address.relay().orElseThrow(() -> new IOException("the address names no relay"));
    var connection = roster.direct(relay);
    if (connection.isEmpty()) throw new IOException("the relay is not connected");
    var stream = protocols.open(connection.get(), RelayProtocol.HOP.id());
    try (var _ = Deadline.after(limits.handshakeTime(), stream::reset)) {
      var question = new RelayMessage.Connect(peer, RelayMessage.Limit.NONE);
      RelayStatus status = ask(stream, question).status();
      if (status == RelayStatus.OK) return new StreamWire(stream);
      throw new IOException("the relay says that " + status.words());
    } catch (IOException | RuntimeException e) {
      stream.reset();
      throw e;
    }
  }

  private static RelayMessage.Status ask(HostStream stream, RelayMessage question)
      throws IOException {
    RelayProtocol.HOP.write(stream.output(), question);
    if (RelayProtocol.HOP.read(stream.input()) instanceof RelayMessage.Status answer) return answer;
    throw new PeerViolationException("a relay that answers with a question");
  }

  // ---- Reservations

  private void run() {
    try {
      while (true) {
        askWhoIsDue();
        synchronized (lock) {
          long wait = reservations.nanosToNext(time.monotonicNanos());
          if (!woken && !closed) TimeUnit.NANOSECONDS.timedWait(lock, wait);
          woken = false;
          if (closed) return;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void askWhoIsDue() {
    boolean changed = false;
    List<HostConnection> candidates = candidates();
    List<PeerId> peers = candidates.stream().map(HostConnection::peer).toList();
    while (true) {
      PeerId relay;
      synchronized (lock) {
        var next = reservations.next(peers, time.monotonicNanos());
        if (closed || next.isEmpty()) break;
        relay = next.get();
      }
      List<Multiaddr> before = addresses();
      candidates.stream()
          .filter(connection -> connection.peer().equals(relay))
          .findFirst()
          .ifPresent(this::reserve);
      changed |= !before.equals(addresses());
    }
    if (changed) doors.addressesChanged();
  }

  /// Members that relay; nobody while none is needed. Those that were dialled come first: others
  /// are likely to reach them, too.
  private List<HostConnection> candidates() {
    Set<PeerId> members = circle.members();
    var direct = new ArrayList<>(roster.all());
    direct.removeIf(connection -> connection.isRelayed() || !connection.isOpen());
    boolean isReached = direct.stream().anyMatch(RelayClient::cameFromOutside);
    Set<PeerId> present = direct.stream().map(HostConnection::peer).collect(Collectors.toSet());
    if (isReached || present.containsAll(members)) return List.of();
    direct.removeIf(
        connection ->
            !members.contains(connection.peer()) || !connection.speaks(RelayProtocol.HOP.id()));
    direct.sort(Comparator.comparing(connection -> !connection.outbound()));
    return direct;
  }

  private static boolean cameFromOutside(HostConnection connection) {
    return !connection.outbound()
        && !connection.isPunched()
        && LocalAddress.isPublic(connection.address());
  }

  private void reserve(HostConnection connection) {
    PeerId relay = connection.peer();
    try {
      var stream = protocols.open(connection, RelayProtocol.HOP.id());
      try (stream;
          var _ = Deadline.after(limits.negotiationTime(), stream::reset)) {
        RelayMessage.Status answer = ask(stream, new RelayMessage.Reserve());
        if (answer.status() != RelayStatus.OK || answer.reservation().isEmpty()) {
          throw new IOException("it says that " + answer.status().words());
        }
        granted(relay, answer.reservation().get());
      }
    } catch (IOException e) {
      LOG.log(System.Logger.Level.DEBUG, "{0} does not relay: {1}", relay, e.getMessage());
      synchronized (lock) {
        reservations.refused(relay, time.monotonicNanos());
      }
    }
  }

  private void granted(PeerId relay, RelayMessage.Reservation reservation) {
    long seconds = reservation.expires() - time.wallTime().getEpochSecond();
    synchronized (lock) {
      reservations.granted(
          relay, reservation.addresses(), Duration.ofSeconds(seconds), time.monotonicNanos());
    }
  }

  @Override
  public void close() {
    synchronized (lock) {
      closed = true;
      lock.notifyAll();
    }
  }
}
