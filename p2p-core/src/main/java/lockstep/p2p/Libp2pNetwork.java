package lockstep.p2p;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import java.util.stream.Stream;
import lockstep.base.Entropy;
import lockstep.base.PeerId;
import lockstep.base.PeerViolationException;
import lockstep.base.PrivateKey;
import lockstep.base.TimeSource;
import org.jspecify.annotations.Nullable;

/// A libp2p host: TCP, Noise, yamux, identify, ping, relays. See the package for the tour.
public final class Libp2pNetwork implements PeerNetwork {
  private static final System.Logger LOG = System.getLogger("lockstep.p2p");

  /// The other end may not know yet that there is a better connection.
  private static final Duration DRAIN_MIN = Duration.ofSeconds(2);

  private final Options options;
  private final PeerId self;
  private final Limits limits;
  private final Upgrade upgrade;
  private final Dialer dialer;
  private final Roster roster;
  private final Admission admission;
  private final Protocols protocols;
  private final Identify identify;
  private final Ping ping;
  private final List<Listener> listeners = new ArrayList<>();
  private final Outlets outlets = new Outlets(listeners);
  private final Predicate<Multiaddr> punchable;

  /// Guarded by itself.
  private final Observations observations;

  /// Where a router lets others in to this device.
  private volatile List<Multiaddr> mapped = List.of();

  /// Once it is known who belongs together.
  private volatile @Nullable Relaying relaying;

  /// One dial to a peer at a time: whoever comes second finds the connection.
  private final Map<PeerId, ReentrantLock> dialling = new ConcurrentHashMap<>();

  /// Both ends of relaying, and what makes it superfluous.
  private record Relaying(
      Circle circle, RelayServer server, RelayClient client, HolePuncher puncher) {}

  /// How to open a host.
  ///
  /// @param listen where to accept connections, such as `/ip4/0.0.0.0/tcp/0`; may be empty
  /// @param agent the software's name and version, told to every peer
  /// @param perf whether to answer `/perf/1.0.0`, which costs whatever a peer asks for
  public record Options(
      PrivateKey identity,
      List<Multiaddr> listen,
      String agent,
      boolean perf,
      Limits limits,
      TimeSource time,
      Entropy entropy) {
    public Options {
      listen = List.copyOf(listen);
    }
  }

  private Libp2pNetwork(Options options, Predicate<Multiaddr> punchable) {
    this.options = options;
    this.punchable = punchable;
    this.self = new PeerId(options.identity.publicKey());
    this.limits = options.limits;
    this.upgrade = new Upgrade(options.identity, options.entropy, limits);
    this.dialer = new Dialer(upgrade, options.time, limits, this::dialThroughRelay, outlets);
    this.roster = new Roster(limits);
    this.admission = new Admission(limits);
    this.protocols = new Protocols(limits.negotiationTime());
    this.identify = new Identify(self, options.agent, this::addresses, protocols, limits);
    this.observations = new Observations(limits.punch().addresses());
    this.ping = new Ping(protocols, options.time, options.entropy);
    if (options.perf) protocols.put(Perf.PROTOCOL, Perf::serve);
  }

  /// Opens a host that listens at once; whoever dials is let in from [#welcome] on.
  ///
  /// @throws IOException if an address cannot be listened on; then nothing is left open
  public static Libp2pNetwork open(Options options) throws IOException {
    return open(options, LocalAddress::isPublic);
  }

  /// @param punchable which addresses may be dialled only because a member says that it is there
  static Libp2pNetwork open(Options options, Predicate<Multiaddr> punchable) throws IOException {
    var network = new Libp2pNetwork(options, punchable);
    network.listeners.addAll(Listener.bindAll(options.listen));
    return network;
  }

  /// Runs a handshake with itself: the first connection of a process need not wait for what that
  /// loads and finds out.
  public static void rehearse(Entropy entropy) {
    try {
      Upgrade.rehearse(entropy);
    } catch (PeerViolationException impossible) {
      throw new IllegalStateException("a handshake with oneself failed", impossible);
    }
  }

  @Override
  public PeerId self() {
    return self;
  }

  @Override
  public List<Multiaddr> addresses() {
    var relays = relaying;
    return Stream.concat(
            direct().stream(), relays == null ? Stream.of() : relays.client.addresses().stream())
        .distinct()
        .map(address -> address.withPeer(self))
        .toList();
  }

  /// Where this device can be dialled without a relay, as far as it knows.
  private List<Multiaddr> direct() {
    return Stream.of(listening(), mapped, observed()).flatMap(List::stream).distinct().toList();
  }

  private List<Multiaddr> listening() {
    return listeners.stream().flatMap(listener -> listener.addresses().stream()).toList();
  }

  /// Where others see this device, if that can be believed.
  private List<Multiaddr> observed() {
    var relays = relaying;
    if (relays == null) return List.of();
    synchronized (observations) {
      return observations.believed(relays.circle.members()::contains, relays.client::isOurs);
    }
  }

