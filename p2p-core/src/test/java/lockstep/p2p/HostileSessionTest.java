package lockstep.p2p;

import static lockstep.p2p.RawPeer.ACK;
import static lockstep.p2p.RawPeer.DATA;
import static lockstep.p2p.RawPeer.FIN;
import static lockstep.p2p.RawPeer.GO_AWAY;
import static lockstep.p2p.RawPeer.RST;
import static lockstep.p2p.RawPeer.SYN;
import static lockstep.p2p.RawPeer.WINDOW;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// Authenticated peers that break yamux, or come close to it.
class HostileSessionTest {
  private static final int PROTOCOL_ERROR = 1;
  private static final int WINDOW_START = 256 << 10;
  private static final String PING_PROTOCOL = "/ipfs/ping/1.0.0";

  private Siege siege;

  /// What a peer does on an open session. Streams 1 and 3 are free for it.
  @FunctionalInterface
  private interface Move {
    void on(RawPeer peer) throws IOException, GeneralSecurityException;
  }

  @BeforeEach
  void start() throws IOException {
    siege = new Siege();
  }

  @AfterEach
  void stop() {
    siege.close();
  }

  @TestFactory
  Stream<DynamicTest> a_breach_of_yamux_ends_the_session_with_a_protocol_error() {
    return Stream.of(
        breach("unknown version", peer -> peer.secure(RawPeer.header(1, DATA, SYN, 1, 0))),
        breach("unknown type", peer -> peer.frame(4, 0, 0, 0)),
        breach("a stream of the listener's parity", peer -> peer.frame(WINDOW, SYN, 2, 0)),
        breach("stream 0", peer -> peer.frame(WINDOW, SYN, 0, 0)),
        breach("data on the session", peer -> peer.data(0, 0, (byte) 1)),
        breach("the same stream twice", HostileSessionTest::openTwice),
        breach("more than the window at once", HostileSessionTest::overflowAtOnce),
        breach("more than the window by and by", HostileSessionTest::overflowByAndBy),
        breach("4 GiB announced", HostileSessionTest::announceTooMuch),
        breach("credit without end", HostileSessionTest::overflowCredit));
  }

  @TestFactory
  Stream<DynamicTest> what_is_only_odd_costs_nothing() {
    return Stream.of(
        oddity("data for a stream that never was", peer -> peer.data(0, 77, new byte[100])),
        oddity("an end for a stream that never was", peer -> peer.frame(WINDOW, FIN, 77, 0)),
        oddity("data behind a reset", HostileSessionTest::dataBehindReset),
        oddity("credit of zero", peer -> peer.frame(WINDOW, 0, 77, 0)),
        oddity("a reset that carries an error code", peer -> peer.frame(WINDOW, RST, 77, 9)),
        oddity("opened and closed in one frame", peer -> peer.frame(WINDOW, SYN | FIN, 1, 0)),
        oddity("opened and reset in one frame", peer -> peer.frame(WINDOW, SYN | RST, 1, 0)),
        oddity("acknowledged twice", peer -> peer.frame(WINDOW, ACK, 77, 0)));
  }

  @Test
  void a_forged_ciphertext_ends_the_connection() throws Exception {
    try (var peer = RawPeer.connected(siege.port())) {
      peer.noise().writeFrame(new byte[64]);
      peer.untilClosed();
    }
    siege.assertOthersAreServed();
  }

  @Test
  void a_ciphertext_shorter_than_its_tag_ends_the_connection() throws Exception {
    try (var peer = RawPeer.connected(siege.port())) {
      peer.noise().writeFrame(new byte[15]);
      peer.untilClosed();
    }
    siege.assertOthersAreServed();
  }

  @Test
  void frames_may_come_in_any_pieces() throws Exception {
    try (var peer = RawPeer.connected(siege.port())) {
      byte[] open = RawPeer.text("/multistream/1.0.0");
      byte[] wish = RawPeer.text(PING_PROTOCOL);
      byte[] ping = new byte[32];
      Arrays.fill(ping, (byte) 7);
      byte[] payload = RawPeer.concat(open, wish, ping);
      byte[] frame = RawPeer.concat(RawPeer.header(0, DATA, SYN, 1, payload.length), payload);
      for (byte b : frame) {
        peer.secure(new byte[] {b});
        peer.secure(new byte[0]); // legal: a Noise message with nothing in it
      }
      assertThat(streamBytes(peer, 1, payload.length)).isEqualTo(payload);
    }
  }

