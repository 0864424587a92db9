package lockstep.p2p;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import lockstep.base.Entropy;
import lockstep.base.PeerId;
import lockstep.base.PrivateKey;
import lockstep.testkit.Gen;
import lockstep.testkit.SeedSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;

/// A host against peers that break off, stall, flood and lie, played on raw sockets.
@Timeout(120)
class HostilePeerTest {
  private static final Limits LIMITS =
      LimitsWith.of(Limits.DEFAULT)
          .set("handshakeTime", Duration.ofMillis(400))
          .set("negotiationTime", Duration.ofMillis(400))
          .set("halfOpenPerHost", 4)
          .set("unacceptedStreams", 10)
          .set("connectionsPerPeer", 2)
          .limits();

  private final Libp2pNetwork host = Hosts.open(LIMITS);
  private final List<SocketChannel> sockets = new ArrayList<>();

  @AfterEach
  void close() throws IOException {
    for (var socket : sockets) {
      socket.close();
    }
    host.close();
  }

  private SocketChannel dial() throws IOException {
    var port = host.addresses().getFirst().tcpPort().getAsInt();
    var socket = SocketChannel.open(new InetSocketAddress("127.0.0.1", port));
    sockets.add(socket);
    return socket;
  }

  /// A proven connection whose yamux frames the test writes itself.
  private SecureChannel handshake(PrivateKey identity) throws IOException {
    var upgrade = new Upgrade(identity, Entropy.system(), LIMITS);
    return upgrade.dialled(new TcpWire(dial()), host.self());
  }

  private static boolean isClosed(ReadableByteChannel socket) {
    try {
      var sink = ByteBuffer.allocate(65_536);
      while (socket.read(sink.clear()) >= 0) {}
      return true;
    } catch (IOException e) {
      return true;
    }
  }

  private BlockingQueue<String> events() {
    var events = new LinkedBlockingQueue<String>();
    host.onConnection(
        new PeerNetwork.ConnectionListener() {
          @Override
          public void connected(PeerConnection connection) {
            events.add("connected");
          }

          @Override
          public void disconnected(PeerId peer) {
            events.add("disconnected");
          }
        });
    return events;
  }

  private void assertStillServing() throws IOException {
    try (var honest = Hosts.open(Limits.DEFAULT)) {
      assertThat(Hosts.connect(honest, host).peer()).isEqualTo(host.self());
    }
  }

  @Test
  void a_peer_that_says_nothing_is_cut_off_after_the_handshake_time() throws Exception {
    assertThat(isClosed(dial())).isTrue();
  }

  @Test
  void silent_connections_beyond_the_limit_are_closed_and_honest_ones_come_through_later()
      throws Exception {
    for (int i = 0; i < 50; i++) {
      dial();
    }
    for (var socket : sockets) {
      assertThat(isClosed(socket)).isTrue();
    }
    assertStillServing();
  }

  @ParameterizedTest
  @SeedSource(count = 20)
  void garbage_instead_of_a_handshake_harms_nobody(long seed) throws Exception {
    var gen = new Gen(seed);
    var socket = dial();
    try {
      if (gen.chance(50)) Sockets.writeFully(socket, Multistream.proposal("/noise"));
      Sockets.writeFully(socket, gen.bytes(gen.between(1, 3000)));
    } catch (IOException e) {
      // Closed while we wrote: as it should be.
    }
    assertThat(isClosed(socket)).isTrue();
  }

  @Test
  void a_killed_peer_is_noticed_at_once_and_its_streams_fail() throws Exception {
    var events = events();
    var channel = handshake(Hosts.newKey());
    assertThat(events.poll(20, TimeUnit.SECONDS)).isEqualTo("connected");
    channel.close();
    assertThat(events.poll(20, TimeUnit.SECONDS)).isEqualTo("disconnected");
    assertThat(host.peers()).isEmpty();
  }

  @Test
  void an_altered_frame_ends_the_connection() throws Exception {
    var channel = handshake(Hosts.newKey());
    Sockets.writeFully(channel.wire(), framed(new byte[20]));
    assertThat(isClosed(channel.wire())).isTrue();
  }