  @Override
  public void reachableAt(List<Multiaddr> addresses) {
    if (addresses.equals(mapped)) return;
    mapped = List.copyOf(addresses);
    identityChanged();
  }

  @Override
  public void handle(String protocol, StreamHandler handler) {
    protocols.put(protocol, handler::serve);
    identityChanged();
  }

  @Override
  public void welcome() {
    listeners.forEach(listener -> listener.start(this::accept));
  }

  @Override
  public synchronized void relayAmong(Circle circle) {
    if (relaying != null) throw new IllegalStateException("it relays already");
    var server =
        new RelayServer(
            circle,
            roster,
            protocols,
            () -> direct().stream().map(a -> a.withPeer(self)).toList(),
            limits,
            options.time);
    var doors =
        new RelayClient.Doors() {
          @Override
          public HostConnection admit(SecureChannel channel, Multiaddr address) throws IOException {
            return Libp2pNetwork.this.admit(channel, address);
          }

          @Override
          public void addressesChanged() {
            identityChanged();
          }
        };
    var client =
        new RelayClient(circle, roster, protocols, upgrade, admission, doors, limits, options.time);
    var puncher =
        new HolePuncher(
            circle, roster, protocols, new Roads(), punchable, limits.punch(), options.time);
    relaying = new Relaying(circle, server, client, puncher);
    protocols.put(RelayProtocol.HOP.id(), server::serve);
    protocols.put(RelayProtocol.STOP.id(), client::serve);
    protocols.put(PunchMessage.PROTOCOL, puncher::serve);
    identityChanged();
    client.start();
    puncher.start();
  }

  /// What the hole puncher needs of this network.
  private final class Roads implements HolePuncher.Doors {
    @Override
    public List<Multiaddr> outside() {
      return direct().stream().filter(punchable).toList();
    }

    @Override
    public void dial(PeerId peer, List<Multiaddr> addresses, Duration time) throws IOException {
      var _ = Libp2pNetwork.this.dial(peer, addresses, time);
    }

    @Override
    public void punch(PeerId peer, List<Multiaddr> addresses, boolean client, Duration time)
        throws IOException {
      var dialled = dialer.punch(peer, addresses, client, time);
      var _ = admit(dialled.channel(), dialled.address());
    }
  }

  @Override
  public void circleChanged() {
    var relays = relaying;
    if (relays == null) return;
    relays.server.reconsider();
    relays.client.wake();
  }

  @Override
  public void onConnection(ConnectionListener listener) {
    roster.listen(listener);
  }

  @Override
  public PeerConnection connect(PeerId peer, Collection<Multiaddr> addresses, Duration timeout)
      throws IOException {
    if (peer.equals(self)) throw new IOException("this device cannot connect to itself");
    var lock = dialling.computeIfAbsent(peer, _ -> new ReentrantLock());
    try {
      lock.lockInterruptibly();
    } catch (InterruptedException e) {
      throw Muxer.interrupted();
    }
    try {
      var existing = roster.best(peer);
      if (existing.isEmpty()) return dial(peer, addresses, timeout);
      List<Multiaddr> direct = addresses.stream().filter(a -> !a.isRelayed()).toList();
      if (!existing.get().isRelayed() || direct.isEmpty()) return existing.get();
      return dialInsteadOf(existing.get(), direct, timeout);
    } finally {
      lock.unlock();
      wakeRelays(); // somebody was missing, and may be still
    }
  }

  private HostConnection dial(PeerId peer, Collection<Multiaddr> addresses, Duration timeout)
      throws IOException {
    var dialled = dialer.dial(peer, addresses, timeout);
    var connection = admit(dialled.channel(), dialled.address());
    connection.awaitIdentified(timeout);
    return connection;
  }

  private HostConnection dialInsteadOf(
      HostConnection relayed, List<Multiaddr> direct, Duration timeout) {
    try {
      return dial(relayed.peer(), direct, timeout);
    } catch (IOException e) {
      return relayed;
    }
  }

  private Wire dialThroughRelay(PeerId peer, Multiaddr address) throws IOException {
    var relays = relaying;
    if (relays == null) throw new IOException("this device uses no relays");
    return relays.client.dial(peer, address);
  }

  private void wakeRelays() {
    var relays = relaying;
    if (relays != null) relays.client.wake();
  }

  @Override
  public PeerStream open(PeerId peer, String protocol) throws IOException {
    var connection = roster.best(peer);
    if (connection.isEmpty()) throw new IOException("not connected to peer " + peer);
    return protocols.openAtOnce(connection.get(), protocol);
  }

  @Override
  public List<PeerInfo> peers() {
    return roster.infos();
  }

  /// Asks a connected peer for a `/ipfs/ping/1.0.0`.
  ///
  /// @return the time it took
  public Duration ping(PeerId peer, Duration timeout) throws IOException {
    var connection = roster.best(peer);
    if (connection.isEmpty()) throw new IOException("not connected to peer " + peer);
    return ping.ping(connection.get(), timeout);
  }

