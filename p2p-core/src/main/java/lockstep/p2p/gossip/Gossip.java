package lockstep.p2p.gossip;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongFunction;
import java.util.function.Supplier;
import lockstep.base.Entropy;
import lockstep.base.PeerId;
import lockstep.base.PeerViolationException;
import lockstep.base.PrivateKey;
import lockstep.base.TimeSource;
import lockstep.base.Varints;
import lockstep.p2p.PeerConnection;
import lockstep.p2p.PeerNetwork;
import lockstep.p2p.PeerStream;
import org.jspecify.annotations.Nullable;

/// Messages to all members of a [Topic], passed on from peer to peer (libp2p gossipsub 1.1): the
/// blocking shell around a [Router]. Two virtual threads wait for each peer, one for the clock, and
/// none does while there is nothing to do but the heartbeat. Thread-safe.
///
/// Whatever is told this way may come twice, late, in another order or not at all.
public final class Gossip implements AutoCloseable {
  static final String PROTOCOL = "/meshsub/1.1.0";

  private static final int BUFFER = 16 << 10;

  /// Nobody is connected, and whoever comes signals that.
  private static final long IDLE_NANOS = TimeUnit.HOURS.toNanos(1);

  private final PeerNetwork network;
  private final TimeSource time;

  /// Guards the router, the links and the listeners.
  private final ReentrantLock lock = new ReentrantLock();

  private final Condition changed = lock.newCondition();
  private final Router router;
  private final Map<PeerId, Link> links = new HashMap<>();
  private final Map<String, Consumer<GossipMessage>> listeners = new HashMap<>();
  private boolean closed;

  /// How to gossip.
  ///
  /// @param identity of this device; signs what it publishes
  public record Options(
      PrivateKey identity, GossipParameters parameters, TimeSource time, Entropy entropy) {}

  private Gossip(PeerNetwork network, Options options) {
    this.network = network;
    this.time = options.time;
    // Numbers that grow over all runs, unless the clock was set back: then they are merely others.
    Instant wall = options.time.wallTime();
    long sequence = wall.getEpochSecond() * 1_000_000_000L + wall.getNano();
    var random = new SplittableRandom(ByteBuffer.wrap(options.entropy.bytes(8)).getLong());
    this.router = new Router(options.identity, options.parameters, sequence, random);
  }

  /// Begins to gossip with whoever connects to this network from now on.
  ///
  /// @throws IllegalArgumentException if the identity is not the network's
  public static Gossip start(PeerNetwork network, Options options) {
    if (!network.self().key().equals(options.identity.publicKey())) {
      throw new IllegalArgumentException("gossip would be signed by another than the host");
    }
    var gossip = new Gossip(network, options);
    network.handle(PROTOCOL, gossip::serve);
    network.onConnection(
        new PeerNetwork.ConnectionListener() {
          @Override
          public void connected(PeerConnection connection) {
            gossip.link(connection.peer(), connection.outbound());
          }

          @Override
          public void disconnected(PeerId peer) {
            gossip.disconnected(peer);
          }
        });
    Thread.ofVirtual().name("gossip-heartbeat").start(gossip::beat);
    return gossip;
  }

  /// Opens a topic: it can be published to, and subscribed to.
  ///
  /// @param name 1 to 256 bytes of UTF-8
  /// @throws IllegalStateException if it is open already
  public Topic topic(String name, TopicRules rules) {
    locked(
        () -> {
          router.open(name, rules);
          return List.of();
        });
    return new Topic(this, name);
  }

  // ---- For topics

  void subscribe(String name, Consumer<GossipMessage> listener) {
    act(
        now -> {
          List<Effect> effects = router.join(now, name);
          listeners.put(name, listener);
          return effects;
        });
  }

  void unsubscribe(String name) {
    act(
        now -> {
          listeners.remove(name);
          return router.leave(now, name);
        });
  }

  void close(String name) {
    act(
        now -> {
          listeners.remove(name);
          return router.close(now, name);
        });
  }

  void publish(String name, byte[] data) {
    act(now -> router.publish(now, name, data));
  }

  <T> T look(Function<Router, T> question) {
    return locked(() -> question.apply(router));
  }

