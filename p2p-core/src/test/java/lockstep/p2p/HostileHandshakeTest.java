package lockstep.p2p;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import lockstep.base.Entropy;
import lockstep.base.PeerId;
import lockstep.base.PrivateKey;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// Peers that misbehave before they have proved who they are.
class HostileHandshakeTest {
  /// A valid first message: the public key whose private key is 1.
  private static final byte[] BASE_POINT = Arrays.copyOf(new byte[] {9}, 32);

  private Siege siege;

  @BeforeEach
  void start() throws IOException {
    siege = new Siege();
  }

  @AfterEach
  void stop() {
    siege.close();
  }

  @Test
  void a_handshake_that_goes_on_forever_is_cut_off() throws Exception {
    try (var silent = RawPeer.tcp(siege.port());
        var dribbling = RawPeer.tcp(siege.port());
        var halfWay = RawPeer.negotiated(siege.port())) {
      Thread.ofVirtual().start(() -> dribble(dribbling));
      halfWay.noise().writeFrame(BASE_POINT);

      silent.untilClosedPlain();
      dribbling.untilClosedPlain();
      halfWay.untilClosedPlain();
    }
    siege.assertOthersAreServed();
  }

  @Test
  void a_host_that_opens_hundreds_of_silent_connections_keeps_few_and_nobody_out()
      throws Exception {
    int attempts = 300;
    List<Socket> silent = new ArrayList<>();
    try {
      for (int i = 0; i < attempts; i++) {
        silent.add(silentConnection());
      }
      siege.assertOthersAreServed();
      for (Socket socket : silent) {
        awaitClose(socket);
      }
    } finally {
      for (Socket socket : silent) {
        socket.close();
      }
    }
  }

  @TestFactory
  Stream<DynamicTest> what_is_not_multistream_select_ends_the_connection() {
    return Stream.of(
        closesOn("HTTP", "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"),
        closesOn("an empty message", "\u0000"),
        closesOn("a message without its newline", "\u0005hello"),
        closesOn("a version to come", "\u0013/multistream/2.0.0\n"),
        closesOn("a length of 4 GiB", "\u00ff\u00ff\u00ff\u00ff\u000f"),
        closesOn("a length without end", "\u0080".repeat(12)),
        closesOn("a message too long", "\u00ff\u007f" + "a".repeat(20_000)));
  }

  @TestFactory
  Stream<DynamicTest> what_is_not_noise_ends_the_connection() {
    return Stream.of(0, 1, 31, 8193, 65_535)
        .map(
            length ->
                DynamicTest.dynamicTest(
                    "a first message of " + length + " bytes",
                    () -> {
                      try (var peer = RawPeer.negotiated(siege.port())) {
                        peer.noise().writeFrame(new byte[length]);
                        peer.untilClosedPlain();
                      }
                      siege.assertOthersAreServed();
                    }));
  }

  /// All zeros is a point of small order: whoever sends it knows the shared secret.
  @Test
  void a_key_of_small_order_ends_the_connection() throws Exception {
    try (var peer = RawPeer.negotiated(siege.port())) {
      peer.noise().writeFrame(new byte[32]);
      peer.untilClosedPlain();
    }
    siege.assertOthersAreServed();
  }

  @Test
  void a_borrowed_identity_ends_the_connection() throws Exception {
    try (var peer = RawPeer.negotiated(siege.port())) {
      PrivateKey mine = PrivateKey.generate(Entropy.system());
      PrivateKey victims = PrivateKey.generate(Entropy.system());
      peer.noise().handshake(mine, victims.publicKey());
      peer.untilClosedPlain();
      assertThat(siege.host().peers())
          .extracting(PeerInfo::peer)
          .doesNotContain(new PeerId(victims.publicKey()));
    }
    siege.assertOthersAreServed();
  }

  @Test
  void dialling_a_port_that_never_answers_fails_in_time() throws Exception {
    PeerId nobody = new PeerId(PrivateKey.generate(Entropy.system()).publicKey());
    try (var mute = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
      var address = Multiaddr.parse("/ip4/127.0.0.1/tcp/" + mute.getLocalPort() + "/p2p/" + nobody);
      assertThatThrownBy(
              () -> siege.host().connect(nobody, List.of(address), Duration.ofSeconds(1)))
          .isInstanceOf(IOException.class);
    }
    siege.assertOthersAreServed();
  }

  private DynamicTest closesOn(String what, String bytes) {
    return DynamicTest.dynamicTest(
        what,
        () -> {
          try (var peer = RawPeer.tcp(siege.port())) {
            peer.send(bytes.getBytes(ISO_8859_1));
            peer.untilClosedPlain();
          }
          siege.assertOthersAreServed();
        });
  }

  /// From another address than the honest peers', for there is a bound per address.
  private Socket silentConnection() throws IOException {
    var socket = new Socket();
    socket.bind(new InetSocketAddress("127.0.0.2", 0));
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), siege.port()));
    socket.setSoTimeout(20_000);
    return socket;
  }

  private static void awaitClose(Socket socket) throws IOException {
    try {
      socket.getInputStream().transferTo(OutputStream.nullOutputStream());
    } catch (SocketException e) {
      // a reset is a close too
    }
  }

  private static void dribble(RawPeer peer) {
    try {
      for (byte b : "\u0013/multistream/1.0.0\n".repeat(1000).getBytes(US_ASCII)) {
        peer.send(new byte[] {b});
        Thread.sleep(100);
      }
    } catch (IOException | InterruptedException e) {
      // the connection is closed, as it should be
    }
  }
}
