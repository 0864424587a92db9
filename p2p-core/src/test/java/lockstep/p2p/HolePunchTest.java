package lockstep.p2p;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.function.Predicate;
import lockstep.base.Entropy;
import lockstep.base.PeerId;
import lockstep.base.PrivateKey;
import lockstep.testkit.Gen;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Two that are connected through a third, and what comes of it. There is no router here: that is
/// for the tests with namespaces.
@Timeout(120)
class HolePunchTest {
  private static final String ECHO = "/test/echo/1.0.0";
  private static final List<Multiaddr> NOWHERE = List.of();
  private static final List<Multiaddr> LOOPBACK = List.of(Multiaddr.parse("/ip4/127.0.0.1/tcp/0"));

  private final Libp2pNetwork relay = Hosts.open(Limits.DEFAULT);
  private final Queue<Libp2pNetwork> hosts = new ConcurrentLinkedQueue<>();
  private final OpenCircle circle = new OpenCircle(relay.self());

  private Libp2pNetwork member(List<Multiaddr> listen, Predicate<Multiaddr> punchable)
      throws Exception {
    return member(listen, punchable, circle);
  }

  /// @param known to the host as members; who does not know another does not try to reach it
  private Libp2pNetwork member(List<Multiaddr> listen, Predicate<Multiaddr> punchable, Circle known)
      throws Exception {
    var host = Hosts.open(listen, Limits.DEFAULT, punchable);
    hosts.add(host);
    circle.add(host.self());
    host.handle(ECHO, stream -> stream.input().transferTo(stream.output()));
    Hosts.connect(host, relay);
    host.relayAmong(known);
    return host;
  }

  /// Wants to be reached by somebody, but knows neither of the others.
  private Circle lonely() {
    return new OpenCircle(relay.self(), new PeerId(Hosts.newKey().publicKey()));
  }

  private void awaitReservation(Libp2pNetwork host) throws Exception {
    Eventually.holds(
        "a reservation", () -> host.addresses().stream().anyMatch(Multiaddr::isRelayed));
  }

  private void meet(Libp2pNetwork from, Libp2pNetwork to) throws Exception {
    awaitReservation(to);
    from.connect(to.self(), List.of(Multiaddr.through(relay.self())), Hosts.SOON);
  }

  @AfterEach
  void close() {
    hosts.forEach(Libp2pNetwork::close);
    relay.close();
  }

  private static Optional<PeerInfo.Road> road(Libp2pNetwork host, PeerId to) {
    return host.peers().stream()
        .filter(info -> info.peer().equals(to))
        .map(PeerInfo::road)
        .findFirst();
  }

  private static void awaitDirect(Libp2pNetwork one, Libp2pNetwork other) throws Exception {
    Eventually.holds(
        "a direct connection",
        () ->
            road(one, other.self()).equals(Optional.of(PeerInfo.Road.DIRECT))
                && road(other, one.self()).equals(Optional.of(PeerInfo.Road.DIRECT)));
  }

  @Test
  void who_was_reached_through_a_relay_dials_back_whoever_can_be_dialled() throws Exception {
    relay.relayAmong(circle);
    var ben = member(NOWHERE, _ -> true);
    var dan = member(LOOPBACK, _ -> true);

    meet(dan, ben);

    awaitDirect(ben, dan);
  }

  @Test
  void who_was_reached_through_a_relay_and_can_be_dialled_says_where() throws Exception {
    relay.relayAmong(circle);
    var ben = member(NOWHERE, _ -> true);
    var dan = member(LOOPBACK, _ -> true);

    meet(ben, dan);

    awaitDirect(ben, dan);
  }

  @Test
  void what_runs_through_the_relay_comes_to_its_end_and_then_the_relay_is_used_no_more()
      throws Exception {
    relay.relayAmong(circle);
    var ben = member(NOWHERE, _ -> false);
    var dan = member(LOOPBACK, _ -> false);
    meet(ben, dan);
    byte[] sent = new Gen(1).bytes(5_000_000);
    HostConnection relayed;
    try (var stream = (HostStream) ben.open(dan.self(), ECHO);
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      relayed = stream.connection();
      stream.output().write(sent, 0, 1000);
      assertThat(stream.input().readNBytes(1000)).hasSize(1000);
      assertThat(stream.isSuperseded()).isFalse();

      ben.connect(dan.self(), dan.addresses(), Hosts.SOON);

      awaitDirect(ben, dan);
      Eventually.holds("a better connection", stream::isSuperseded);
      var written =
          threads.submit(
              () -> {
                stream.output().write(sent, 1000, sent.length - 1000);
                stream.closeWrite();
                return null;
              });
      assertThat(stream.input().readAllBytes()).hasSize(sent.length - 1000);
      written.get();
      assertThat(relayed.isOpen()).isTrue();
    }
    Eventually.holds("the end of the one through the relay", () -> !relayed.isOpen());
    assertThat(road(ben, dan.self())).contains(PeerInfo.Road.DIRECT);
  }

