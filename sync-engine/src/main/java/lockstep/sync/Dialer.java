package lockstep.sync;

import static java.lang.System.Logger.Level.DEBUG;

import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import lockstep.base.Entropy;
import lockstep.base.PeerId;
import lockstep.base.TimeSource;
import lockstep.p2p.Multiaddr;
import lockstep.p2p.PeerNetwork;

/// Keeps this device connected to the members of its folders: dials who is missing, when the
/// [DialSchedule] says so, and sleeps while nobody is.
final class Dialer implements AutoCloseable {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  /// Nanoseconds after which to look again, though nothing has happened.
  private static final long ROUND = 60_000_000_000L;

  private final PeerNetwork network;
  private final Function<PeerId, List<Multiaddr>> addresses;
  private final Supplier<Set<PeerId>> members;
  private final Consumer<PeerId> connectedMember;
  private final TimeSource time;
  private final System.Logger log;
  private final Object lock = new Object();

  // Guarded by the lock:
  private final DialSchedule schedule;
  private final Set<PeerId> dialling = new HashSet<>();
  private boolean closed;
  private boolean woken;

  /// @param addresses where to try
  /// @param members who should be connected; asked anew at every round
  /// @param connectedMember told of each member that is connected, at every round
  Dialer(
      PeerNetwork network,
      Function<PeerId, List<Multiaddr>> addresses,
      Supplier<Set<PeerId>> members,
      Consumer<PeerId> connectedMember,
      TimeSource time,
      Entropy entropy,
      System.Logger log) {
    this.network = network;
    this.addresses = addresses;
    this.members = members;
    this.connectedMember = connectedMember;
    this.time = time;
    this.schedule = new DialSchedule(entropy);
    this.log = log;
  }

  void start() {
    Thread.ofVirtual().name("dialer").start(this::run);
  }

  /// Looks at once who is missing: membership or connections have changed.
  void wake() {
    synchronized (lock) {
      woken = true;
      lock.notifyAll();
    }
  }

  /// A peer is connected, whoever dialled.
  void connected(PeerId peer) {
    if (!members.get().contains(peer)) return;
    synchronized (lock) {
      schedule.connected(peer, time.monotonicNanos());
    }
  }

  /// The last connection to a peer is gone.
  void disconnected(PeerId peer) {
    synchronized (lock) {
      schedule.disconnected(peer, time.monotonicNanos());
    }
    wake();
  }

  /// Tries a peer sooner that somebody says is there.
  void hint(PeerId peer) {
    synchronized (lock) {
      schedule.hint(peer);
    }
    wake();
  }

  /// Whether a peer was tried in vain since it was here last.
  boolean hasFailed(PeerId peer) {
    synchronized (lock) {
      return schedule.hasFailed(peer);
    }
  }

  private void run() {
    try {
      while (true) {
        long wait = dialWhoIsDue();
        synchronized (lock) {
          if (!woken && !closed) {
            lock.wait(wait / 1_000_000 + 1);
          }
          woken = false;
          if (closed) {
            return;
          }
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// @return nanoseconds until somebody else is due
  private long dialWhoIsDue() {
    var connected = new HashSet<PeerId>();
    network.peers().forEach(info -> connected.add(info.peer()));
    long next = ROUND;
    Set<PeerId> wanted = members.get();
    wanted.stream().filter(connected::contains).forEach(connectedMember);
    synchronized (lock) {
      schedule.keepOnly(wanted);
      for (PeerId peer : wanted) {
        if (connected.contains(peer) || dialling.contains(peer)) {
          continue;
        }
        long wait = schedule.nanosUntilDue(peer, time.monotonicNanos());
        if (wait > 0) {
          next = Math.min(next, wait);
        } else if (!addresses.apply(peer).isEmpty()) {
          dialling.add(peer);
          Thread.ofVirtual().name("dial").start(() -> dial(peer));
        }
      }
    }
    return next;
  }

  private void dial(PeerId peer) {
    List<Multiaddr> known = addresses.apply(peer);
    boolean reached = false;
    try {
      network.connect(peer, known, TIMEOUT);
      reached = true;
    } catch (IOException e) {
      log.log(DEBUG, "cannot reach {0} at {1}: {2}", peer, known, e.getMessage());
    }
    synchronized (lock) {
      dialling.remove(peer);
      if (!reached) schedule.failed(peer, time.monotonicNanos());
    }
    wake();
  }

  @Override
  public void close() {
    synchronized (lock) {
      closed = true;
      lock.notifyAll();
    }
  }
}
