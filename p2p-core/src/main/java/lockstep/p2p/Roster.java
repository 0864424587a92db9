package lockstep.p2p;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import lockstep.base.PeerId;
import org.jspecify.annotations.Nullable;

/// Who is connected. Counts connections against the limits and tells listeners of first and last
/// ones, in order, on one thread. Thread-safe.
///
/// Two peers that dial each other at once get two connections; both are kept, since a stream may
/// already be in use on either. New streams take the oldest, but none through a relay if there is
/// another.
final class Roster {
  private static final System.Logger LOG = System.getLogger("lockstep.p2p");

  private static final int WAIT_STEP_MILLIS = 50;

  /// Of equals, the first of a list is taken.
  private static final Comparator<HostConnection> BEST =
      Comparator.comparing(HostConnection::isRelayed);

  private final Limits limits;
  private final Map<PeerId, Peer> peers = new HashMap<>();
  private final List<PeerNetwork.ConnectionListener> listeners = new CopyOnWriteArrayList<>();
  private final ExecutorService announcer =
      Executors.newSingleThreadExecutor(Thread.ofVirtual().name("p2p-events").factory());
  private int total;
  private boolean closed;

  /// What is kept about a peer while it has connections, oldest first.
  static final class Peer {
    final WindowBudget budget;
    final Latencies latencies = new Latencies();
    private final List<HostConnection> connections = new ArrayList<>();

    /// The one that was told of.
    private @Nullable HostConnection announced;

    Peer(long memory) {
      budget = new WindowBudget(memory);
    }
  }

  /// Makes a connection for a peer.
  @FunctionalInterface
  interface ConnectionFactory {
    HostConnection create(Peer peer);
  }

  Roster(Limits limits) {
    this.limits = limits;
  }

  void listen(PeerNetwork.ConnectionListener listener) {
    listeners.add(listener);
  }

  synchronized boolean isFull() {
    return closed || total >= limits.connections();
  }

  /// Adds a connection; empty if a limit forbids it.
  synchronized Optional<HostConnection> add(PeerId id, ConnectionFactory factory) {
    var peer = peers.get(id);
    boolean enough = peer != null && peer.connections.size() >= limits.connectionsPerPeer();
    if (isFull() || enough) return Optional.empty();
    if (peer == null) {
      peer = new Peer(limits.memoryPerPeer());
      peers.put(id, peer);
    }
    var connection = factory.create(peer);
    peer.connections.add(connection);
    total++;
    return Optional.of(connection);
  }

  /// Streams can be opened on it: the peer is announced.
  synchronized void started(HostConnection connection) {
    var peer = peers.get(connection.peer());
    if (peer == null || peer.announced != null || !peer.connections.contains(connection)) return;
    peer.announced = connection;
    announce(listener -> listener.connected(connection));
  }

  /// Identify is through with.
  synchronized void identified(HostConnection connection) {
    var peer = peers.get(connection.peer());
    if (peer == null || !peer.connections.contains(connection)) return;
    if (peer.announced == connection) {
      announce(listener -> listener.identified(connection));
    } else if (!connection.isRelayed()
        && peer.connections.stream().filter(c -> !c.isRelayed()).findFirst().get() == connection) {
      announce(listener -> listener.improved(connection));
    }
  }

  synchronized void remove(HostConnection connection) {
    var peer = peers.get(connection.peer());
    if (peer == null || !peer.connections.remove(connection)) return;
    total--;
    notifyAll();
    if (!peer.connections.isEmpty()) return;
    peers.remove(connection.peer());
    if (peer.announced != null) announce(listener -> listener.disconnected(connection.peer()));
  }

  /// The connection that takes new streams.
  synchronized Optional<HostConnection> best(PeerId id) {
    return of(id).stream().filter(HostConnection::isOpen).min(BEST);
  }

  /// The same, but none through a relay.
  Optional<HostConnection> direct(PeerId id) {
    return best(id).filter(connection -> !connection.isRelayed());
  }

  synchronized List<HostConnection> of(PeerId id) {
    var peer = peers.get(id);
    return peer == null ? List.of() : List.copyOf(peer.connections);
  }

  synchronized List<HostConnection> all() {
    return peers.values().stream().flatMap(peer -> peer.connections.stream()).toList();
  }

  /// Of those whose connections are not all about to end.
  synchronized List<PeerInfo> infos() {
    return peers.values().stream()
        .filter(peer -> peer.connections.stream().anyMatch(HostConnection::isOpen))
        .map(Roster::info)
        .toList();
  }

  /// No more connections, and no events after those of the connections there are.
  synchronized List<HostConnection> close() {
    closed = true;
    return all();
  }

  /// Waits until all connections are gone and told of; afterwards nobody is told anything.
  void awaitEmpty(Duration timeout) {
    synchronized (this) {
      long left = timeout.toMillis();
      try {
        while (total > 0 && left > 0) {
          wait(Math.min(left, WAIT_STEP_MILLIS));
          left -= WAIT_STEP_MILLIS;
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    announcer.shutdown();
  }

  private static PeerInfo info(Peer peer) {
    var first = peer.connections.stream().min(BEST).orElseThrow();
    return new PeerInfo(
        first.peer(),
        first.outbound(),
        first.address(),
        first.identity().listen().stream().map(a -> a.withPeer(first.peer())).toList(),
        first.identity().agent(),
        peer.latencies.millis(50),
        peer.latencies.millis(95),
        peer.connections.stream().mapToLong(c -> c.muxer().bytesSent()).sum(),
        peer.connections.stream().mapToLong(c -> c.muxer().received().total()).sum(),
        peer.connections.stream().mapToDouble(c -> c.muxer().received().best()).max().orElse(0));
  }

  private void announce(Consumer<PeerNetwork.ConnectionListener> event) {
    try {
      announcer.execute(() -> listeners.forEach(listener -> deliver(listener, event)));
    } catch (RejectedExecutionException e) {
      // The network is closed; nobody is left to be told.
    }
  }

  private static void deliver(
      PeerNetwork.ConnectionListener listener, Consumer<PeerNetwork.ConnectionListener> event) {
    try {
      event.accept(listener);
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.ERROR, "a connection listener failed by a bug", e);
    }
  }
}