  @Test
  void whoever_listens_is_told_of_the_better_connection() throws Exception {
    relay.relayAmong(circle);
    var ben = member(NOWHERE, _ -> true);
    var dan = member(LOOPBACK, _ -> true);
    var told = new ConcurrentLinkedQueue<String>();
    ben.onConnection(
        new PeerNetwork.ConnectionListener() {
          @Override
          public void connected(PeerConnection connection) {
            if (connection.peer().equals(dan.self())) told.add("connected");
          }

          @Override
          public void improved(PeerConnection connection) {
            told.add(connection.address().isRelayed() ? "relayed" : "improved");
          }

          @Override
          public void disconnected(PeerId peer) {
            told.add("disconnected");
          }
        });

    meet(ben, dan);

    Eventually.holds("the news", () -> told.contains("improved"));
    assertThat(told).containsExactly("connected", "improved");
  }

  @Test
  void a_member_cannot_have_this_device_dial_into_its_own_network() throws Exception {
    relay.relayAmong(circle);
    var asked = new ConcurrentLinkedQueue<Multiaddr>();
    var ben = member(NOWHERE, address -> LocalAddress.isPublic(noted(address, asked)));
    var dan = member(LOOPBACK, _ -> false, lonely());
    meet(ben, dan);
    try (var printer = ServerSocketChannel.open()) {
      printer.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      var there = Listener.toMultiaddr((InetSocketAddress) printer.getLocalAddress());

      try (var stream = dan.open(ben.self(), PunchMessage.PROTOCOL)) {
        PunchMessage.write(stream.output(), new PunchMessage.Connect(List.of(there)));
        assertThat(PunchMessage.read(stream.input())).isInstanceOf(PunchMessage.Connect.class);
        PunchMessage.write(stream.output(), new PunchMessage.Sync());
        assertThat(stream.input().read()).isEqualTo(-1);
      }

      assertThat(asked).contains(there);
      printer.configureBlocking(false);
      assertThat(printer.accept()).isNull();
    }
  }

  private static Multiaddr noted(Multiaddr address, Queue<Multiaddr> asked) {
    asked.add(address);
    return address;
  }

  @Test
  void who_is_no_member_cannot_have_this_device_dial() throws Exception {
    relay.relayAmong(circle);
    var ben = member(NOWHERE, _ -> true, lonely());
    var dan = member(LOOPBACK, _ -> true, lonely());
    meet(ben, dan);

    assertThatThrownBy(() -> askToDial(dan, ben)).hasMessageContaining("reset");
    assertThat(road(ben, dan.self())).contains(PeerInfo.Road.RELAYED);
  }

  @Test
  void only_a_connection_through_a_relay_is_replaced() throws Exception {
    relay.relayAmong(circle);
    var ben = member(NOWHERE, _ -> true);

    assertThatThrownBy(() -> askToDial(relay, ben)).hasMessageContaining("reset");
  }

  private static PunchMessage askToDial(Libp2pNetwork from, Libp2pNetwork to) throws IOException {
    try (var stream = from.open(to.self(), PunchMessage.PROTOCOL)) {
      PunchMessage.write(stream.output(), new PunchMessage.Connect(from.addresses()));
      return PunchMessage.read(stream.input());
    }
  }

  @Test
  void two_that_dial_each_other_at_one_moment_come_to_one_connection() throws Exception {
    PrivateKey one = Hosts.newKey();
    PrivateKey other = Hosts.newKey();
    try (var server = ServerSocketChannel.open();
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      var left = SocketChannel.open(server.getLocalAddress());
      var right = server.accept(); // both ends take themselves for the one that dialled
      var first = threads.submit(() -> dialled(one, left, other));
      var second = threads.submit(() -> dialled(other, right, one));

      try (var a = first.get();
          var b = second.get()) {
        boolean lower = new PeerId(one.publicKey()).compareTo(new PeerId(other.publicKey())) < 0;
        assertThat(a.initiator()).isEqualTo(lower);
        assertThat(b.initiator()).isEqualTo(!lower);
        a.send(new byte[] {7});
        assertThat(b.plainInput().read()).isEqualTo(7);
      }
    }
  }

  private static SecureChannel dialled(PrivateKey self, SocketChannel socket, PrivateKey expected)
      throws IOException {
    return new Upgrade(self, Entropy.system(), Limits.DEFAULT)
        .dialled(new TcpWire(socket), new PeerId(expected.publicKey()));
  }
}