  @Test
  void a_yamux_violation_is_answered_with_go_away_1_and_the_end() throws Exception {
    var channel = handshake(Hosts.newKey());
    channel.send(new YamuxEnd.Frame(Yamux.DATA, 0, 0, 0).bytes());
    var sent = new ArrayList<YamuxEnd.Frame>();
    while (channel.receive()) {
      sent.addAll(frames(channel));
      channel.consumeAll();
    }
    assertThat(sent).contains(new YamuxEnd.Frame(Yamux.GO_AWAY, 0, 0, Yamux.PROTOCOL_ERROR));
  }

  private static List<YamuxEnd.Frame> frames(SecureChannel channel) throws IOException {
    var end = new YamuxEnd(true, LIMITS);
    end.wire.write(channel.array(), channel.position(), channel.available());
    return end.frames();
  }

  @Test
  void a_peer_has_no_more_connections_than_allowed() throws Exception {
    var identity = Hosts.newKey();
    for (int i = 0; i < LIMITS.connectionsPerPeer(); i++) {
      assertThat(handshake(identity).receive()).isTrue();
    }
    var refused = handshake(identity);
    assertThat(isClosed(refused.wire())).isTrue();
    assertStillServing();
  }

  @Test
  void endless_streams_are_refused_and_cost_no_more_than_allowed() throws Exception {
    var channel = handshake(Hosts.newKey());
    for (int i = 1; i < 4000; i += 2) {
      channel.send(new YamuxEnd.Frame(Yamux.WINDOW_UPDATE, Yamux.SYN, i, 0).bytes());
    }
    int refused = 0;
    while (refused < 2000 - LIMITS.unacceptedStreams() && channel.receive()) {
      refused += (int) frames(channel).stream().filter(f -> f.flags() == Yamux.RST).count();
      channel.consumeAll();
    }
    assertThat(refused).isEqualTo(2000 - LIMITS.unacceptedStreams());
    assertStillServing();
  }

  @Test
  void a_peer_without_early_negotiation_agrees_on_yamux_afterwards() throws Exception {
    var identity = Hosts.newKey();
    var socket = dial();
    byte[] staticKey = Entropy.system().bytes(32);
    var noise = new NoiseHandshake(true, staticKey, Entropy.system().bytes(32));
    var in = new SocketInput(socket);
    Sockets.writeFully(socket, Multistream.proposal("/noise"));
    Sockets.writeFully(socket, framed(noise.write(new byte[0])));
    Multistream.confirm(in, "/noise");
    byte[] head = in.readNBytes(2);
    noise.read(in.readNBytes((head[0] & 0xff) << 8 | head[1] & 0xff));
    byte[] proof = NoiseIdentity.prove(identity, NoiseHandshake.publicKey(staticKey), List.of());
    Sockets.writeFully(socket, framed(noise.write(proof)));
    var channel = new SecureChannel(new TcpWire(socket), in, noise.split(), host.self(), true);
    channel.send(Multistream.proposal("/yamux/1.0.0"));
    Multistream.confirm(channel.plainInput(), "/yamux/1.0.0");
    assertThat(channel.receive()).isTrue(); // its first yamux frames
  }

  @Test
  void a_handshake_message_of_64_KiB_is_refused_before_it_is_read() throws Exception {
    var socket = dial();
    Sockets.writeFully(socket, Multistream.proposal("/noise"));
    Sockets.writeFully(socket, new byte[] {(byte) 0xff, (byte) 0xff});
    assertThat(isClosed(socket)).isTrue();
  }

  @Test
  void a_host_does_not_connect_to_itself() {
    assertThatThrownBy(() -> host.connect(host.self(), host.addresses(), Hosts.SOON))
        .hasMessageContaining("itself");
  }

  private static byte[] framed(byte[] message) {
    byte[] out = new byte[message.length + 2];
    out[0] = (byte) (message.length >>> 8);
    out[1] = (byte) message.length;
    System.arraycopy(message, 0, out, 2, message.length);
    return out;
  }
}
