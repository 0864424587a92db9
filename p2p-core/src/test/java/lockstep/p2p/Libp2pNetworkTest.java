package lockstep.p2p;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import lockstep.base.PeerId;
import lockstep.testkit.Gen;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Two hosts in one process over the loopback interface.
@Timeout(120)
class Libp2pNetworkTest {
  private static final String ECHO = "/echo/1";

  private final Libp2pNetwork alice = Hosts.open(Limits.DEFAULT);
  private final Libp2pNetwork bob = Hosts.open(Limits.DEFAULT);

  @AfterEach
  void close() {
    alice.close();
    bob.close();
  }

  private static void echo(PeerStream stream) throws IOException {
    stream.input().transferTo(stream.output());
  }

  private static void send(PeerStream stream, byte[] data) {
    try {
      stream.output().write(data);
      stream.closeWrite();
    } catch (IOException e) {
      stream.reset();
    }
  }

  private byte[] roundTrip(String protocol, byte[] data) throws IOException {
    try (var stream = alice.open(bob.self(), protocol)) {
      Thread.startVirtualThread(() -> send(stream, data));
      return stream.input().readAllBytes();
    }
  }

  /// What a listener was told, in order.
  private static BlockingQueue<String> events(Libp2pNetwork network) {
    var events = new LinkedBlockingQueue<String>();
    network.onConnection(
        new PeerNetwork.ConnectionListener() {
          @Override
          public void connected(PeerConnection connection) {
            events.add("connected " + connection.peer());
          }

          @Override
          public void disconnected(PeerId peer) {
            events.add("disconnected " + peer);
          }
        });
    return events;
  }

  private static String next(BlockingQueue<String> events) throws InterruptedException {
    return String.valueOf(events.poll(20, TimeUnit.SECONDS));
  }

  @Test
  void who_dials_a_host_that_is_not_ready_waits_until_it_is() throws Exception {
    try (var late = Hosts.openUnready();
        var guest = new Socket(InetAddress.getLoopbackAddress(), port(late))) {
      guest.getOutputStream().write("\023/multistream/1.0.0\n\007/noise\n".getBytes(UTF_8));
      guest.setSoTimeout(300);
      assertThatThrownBy(guest.getInputStream()::read).isInstanceOf(SocketTimeoutException.class);

      late.handle(ECHO, Libp2pNetworkTest::echo);
      late.welcome();
      guest.setSoTimeout(60_000);
      assertThat(guest.getInputStream().read()).isPositive();
      Hosts.connect(bob, late);
      try (var stream = bob.open(late.self(), ECHO)) {
        send(stream, new byte[] {7});
        assertThat(stream.input().readAllBytes()).containsExactly(7);
      }
    }
  }

  private static int port(Libp2pNetwork host) {
    return host.addresses().getFirst().tcpPort().orElseThrow();
  }

  @Test
  void an_echo_of_64_MiB_survives_half_close_on_both_sides() throws Exception {
    bob.handle(ECHO, Libp2pNetworkTest::echo);
    Hosts.connect(alice, bob);
    byte[] data = new Gen(1).bytes(64 << 20);
    assertThat(Arrays.equals(roundTrip(ECHO, data), data)).isTrue();
  }

  @Test
  void the_tail_of_a_stream_closed_by_both_sides_still_arrives() throws Exception {
    byte[] data = new Gen(2).bytes(8 << 20); // far more than the first window
    bob.handle("/source/1", stream -> stream.output().write(data));
    Hosts.connect(alice, bob);
    try (var stream = alice.open(bob.self(), "/source/1")) {
      stream.closeWrite();
      assertThat(Arrays.equals(stream.input().readAllBytes(), data)).isTrue();
    }
  }