  @Override
  public void disconnect(PeerId peer) {
    roster.of(peer).forEach(connection -> connection.muxer().close());
  }

  @Override
  public void close() {
    listeners.forEach(Listener::close);
    var relays = relaying;
    if (relays != null) {
      relays.puncher.close();
      relays.client.close();
    }
    roster.close().forEach(connection -> connection.muxer().close());
    roster.awaitEmpty(limits.closeTime().plusSeconds(1));
  }

  private void accept(SocketChannel socket) {
    Thread.ofVirtual().name("p2p-handshake").start(() -> handshake(socket));
  }

  private void handshake(SocketChannel socket) {
    try {
      var remote = (InetSocketAddress) socket.getRemoteAddress();
      if (roster.isFull() || !admission.enter(remote.getAddress())) {
        Sockets.close(socket);
        return;
      }
      try (var _ = Deadline.after(limits.handshakeTime(), () -> Sockets.close(socket))) {
        Sockets.tune(socket);
        var _ = admit(upgrade.accepted(new TcpWire(socket)), Listener.toMultiaddr(remote));
      } finally {
        admission.leave(remote.getAddress());
      }
    } catch (IOException | RuntimeException e) {
      Sockets.close(socket);
      LOG.log(System.Logger.Level.DEBUG, "inbound handshake failed", e);
    }
  }

  private HostConnection admit(SecureChannel channel, Multiaddr address) throws IOException {
    var relays = relaying;
    var origin =
        new HostConnection.Origin(
            channel.initiator(),
            channel.wire() instanceof TcpWire(var socket) && outlets.isListening(socket),
            relays != null && relays.puncher.isPunching(channel.peer()));
    var added =
        roster.add(
            channel.peer(),
            peer ->
                new HostConnection(
                    channel.peer(),
                    address,
                    origin,
                    connection -> muxer(channel, connection, peer)));
    if (added.isEmpty()) {
      channel.close();
      throw new IOException("too many connections (to this peer or in total)");
    }
    var connection = added.get();
    connection.muxer().start();
    roster.started(connection);
    Thread.ofVirtual().name("p2p-identify").start(() -> identify(connection));
    return connection;
  }

  private Muxer muxer(SecureChannel channel, HostConnection connection, Roster.Peer peer) {
    return new Muxer(
        channel,
        connection.outbound(),
        limits,
        options.time,
        peer.budget,
        channel.wire() instanceof TcpWire(var socket)
            ? new Distance(peer.latencies::add, () -> CongestionControl.suitFar(socket))
            : peer.latencies::add,
        stream -> protocols.serve(connection, stream),
        _ -> ended(connection));
  }

  private void ended(HostConnection connection) {
    roster.remove(connection);
    PeerId peer = connection.peer();
    var relays = relaying;
    if (relays == null) return;
    if (roster.direct(peer).isEmpty()) {
      forget(peer);
      relays.server.gone(peer);
      relays.client.gone(peer);
      for (var left : roster.of(peer)) {
        left.reinstate(); // what was better has gone again
        relays.puncher.connected(left);
      }
    }
    if (roster.of(peer).isEmpty()) relays.puncher.gone(peer);
  }

  private void identify(HostConnection connection) {
    identify.ask(connection);
    learn(connection);
    roster.identified(connection);
    drainRelayed(connection.peer());
    var relays = relaying;
    if (relays == null) return;
    relays.puncher.connected(connection);
    relays.client.wake();
  }

  /// Where a peer sees this device.
  private void learn(HostConnection connection) {
    if (connection.isRelayed() || !connection.throughListeningPort()) return;
    List<Multiaddr> before = observed();
    connection
        .identity()
        .observed()
        .ifPresent(
            address -> {
              synchronized (observations) {
                observations.saw(connection.peer(), address);
              }
            });
    if (!before.equals(observed())) identityChanged();
  }

  private void forget(PeerId peer) {
    List<Multiaddr> before = observed();
    synchronized (observations) {
      observations.gone(peer);
    }
    if (!before.equals(observed())) identityChanged();
  }

  /// Where there is a direct connection, lets those through relays come to their end.
  private void drainRelayed(PeerId peer) {
    if (roster.direct(peer).isEmpty()) return;
    for (var connection : roster.of(peer)) {
      if (connection.isRelayed() && connection.supersede()) {
        Thread.ofVirtual().name("p2p-drain").start(() -> drain(connection));
      }
    }
  }

  private void drain(HostConnection relayed) {
    try {
      relayed.muxer().awaitQuiet(DRAIN_MIN, limits.punch().drainTime());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (relayed.isSuperseded()) relayed.muxer().close();
  }

  private void identityChanged() {
    for (var connection : roster.all()) {
      Thread.ofVirtual().name("p2p-identify").start(() -> pushTo(connection));
    }
  }

  private void pushTo(HostConnection connection) {
    try {
      identify.push(connection);
    } catch (IOException e) {
      LOG.log(System.Logger.Level.DEBUG, "identify push failed", e);
    }
  }
}
