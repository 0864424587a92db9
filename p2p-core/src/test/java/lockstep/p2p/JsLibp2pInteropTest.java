package lockstep.p2p;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import lockstep.base.Entropy;
import lockstep.base.PeerId;
import lockstep.base.PrivateKey;
import lockstep.base.TimeSource;
import lockstep.testkit.Gen;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Our host against js-libp2p, an implementation that shares no line with it. Every rule holds
/// whichever side dialled, for streams that js opens and for streams that we open.
class JsLibp2pInteropTest {
  private static final String ECHO = "/interop/echo/1.0.0";
  private static final String DIGEST = "/interop/digest/1.0.0";
  private static final String RESET = "/interop/reset/1.0.0";
  private static final String AGENT = "lockstep/interop";
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final int MIB = 1 << 20;

  /// Who dialled, and so is Noise initiator and opens yamux streams of odd ids.
  enum Dialer {
    JS,
    LOCKSTEP
  }

  private static JsPeer js;
  private static PeerId jsId;

  private final BlockingQueue<PeerId> connected = new ArrayBlockingQueue<>(10);
  private final BlockingQueue<PeerId> disconnected = new ArrayBlockingQueue<>(10);
  private Libp2pNetwork network;
  private PeerId self;

  @BeforeAll
  static void startJs() throws Exception {
    js = JsPeer.start();
    jsId = js.id();
  }

  @AfterAll
  static void stopJs() {
    if (js != null) {
      js.close();
    }
  }

  @BeforeEach
  void startLockstep() throws IOException {
    network = lockstep(true);
    self = network.self();
  }

  @AfterEach
  void stopLockstep() {
    network.close();
  }

  @ParameterizedTest
  @EnumSource
  void noise_and_yamux_are_agreed_and_identify_tells_both_sides_the_truth(Dialer dialer)
      throws Exception {
    connect(dialer);

    List<String> identity = js.call("identify", self);
    assertThat(identity.get(0)).isEqualTo(AGENT);
    assertThat(identity.get(2).split(" "))
        .contains(ECHO, DIGEST, RESET, "/ipfs/id/1.0.0", "/ipfs/id/push/1.0.0", "/ipfs/ping/1.0.0");
    assertThat(List.of(identity.get(3).split(" ")))
        .map(address -> address + "/p2p/" + self)
        .containsExactlyInAnyOrderElementsOf(
            network.addresses().stream().map(Multiaddr::toString).toList());
    assertThat(identity.get(4)).startsWith("/ip4/127.0.0.1/tcp/");

    PeerInfo info = network.peers().getFirst();
    assertThat(info.peer()).isEqualTo(jsId);
    assertThat(info.outbound()).isEqualTo(dialer == Dialer.LOCKSTEP);
    assertThat(info.agent()).startsWith("js-libp2p/3.3.11 ");
    assertThat(info.addresses()).contains(js.address());
  }

  @ParameterizedTest
  @EnumSource
  void ping_is_answered_in_both_directions(Dialer dialer) throws Exception {
    connect(dialer);

    assertThat(Double.parseDouble(js.call("ping", self).getFirst())).isBetween(0.0, 10_000.0);
    assertThat(network.ping(jsId, PATIENCE)).isPositive();
    Eventually.holds(
        "a round-trip time", () -> network.peers().getFirst().rttMillisP50().isPresent());
  }

  @ParameterizedTest
  @EnumSource
  void js_gets_64_mib_back_unchanged(Dialer dialer) throws Exception {
    connect(dialer);

    js.call("echo", self, 64 * MIB);
  }

  @ParameterizedTest
  @EnumSource
  void lockstep_gets_64_mib_back_unchanged(Dialer dialer) throws Exception {
    connect(dialer);

    checkEcho(64 * MIB);
  }

  @ParameterizedTest
  @EnumSource
  void an_answer_may_wait_for_the_half_close(Dialer dialer) throws Exception {
    connect(dialer);

    js.call("digest", self, 3 * MIB);

    byte[] sent = new Gen(1).bytes(3 * MIB);
    try (PeerStream stream = network.open(jsId, DIGEST)) {
      stream.output().write(sent);
      stream.closeWrite();
      assertThat(stream.input().readAllBytes()).isEqualTo(sha256().digest(sent));
    }
  }

  @ParameterizedTest
  @EnumSource
  void a_stream_without_a_byte_ends_on_both_sides(Dialer dialer) throws Exception {
    connect(dialer);

    js.call("echo", self, 0);
    checkEcho(0);
  }

  @ParameterizedTest
  @EnumSource
  void a_reset_ends_the_stream_with_an_error_and_leaves_the_connection_alone(Dialer dialer)
      throws Exception {
    connect(dialer);

    assertThat(js.call("reset", self)).containsExactly("reset");
    try (PeerStream stream = network.open(jsId, RESET)) {
      stream.output().write(1);
      stream.output().flush();
      assertThatThrownBy(() -> stream.input().readAllBytes()).isInstanceOf(IOException.class);
    }
    js.call("echo", self, MIB);
    checkEcho(MIB);
  }

