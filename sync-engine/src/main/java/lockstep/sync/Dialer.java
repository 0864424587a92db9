package lockstep.sync;

import static java.lang.System.Logger.Level.DEBUG;

import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import lockstep.base.Entropy;
import lockstep.base.PeerId;
import lockstep.base.TimeSource;
import lockstep.p2p.Multiaddr;
import lockstep.p2p.PeerNetwork;

/// Keeps this device connected to the members of its folders: dials who is missing, with
/// exponential backoff and jitter, and sleeps while nobody is.
final class Dialer implements AutoCloseable {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final long FIRST_RETRY = 300_000_000L;
  private static final long LAST_RETRY = 60_000_000_000L;

  /// However often the local network says that a peer is there.
  private static final long HINTED_RETRY = 1_000_000_000L;

  private final PeerNetwork network;
  private final Function<PeerId, List<Multiaddr>> addresses;
  private final Supplier<Set<PeerId>> members;
  private final Consumer<PeerId> connectedMember;
  private final TimeSource time;
  private final Entropy entropy;
  private final System.Logger log;
  private final Object lock = new Object();

  // Guarded by the lock:
  private final Map<PeerId, Attempt> attempts = new HashMap<>();
  private final Set<PeerId> dialling = new HashSet<>();
  private boolean closed;
  private boolean woken;

  /// @param failedAt when it was tried last, monotonic nanoseconds
  /// @param due when to try again
  private record Attempt(int failures, long failedAt, long due) {}

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
    this.entropy = entropy;
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

  /// Forgets earlier failures with a peer: it was here just now, or news of it came.
  void encourage(PeerId peer) {
    synchronized (lock) {
      attempts.remove(peer);
    }
    wake();
  }

  /// Tries a peer soon that somebody says is there. Nobody vouches for that, so this shortens the
  /// pause to a second, but no further.
  void hint(PeerId peer) {
    synchronized (lock) {
      attempts.computeIfPresent(
          peer,
          (_, last) ->
              new Attempt(
                  last.failures(),
                  last.failedAt(),
                  Math.min(last.due(), last.failedAt() + HINTED_RETRY)));
    }
    wake();
  }

  /// Whether a peer was tried in vain since it was here last.
  boolean hasFailed(PeerId peer) {
    synchronized (lock) {
      return attempts.containsKey(peer);
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
    long next = LAST_RETRY;
    Set<PeerId> wanted = members.get();
    wanted.stream().filter(connected::contains).forEach(connectedMember);
    synchronized (lock) {
      for (PeerId peer : wanted) {
        if (connected.contains(peer) || dialling.contains(peer)) {
          continue;
        }
        Attempt last = attempts.get(peer);
        long wait = last == null ? 0 : last.due() - time.monotonicNanos();
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
      if (reached) {
        attempts.remove(peer);
      } else {
        Attempt last = attempts.getOrDefault(peer, new Attempt(0, 0, 0));
        long now = time.monotonicNanos();
        attempts.put(peer, new Attempt(last.failures() + 1, now, now + backoff(last.failures())));
      }
    }
    wake();
  }

  /// Doubles from 0.3 s to a minute; up to a quarter more or less, so that two devices fall out of
  /// step.
  private long backoff(int failures) {
    long base = Math.min(LAST_RETRY, FIRST_RETRY << Math.min(failures, 20));
    int jitter = entropy.bytes(1)[0];
    return base + base / 4 * jitter / 128;
  }

  @Override
  public void close() {
    synchronized (lock) {
      closed = true;
      lock.notifyAll();
    }
  }
}
