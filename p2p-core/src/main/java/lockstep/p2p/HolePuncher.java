package lockstep.p2p;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import lockstep.base.PeerId;
import lockstep.base.PeerViolationException;
import lockstep.base.TimeSource;

/// Looks for a direct way to members that are connected through a relay (libp2p's DCUtR). Who was
/// reached through the relay begins: it dials the other, if that can be dialled, and else agrees
/// with it on a moment at which both dial, so that the routers of both let the other in. Sleeps
/// while nobody is connected so.
///
/// Dials nobody but members, where they say on a connection that proves who they are, and public
/// addresses only: nobody gets this device to knock in its own network.
final class HolePuncher implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger("lockstep.p2p");

  private final Circle circle;
  private final Roster roster;
  private final Protocols protocols;
  private final Doors doors;
  private final Predicate<Multiaddr> dialable;
  private final PunchLimits limits;
  private final TimeSource time;

  /// With whom something is being tried, by either side.
  private final Set<PeerId> punching = ConcurrentHashMap.newKeySet();

  /// Where a peer was dialled in vain: again only when it says something else.
  private final Map<PeerId, List<Multiaddr>> inVain = new ConcurrentHashMap<>();

  private final Object lock = new Object();

  // Guarded by the lock:
  private final PunchSchedule schedule;
  private boolean closed;

  /// What it needs of the network.
  interface Doors {
    /// Where this device may be reached from outside.
    List<Multiaddr> outside();

    /// Dials as ever.
    void dial(PeerId peer, List<Multiaddr> addresses, Duration time) throws IOException;

    /// Dials all addresses at once, while the peer does the same.
    ///
    /// @param client whether this side speaks first, whoever got through to whom
    void punch(PeerId peer, List<Multiaddr> addresses, boolean client, Duration time)
        throws IOException;
  }

  /// @param dialable which addresses may be dialled because somebody says so
  HolePuncher(
      Circle circle,
      Roster roster,
      Protocols protocols,
      Doors doors,
      Predicate<Multiaddr> dialable,
      PunchLimits limits,
      TimeSource time) {
    this.circle = circle;
    this.roster = roster;
    this.protocols = protocols;
    this.doors = doors;
    this.dialable = dialable;
    this.limits = limits;
    this.time = time;
    this.schedule = new PunchSchedule(limits);
  }

  void start() {
    Thread.ofVirtual().name("p2p-punch").start(this::run);
  }

  /// A connection is up, and identify done.
  void connected(HostConnection connection) {
    PeerId peer = connection.peer();
    synchronized (lock) {
      if (roster.direct(peer).isPresent()) {
        schedule.forget(peer);
      } else if (isOursToBegin(connection)) {
        schedule.add(peer, time.monotonicNanos());
      }
      lock.notifyAll();
    }
  }

  /// The last connection to a peer is gone.
  void gone(PeerId peer) {
    inVain.remove(peer);
    synchronized (lock) {
      schedule.gone(peer);
    }
  }

  /// Whether a connection that comes from this peer now may be one that this device let in itself.
  boolean isPunching(PeerId peer) {
    return punching.contains(peer);
  }

  private static boolean isOursToBegin(HostConnection connection) {
    return connection.isRelayed() && !connection.outbound();
  }

  private boolean isMember(PeerId peer) {
    return circle.members().contains(peer);
  }

  // ---- Beginning

  private void run() {
    try {
      while (true) {
        synchronized (lock) {
          if (closed) return;
          long now = time.monotonicNanos();
          schedule
              .begin(now)
              .forEach(peer -> Thread.ofVirtual().name("p2p-punch").start(() -> attempt(peer)));
          TimeUnit.NANOSECONDS.timedWait(lock, Math.max(1, schedule.nanosToNext(now)));
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void attempt(PeerId peer) {
    if (punching.add(peer)) {
      try {
        upgrade(peer);
      } catch (IOException e) {
        LOG.log(System.Logger.Level.DEBUG, "no direct way to {0}: {1}", peer, e.getMessage());
      } finally {
        punching.remove(peer);
      }
    }
    synchronized (lock) {
      if (roster.direct(peer).isPresent() || relayed(peer).isEmpty()) {
        schedule.forget(peer);
      } else {
        schedule.failed(peer, time.monotonicNanos());
      }
      lock.notifyAll();
    }
  }

  private Optional<HostConnection> relayed(PeerId peer) {
    return roster.of(peer).stream()
        .filter(connection -> connection.isOpen() && isOursToBegin(connection))
        .findFirst();
  }

  private void upgrade(PeerId peer) throws IOException {
    Optional<HostConnection> relayed = relayed(peer);
    if (relayed.isEmpty() || roster.direct(peer).isPresent() || !isMember(peer)) return;
    if (isDialled(peer, worthDialling(relayed.get().identity().listen()))) return;
    if (!relayed.get().speaks(PunchMessage.PROTOCOL)) {
      throw new IOException("it knows nothing of hole punching");
    }
    List<Multiaddr> theirs = agree(relayed.get());
    if (!theirs.isEmpty()) doors.punch(peer, theirs, false, limits.dialTime());
  }

  private boolean isDialled(PeerId peer, List<Multiaddr> announced) {
    if (announced.isEmpty() || announced.equals(inVain.get(peer))) return false;
    try {
      doors.dial(peer, announced, limits.dialTime());
      return true;
    } catch (IOException e) {
      LOG.log(System.Logger.Level.DEBUG, "{0} cannot be dialled: {1}", peer, e.getMessage());
      inVain.put(peer, announced);
      return false;
    }
  }

  /// Tells each other the addresses; returns when it is time to dial.
  private List<Multiaddr> agree(HostConnection relayed) throws IOException {
    List<Multiaddr> theirs;
    long roundTrip;
    var stream = protocols.open(relayed, PunchMessage.PROTOCOL);
    try (stream;
        var _ = Deadline.after(limits.exchangeTime(), stream::reset)) {
      long asked = time.monotonicNanos();
      List<Multiaddr> ours = outside();
      PunchMessage.write(stream.output(), new PunchMessage.Connect(ours));
      theirs = expectConnect(stream);
      roundTrip = time.monotonicNanos() - asked;
      if (theirs.isEmpty() && ours.isEmpty()) {
        throw new IOException("neither side knows where it is seen from outside");
      }
      PunchMessage.write(stream.output(), new PunchMessage.Sync());
    }
    try {
      // Half the way is gone when the other begins.
      var _ = new CountDownLatch(1).await(roundTrip / 2, TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      throw Muxer.interrupted();
    }
    return theirs;
  }

  private List<Multiaddr> expectConnect(HostStream stream) throws IOException {
    if (PunchMessage.read(stream.input()) instanceof PunchMessage.Connect(var addresses)) {
      return worthDialling(addresses);
    }
    throw new PeerViolationException("a peer that wants to dial before it says where it is");
  }

  private List<Multiaddr> outside() {
    return doors.outside().stream()
        .map(Multiaddr::withoutPeer)
        .distinct()
        .limit(limits.addresses())
        .toList();
  }

  private List<Multiaddr> worthDialling(List<Multiaddr> alleged) {
    return alleged.stream()
        .map(Multiaddr::withoutPeer)
        .filter(dialable)
        .distinct()
        .limit(limits.addresses())
        .toList();
  }

  // ---- Answering

  /// Serves one stream of a member that this device reached through a relay.
  void serve(HostStream stream) throws IOException {
    PeerId peer = stream.peer();
    boolean isTheirs = stream.connection().isRelayed() && stream.connection().outbound();
    if (!isTheirs || !isMember(peer) || !mayAsk(peer) || !punching.add(peer)) {
      stream.reset();
      return;
    }
    try {
      List<Multiaddr> theirs;
      try (stream;
          var _ = Deadline.after(limits.exchangeTime(), stream::reset)) {
        theirs = expectConnect(stream);
        PunchMessage.write(stream.output(), new PunchMessage.Connect(outside()));
        if (!(PunchMessage.read(stream.input()) instanceof PunchMessage.Sync)) {
          throw new PeerViolationException("a peer that says twice where it is");
        }
      }
      if (!theirs.isEmpty() && roster.direct(peer).isEmpty()) {
        doors.punch(peer, theirs, true, limits.dialTime());
      }
    } finally {
      punching.remove(peer);
    }
  }

  private boolean mayAsk(PeerId peer) {
    synchronized (lock) {
      return schedule.mayAsk(peer, time.monotonicNanos());
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