  @ParameterizedTest
  @EnumSource
  void a_hundred_streams_run_side_by_side(Dialer dialer) throws Exception {
    connect(dialer);

    js.call("echoes", self, 100, 300_000);

    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Callable<Boolean> echo = () -> checkEcho(300_000);
      for (var result : threads.invokeAll(Collections.nCopies(100, echo))) {
        assertThat(result.get()).isTrue();
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void a_protocol_that_is_not_spoken_is_refused_and_costs_only_the_stream(Dialer dialer)
      throws Exception {
    connect(dialer);

    assertThatThrownBy(() -> js.call("open", self, "/interop/unheard-of/1.0.0"))
        .hasMessageContaining("UnsupportedProtocolError");
    assertThatThrownBy(() -> network.open(jsId, "/interop/unheard-of/1.0.0"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("/interop/unheard-of/1.0.0");
    js.call("echo", self, MIB);
    checkEcho(MIB);
  }

  @ParameterizedTest
  @EnumSource
  void a_protocol_added_later_is_pushed(Dialer dialer) throws Exception {
    connect(dialer);
    js.call("identify", self);

    network.handle("/interop/late/1.0.0", PeerStream::close);
    js.call("speaks", self, "/interop/late/1.0.0");
  }

  @ParameterizedTest
  @EnumSource
  void perf_is_answered_in_full_when_enabled(Dialer dialer) throws Exception {
    connect(dialer);

    js.call("perf", self, 8 * MIB + 1, 8 * MIB + 3);
    js.call("perf", self, 0, 1);
    js.call("perf", self, 1, 0);
  }

  @ParameterizedTest
  @EnumSource
  void perf_is_unknown_when_not_enabled(Dialer dialer) throws Exception {
    network.close();
    network = lockstep(false);
    self = network.self();
    connect(dialer);

    assertThat(js.call("identify", self).get(2)).contains(ECHO).doesNotContain("/perf/");
    assertThatThrownBy(() -> js.call("perf", self, 1, 1))
        .hasMessageContaining("UnsupportedProtocolError");
  }

  @ParameterizedTest
  @EnumSource
  void a_peer_id_that_is_not_proved_is_refused(Dialer dialer) {
    PeerId stranger = new PeerId(PrivateKey.generate(Entropy.system()).publicKey());

    assertThatThrownBy(
            () -> {
              switch (dialer) {
                case JS -> js.call("dial", network.addresses().getFirst().withPeer(stranger));
                case LOCKSTEP ->
                    network.connect(stranger, List.of(js.address().withPeer(stranger)), PATIENCE);
              }
            })
        .isInstanceOf(IOException.class);
    assertThat(network.peers()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void either_side_may_hang_up(Dialer dialer) throws Exception {
    connect(dialer);
    js.call("hangup", self);
    assertThat(disconnected.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isEqualTo(jsId);

    connect(dialer);
    network.disconnect(jsId);
    js.call("alone");
  }

  private Libp2pNetwork lockstep(boolean perf) throws IOException {
    var options =
        new Libp2pNetwork.Options(
            PrivateKey.generate(Entropy.system()),
            List.of(Multiaddr.parse("/ip4/127.0.0.1/tcp/0")),
            AGENT,
            perf,
            Limits.DEFAULT,
            TimeSource.system(),
            Entropy.system());
    Libp2pNetwork opened = Libp2pNetwork.open(options);
    opened.handle(ECHO, stream -> stream.input().transferTo(stream.output()));
    opened.handle(
        DIGEST, stream -> stream.output().write(sha256().digest(stream.input().readAllBytes())));
    opened.handle(
        RESET,
        stream -> {
          stream.input().read();
          throw new IOException("as asked");
        });
    opened.onConnection(
        new PeerNetwork.ConnectionListener() {
          @Override
          public void connected(PeerConnection connection) {
            connected.add(connection.peer());
          }

          @Override
          public void disconnected(PeerId peer) {
            disconnected.add(peer);
          }
        });
    opened.welcome();
    return opened;
  }

  private void connect(Dialer dialer) throws Exception {
    switch (dialer) {
      case JS ->
          assertThat(js.call("dial", network.addresses().getFirst()))
              .containsExactly(self.toString(), "/noise", "/yamux/1.0.0");
      case LOCKSTEP ->
          assertThat(network.connect(jsId, List.of(js.address()), PATIENCE).peer()).isEqualTo(jsId);
    }
    assertThat(connected.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isEqualTo(jsId);
  }

  /// Writes and reads at once, half-closes behind the last byte; all must come back, then the end.
  private boolean checkEcho(int bytes) throws Exception {
    var sent = sha256();
    try (PeerStream stream = network.open(jsId, ECHO);
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var writing =
          threads.submit(
              () -> {
                var gen = new Gen(bytes);
                for (int left = bytes; left > 0; ) {
                  byte[] part = gen.bytes(Math.min(left, 50_000));
                  sent.update(part);
                  stream.output().write(part);
                  left -= part.length;
                }
                stream.closeWrite();
                return null;
              });
      byte[] echoed = stream.input().readAllBytes();
      writing.get();
      assertThat(echoed).hasSize(bytes);
      assertThat(sha256().digest(echoed)).isEqualTo(sent.digest());
      return true;
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }
}