  /// The protocol is agreed, the data follows without waiting: nothing may get lost in between.
  @Test
  void an_optimistic_opener_may_send_everything_at_once() throws Exception {
    try (var peer = RawPeer.connected(siege.port())) {
      byte[] hello =
          RawPeer.concat(
              RawPeer.text("/multistream/1.0.0"), RawPeer.text(Siege.ECHO), new byte[1000]);
      peer.data(SYN | FIN, 1, hello);
      assertThat(streamBytes(peer, 1, hello.length)).isEqualTo(hello);
    }
  }

  @Test
  void a_stream_whose_negotiation_dribbles_is_reset() throws Exception {
    try (var peer = RawPeer.connected(siege.port())) {
      peer.data(SYN, 1, (byte) 19, (byte) '/');
      RawPeer.Frame frame = peer.next();
      while (frame.id() != 1 || (frame.flags() & RST) == 0) {
        frame = peer.next();
      }
      assertStillUsable(peer);
    }
    siege.assertOthersAreServed();
  }

  /// Ends with the session's GO_AWAY and costs nobody else anything.
  private DynamicTest breach(String what, Move move) {
    return DynamicTest.dynamicTest(
        what,
        () -> {
          try (var peer = RawPeer.connected(siege.port())) {
            move.on(peer);
            assertThat(peer.untilClosed()).isEqualTo(PROTOCOL_ERROR);
          }
          siege.assertOthersAreServed();
        });
  }

  private DynamicTest oddity(String what, Move move) {
    return DynamicTest.dynamicTest(
        what,
        () -> {
          try (var peer = RawPeer.connected(siege.port())) {
            move.on(peer);
            assertStillUsable(peer);
          }
        });
  }

  /// A ping on a new stream comes back.
  private static void assertStillUsable(RawPeer peer) throws IOException, GeneralSecurityException {
    byte[] ping = new byte[32];
    Arrays.fill(ping, (byte) 5);
    byte[] expected =
        RawPeer.concat(RawPeer.text("/multistream/1.0.0"), RawPeer.text(PING_PROTOCOL), ping);
    peer.data(SYN, 9, expected);
    assertThat(streamBytes(peer, 9, expected.length)).isEqualTo(expected);
  }

  /// The next `count` bytes of one stream.
  private static byte[] streamBytes(RawPeer peer, int id, int count)
      throws IOException, GeneralSecurityException {
    byte[] bytes = {};
    while (bytes.length < count) {
      RawPeer.Frame frame = peer.next();
      assertThat(frame.type()).isNotEqualTo(GO_AWAY);
      if (frame.id() == id) {
        assertThat(frame.flags() & RST).isZero();
        bytes = RawPeer.concat(bytes, frame.payload());
      }
    }
    return bytes;
  }

  private static void openTwice(RawPeer peer) throws IOException, GeneralSecurityException {
    peer.open(1, Siege.STUCK);
    peer.open(1, Siege.STUCK);
  }

  private static void overflowAtOnce(RawPeer peer) throws IOException, GeneralSecurityException {
    peer.open(1, Siege.DEAF);
    peer.frame(DATA, 0, 1, WINDOW_START + 1);
  }

  private static void overflowByAndBy(RawPeer peer) throws IOException, GeneralSecurityException {
    peer.open(1, Siege.DEAF);
    for (int sent = 0; sent < WINDOW_START; sent += 1 << 15) {
      peer.data(0, 1, new byte[1 << 15]);
    }
    peer.data(0, 1, (byte) 1);
  }

  private static void announceTooMuch(RawPeer peer) throws IOException, GeneralSecurityException {
    peer.open(1, Siege.DEAF);
    peer.frame(DATA, 0, 1, 0xffff_ffff);
  }

  private static void overflowCredit(RawPeer peer) throws IOException, GeneralSecurityException {
    peer.open(1, Siege.STUCK);
    byte[] credit = RawPeer.header(0, WINDOW, 0, 1, 0xffff_ffff);
    peer.secure(RawPeer.concat(credit, credit, credit));
  }

  private static void dataBehindReset(RawPeer peer) throws IOException, GeneralSecurityException {
    peer.open(3, Siege.STUCK);
    peer.frame(WINDOW, RST, 3, 0);
    peer.data(0, 3, new byte[1000]);
    peer.data(FIN, 3);
  }
}