  @Test
  void a_thousand_streams_at_once_each_get_their_own_answer() throws Exception {
    bob.handle(ECHO, Libp2pNetworkTest::echo);
    Hosts.connect(alice, bob);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var answers = new ArrayList<Future<byte[]>>();
      for (int i = 0; i < 1000; i++) {
        byte[] question = ("question " + i).getBytes(UTF_8);
        Callable<byte[]> ask = () -> roundTrip(ECHO, question);
        answers.add(threads.submit(ask));
      }
      for (int i = 0; i < answers.size(); i++) {
        assertThat(new String(answers.get(i).get(), UTF_8)).isEqualTo("question " + i);
      }
    }
  }

  @Test
  void a_reader_that_does_not_read_holds_up_nobody_else() throws Exception {
    var release = new CountDownLatch(1);
    bob.handle("/stuck/1", _ -> release.await());
    bob.handle(ECHO, Libp2pNetworkTest::echo);
    Hosts.connect(alice, bob);
    var stuck = alice.open(bob.self(), "/stuck/1");
    var writer = Thread.startVirtualThread(() -> send(stuck, new byte[40 << 20]));
    byte[] data = new Gen(3).bytes(4 << 20);
    assertThat(Arrays.equals(roundTrip(ECHO, data), data)).isTrue();
    assertThat(writer.isAlive()).isTrue();
    release.countDown();
    writer.join();
  }

  @Test
  void a_question_without_flush_leaves_when_its_sender_waits_for_the_answer() throws Exception {
    bob.handle(
        ECHO,
        stream -> {
          stream.output().write(stream.input().readNBytes(3));
          stream.output().flush();
          assertThat(stream.input().read()).isEqualTo(-1);
        });
    Hosts.connect(alice, bob);
    try (var stream = alice.open(bob.self(), ECHO)) {
      stream.output().write(new byte[] {1, 2, 3});
      assertThat(stream.input().readNBytes(3)).containsExactly(1, 2, 3);
    }
  }

  @Test
  void a_stream_whose_handler_throws_is_reset() throws Exception {
    bob.handle(
        "/broken/1",
        _ -> {
          throw new IOException("on purpose");
        });
    Hosts.connect(alice, bob);
    var stream = alice.open(bob.self(), "/broken/1");
    assertThatThrownBy(() -> stream.input().readAllBytes()).hasMessageContaining("reset");
  }

  @Test
  void a_refused_protocol_says_so() throws Exception {
    Hosts.connect(alice, bob);
    assertThatThrownBy(() -> alice.open(bob.self(), "/nothing/1"))
        .isInstanceOf(ProtocolRefusedException.class)
        .hasMessageContaining("/nothing/1");
  }

  @Test
  void interrupting_a_reader_or_writer_harms_neither_connection_nor_stream() throws Exception {
    bob.handle(ECHO, Libp2pNetworkTest::echo);
    Hosts.connect(alice, bob);
    var stream = alice.open(bob.self(), ECHO);
    var failure = new LinkedBlockingQueue<String>();
    var reader =
        Thread.startVirtualThread(
            () -> {
              try {
                failure.add("read " + stream.input().read());
              } catch (IOException e) {
                failure.add(e.toString());
              }
            });
    reader.interrupt();
    assertThat(next(failure)).contains("InterruptedIOException");
    stream.output().write(7);
    stream.closeWrite();
    assertThat(stream.input().readAllBytes()).containsExactly(7);
    assertThat(alice.open(bob.self(), ECHO)).isNotNull();
  }

  @Test
  void listeners_hear_of_the_first_connection_and_of_the_last_ones_end() throws Exception {
    var atAlice = events(alice);
    var atBob = events(bob);
    Hosts.connect(alice, bob);
    assertThat(next(atAlice)).isEqualTo("connected " + bob.self());
    assertThat(next(atBob)).isEqualTo("connected " + alice.self());
    alice.disconnect(bob.self());
    assertThat(next(atAlice)).isEqualTo("disconnected " + bob.self());
    assertThat(next(atBob)).isEqualTo("disconnected " + alice.self());
    assertThatThrownBy(() -> alice.open(bob.self(), ECHO)).hasMessageContaining("not connected");
  }

  /// Who asks at once would take it for one that was there before, and leave it.
  @Test
  void who_is_left_is_not_connected_any_more_though_the_connection_is_yet_to_end()
      throws Exception {
    for (int i = 0; i < 20; i++) {
      Hosts.connect(alice, bob);
      assertThat(alice.peers()).hasSize(1);
      alice.disconnect(bob.self());
      assertThat(alice.peers()).isEmpty();
    }
  }

  @Test
  void a_conversation_may_begin_before_the_peer_has_said_what_it_speaks() throws Exception {
    bob.handle(ECHO, Libp2pNetworkTest::echo);
    var told = new LinkedBlockingQueue<String>();
    alice.onConnection(
        new PeerNetwork.ConnectionListener() {
          @Override
          public void connected(PeerConnection connection) {
            told.add("connected");
            Thread.startVirtualThread(() -> told.add(greet(connection.peer())));
          }

          @Override
          public void identified(PeerConnection connection) {
            told.add("identified");
          }

          @Override
          public void disconnected(PeerId peer) {}
        });

    Hosts.connect(alice, bob);

    assertThat(next(told)).isEqualTo("connected");
    assertThat(List.of(next(told), next(told))).containsExactlyInAnyOrder("identified", "hello");
  }

  private String greet(PeerId peer) {
    try (var stream = alice.open(peer, ECHO)) {
      stream.output().write("hello".getBytes(UTF_8));
      stream.closeWrite();
      return new String(stream.input().readAllBytes(), UTF_8);
    } catch (IOException e) {
      return String.valueOf(e);
    }
  }

  @Test
  void both_may_dial_at_once_and_streams_work_both_ways() throws Exception {
    alice.handle(ECHO, Libp2pNetworkTest::echo);
    bob.handle(ECHO, Libp2pNetworkTest::echo);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var one = threads.submit(() -> Hosts.connect(alice, bob));
      var two = threads.submit(() -> Hosts.connect(bob, alice));
      one.get();
      two.get();
    }
    assertThat(roundTrip(ECHO, new byte[9])).hasSize(9);
    try (var stream = bob.open(alice.self(), ECHO)) {
      stream.closeWrite();
      assertThat(stream.input().readAllBytes()).isEmpty();
    }
    assertThat(alice.peers()).hasSize(1);
  }

  @Test
  void connecting_twice_gives_the_same_connection() throws Exception {
    assertThat(Hosts.connect(alice, bob)).isSameAs(Hosts.connect(alice, bob));
  }

  @Test
  void identify_tells_agent_addresses_and_figures() throws Exception {
    Hosts.connect(alice, bob);
    var info = alice.peers().getFirst();
    assertThat(info.peer()).isEqualTo(bob.self());
    assertThat(info.agent()).isEqualTo("lockstep-test/1");
    assertThat(info.addresses()).isEqualTo(bob.addresses());
    assertThat(info.outbound()).isTrue();
    assertThat(info.bytesSent()).isPositive();
    assertThat(info.bytesReceived()).isPositive();
  }

  @Test
  void a_protocol_handled_later_is_pushed_and_can_be_opened() throws Exception {
    var connection = (HostConnection) Hosts.connect(alice, bob);
    bob.handle(ECHO, Libp2pNetworkTest::echo);
    assertThat(roundTrip(ECHO, new byte[5])).hasSize(5);
    while (!connection.speaks(ECHO)) {
      Thread.sleep(5); // until the time limit of the test
    }
  }

  @Test
  void ping_measures_and_perf_answers() throws Exception {
    Hosts.connect(alice, bob);
    assertThat(alice.ping(bob.self(), Hosts.SOON)).isPositive();
    try (var stream = alice.open(bob.self(), "/perf/1.0.0")) {
      stream.output().write(ByteBuffer.allocate(8).putLong(1_000_003).array());
      stream.output().write(new byte[500_000]);
      stream.closeWrite();
      assertThat(stream.input().readAllBytes()).hasSize(1_000_003);
    }
  }

  @Test
  void another_peer_at_the_dialled_address_is_refused() {
    try (var mallory = Hosts.open(Limits.DEFAULT)) {
      var stranger = new PeerId(Hosts.newKey().publicKey());
      var address = mallory.addresses().getFirst().withoutPeer();
      assertThatThrownBy(() -> alice.connect(stranger, List.of(address), Hosts.SOON))
          .hasMessageContaining("not " + stranger);
      assertThat(alice.peers()).isEmpty();
    }
  }

  @Test
  void an_address_that_names_another_peer_is_not_dialled() {
    var stranger = new PeerId(Hosts.newKey().publicKey());
    assertThatThrownBy(() -> alice.connect(stranger, bob.addresses(), Hosts.SOON))
        .hasMessageContaining("another peer");
  }

  @Test
  void one_address_that_works_is_enough() throws Exception {
    var addresses =
        List.of(
            Multiaddr.parse("/ip4/127.0.0.1/udp/1/quic-v1"),
            Multiaddr.parse("/ip4/127.0.0.1/tcp/1"),
            Multiaddr.parse("/ip4/192.0.2.1/tcp/4001"), // answers nobody
            bob.addresses().getFirst());
    assertThat(alice.connect(bob.self(), addresses, Hosts.SOON).peer()).isEqualTo(bob.self());
  }

  @Test
  void an_address_that_never_answers_holds_up_no_other_and_is_let_go() throws Exception {
    var patient = LimitsWith.of(Limits.DEFAULT).set("handshakeTime", Hosts.SOON.multipliedBy(2));
    try (var mute = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        var carol = Hosts.open(patient.limits())) {
      var silent = Multiaddr.parse("/ip4/127.0.0.1/tcp/" + mute.getLocalPort());
      var addresses = List.of(silent, bob.addresses().getFirst());
      assertThat(carol.connect(bob.self(), addresses, Hosts.SOON).peer()).isEqualTo(bob.self());
      try (Socket loser = mute.accept()) {
        assertThat(endsWithin(loser, Hosts.SOON)).isTrue();
      }
    }
  }

  private static boolean endsWithin(Socket socket, Duration time) throws IOException {
    socket.setSoTimeout((int) time.toMillis());
    try {
      socket.getInputStream().transferTo(OutputStream.nullOutputStream());
      return true;
    } catch (SocketTimeoutException e) {
      return false;
    } catch (SocketException reset) {
      return true;
    }
  }

  @Test
  void a_failed_dial_says_why_for_each_address() {
    var address = Multiaddr.parse("/ip4/127.0.0.1/tcp/1");
    assertThatThrownBy(() -> alice.connect(bob.self(), List.of(address), Hosts.SOON))
        .hasMessageContaining(address + ": ");
    var silent = Multiaddr.parse("/ip4/192.0.2.1/tcp/1");
    assertThatThrownBy(() -> alice.connect(bob.self(), List.of(silent), Duration.ofMillis(100)))
        .isInstanceOf(IOException.class);
  }

  @Test
  void a_busy_port_is_a_clear_error() {
    var taken = alice.addresses().getFirst().withoutPeer();
    assertThatThrownBy(() -> Hosts.open(List.of(taken), Limits.DEFAULT))
        .hasMessageContaining("cannot listen on " + taken)
        .hasMessageContaining("another port");
  }

  @Test
  void a_wildcard_address_is_told_as_the_addresses_of_the_interfaces() throws Exception {
    try (var wild = Hosts.open(List.of(Multiaddr.parse("/ip4/0.0.0.0/tcp/0")), Limits.DEFAULT)) {
      assertThat(wild.addresses())
          .isNotEmpty()
          .noneMatch(a -> a.toString().contains("0.0.0.0"))
          .noneMatch(a -> a.toString().contains("/tcp/0"))
          .allMatch(a -> a.peerId().orElseThrow().equals(wild.self()))
          .anyMatch(a -> a.toString().startsWith("/ip4/127.0.0.1/tcp/"));
      Hosts.connect(alice, wild);
    }
  }

  @Test
  void the_wildcards_of_both_families_share_a_port_and_can_be_bound_again() throws Exception {
    var any = List.of(Multiaddr.parse("/ip4/0.0.0.0/tcp/0"), Multiaddr.parse("/ip6/::/tcp/0"));
    int port;
    try (var both = Hosts.open(any, Limits.DEFAULT)) {
      var byV4 =
          both.addresses().stream().filter(a -> a.toString().startsWith("/ip4/127.")).toList();
      assertThat(alice.connect(both.self(), byV4, Hosts.SOON).address()).isEqualTo(byV4.getFirst());
      port = byV4.getFirst().tcpPort().getAsInt();
    }
    var again =
        List.of(
            Multiaddr.parse("/ip4/0.0.0.0/tcp/" + port), Multiaddr.parse("/ip6/::/tcp/" + port));
    try (var both = Hosts.open(again, Limits.DEFAULT)) {
      assertThat(both.addresses()).allMatch(a -> a.tcpPort().getAsInt() == port);
    }
  }

  @Test
  void a_port_is_free_as_soon_as_its_network_is_closed() throws Exception {
    int rounds = 200;
    var address = List.of(Multiaddr.parse("/ip4/127.0.0.1/tcp/0"));
    for (int i = 0; i < rounds; i++) {
      try (var host = Hosts.open(address, Limits.DEFAULT)) {
        address = List.of(host.addresses().getFirst().withoutPeer());
      }
    }
  }

  @Test
  void a_download_that_nobody_reads_stops_and_closing_it_frees_the_sender() throws Exception {
    var ended = new CountDownLatch(1);
    bob.handle(
        "/endless/1",
        stream -> {
          try {
            while (true) {
              stream.output().write(new byte[65_536]);
            }
          } finally {
            ended.countDown();
          }
        });
    Hosts.connect(alice, bob);
    var stream = alice.open(bob.self(), "/endless/1");
    assertThat(stream.input().read()).isZero();
    stream.close();
    assertThat(ended.await(20, TimeUnit.SECONDS)).isTrue();
  }
}