  // ---- Peers

  private @Nullable Link link(PeerId peer, boolean outbound) {
    lock.lock();
    try {
      if (closed) return null;
      Link known = links.get(peer);
      if (known != null) return known;
      var link = new Link(network, peer);
      links.put(peer, link);
      send(router.connected(time.monotonicNanos(), peer, outbound));
      changed.signal();
      Thread.ofVirtual().name("gossip-write-" + peer.brief()).start(() -> run(link));
      return link;
    } finally {
      lock.unlock();
    }
  }

  private void run(Link link) {
    try {
      link.run(() -> act(now -> router.reopened(now, link.peer())));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      end(link);
    }
  }

  private void disconnected(PeerId peer) {
    Link link = locked(() -> links.get(peer));
    if (link != null) end(link);
  }

  private void end(Link link) {
    act(now -> links.remove(link.peer(), link) ? router.disconnected(now, link.peer()) : List.of());
    link.close();
  }

  private void serve(PeerStream stream) throws IOException {
    PeerId peer = stream.peer();
    boolean outbound =
        network.peers().stream().anyMatch(info -> info.peer().equals(peer) && info.outbound());
    Link link = link(peer, outbound);
    if (link == null) throw new IOException("gossip has ended");
    if (locked(() -> router.isGraylisted(time.monotonicNanos(), peer))) {
      throw new PeerViolationException("nothing is taken from this peer for now");
    }
    link.reads(stream);
    try {
      read(peer, new BufferedInputStream(stream.input(), BUFFER));
    } catch (PeerViolationException e) {
      act(
          now -> {
            router.violated(now, peer);
            return List.of();
          });
      throw e;
    }
  }

  private void read(PeerId peer, InputStream in) throws IOException {
    for (long length = next(in); length >= 0; length = next(in)) {
      byte[] bytes = in.readNBytes((int) length);
      if (bytes.length < length) throw new EOFException("the stream ended within a message");
      Rpc rpc = RpcCodec.decode(bytes);
      act(now -> router.received(now, peer, rpc));
    }
  }

  private static long next(InputStream in) throws IOException {
    return Varints.readOrEnd(in, Bounds.RPC_BYTES);
  }

  // ---- Time

  private void beat() {
    try {
      while (awaitHeartbeat()) {
        act(router::heartbeat);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean awaitHeartbeat() throws InterruptedException {
    lock.lock();
    try {
      for (long wait = untilHeartbeat(); wait > 0 && !closed; wait = untilHeartbeat()) {
        long _ = changed.awaitNanos(wait);
      }
      return !closed;
    } finally {
      lock.unlock();
    }
  }

  private long untilHeartbeat() {
    long next = router.nextHeartbeat();
    return next == Long.MAX_VALUE ? IDLE_NANOS : next - time.monotonicNanos();
  }

  // ---- The router

  /// Carries out what the router answers: sends while it is locked, so that the order is kept, and
  /// delivers when it is free again.
  private void act(LongFunction<List<Effect>> input) {
    locked(() -> send(input.apply(time.monotonicNanos()))).forEach(Runnable::run);
  }

  private List<Runnable> send(List<Effect> effects) {
    var deliveries = new ArrayList<Runnable>();
    for (Effect effect : effects) {
      switch (effect) {
        case Effect.Send(PeerId to, Rpc rpc) -> {
          Link link = links.get(to);
          if (link != null) link.send(rpc);
        }
        case Effect.Deliver(GossipMessage message) -> {
          Consumer<GossipMessage> listener = listeners.get(message.topic());
          if (listener != null) deliveries.add(() -> listener.accept(message));
        }
      }
    }
    return deliveries;
  }

  private <T extends @Nullable Object> T locked(Supplier<T> question) {
    lock.lock();
    try {
      return question.get();
    } finally {
      lock.unlock();
    }
  }

  /// Ends all streams of gossip; the network stays open.
  @Override
  public void close() {
    List<Link> open =
        locked(
            () -> {
              closed = true;
              changed.signal();
              return List.copyOf(links.values());
            });
    open.forEach(this::end);
  }
}
