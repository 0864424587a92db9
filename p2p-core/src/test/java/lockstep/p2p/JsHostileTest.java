package lockstep.p2p;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Abuse by js-libp2p, which shares no line with us: what it sends is well-formed down to the
/// stream, and meant badly. (What is not well-formed the raw sockets of [HostilePeerTest],
/// [HostileHandshakeTest] and [HostileSessionTest] send.)
@Timeout(180)
class JsHostileTest {
  private static final String PUSH = "/ipfs/id/push/1.0.0";
  private static final String HOP = "/libp2p/circuit/relay/0.2.0/hop";
  private static final int STREAMS = Siege.LIMITS.streamsPerConnection();
  private static final long HEAP_MAX = 64 << 20;

  private Siege siege;
  private JsPeer js;

  /// What js does, in how many streams, and how many of them may be served.
  ///
  /// @param how further parameters, by their order
  private record Abuse(String what, String protocol, int times, List<Object> how, int most) {
    Abuse(String what, String protocol, int times) {
      this(what, protocol, times, List.of(), times);
    }

    @Override
    public String toString() {
      return what + " " + protocol;
    }
  }

  @BeforeEach
  void start() throws Exception {
    siege = new Siege();
    js = JsPeer.start();
    js.call("dial", address());
  }

  @AfterEach
  void stop() {
    if (js != null) js.close();
    siege.close();
  }

  private String address() {
    return siege.host().addresses().getFirst().toString();
  }

  private static Stream<Abuse> abuses() {
    return Stream.of(
        new Abuse("hoard", Siege.STUCK, 4 * STREAMS, List.of(), STREAMS),
        new Abuse("deaf", Siege.FIREHOSE, STREAMS),
        new Abuse("churn", Siege.ECHO, 2_000),
        new Abuse("churn", "/nobody/speaks/this", 2_000),
        new Abuse("garbage", Siege.STUCK, 100, List.of(1 << 20), 100),
        new Abuse("garbage", PUSH, 500, List.of(60_000), 500),
        new Abuse("boast", HOP, 100));
  }

  @ParameterizedTest
  @MethodSource("abuses")
  void who_abuses_streams_occupies_little_and_nobody_else_notices(Abuse abuse) throws Exception {
    long heap = Siege.heapUsed();
    int threads = Siege.threads();

    var command = new ArrayList<Object>(List.of(abuse.what, siege.host().self(), abuse.protocol));
    command.add(abuse.times);
    command.addAll(abuse.how);
    int succeeded = Integer.parseInt(js.call(command.toArray()).getFirst());

    siege.assertOthersAreServed();
    assertThat(succeeded).isLessThanOrEqualTo(abuse.most);
    assertThat(Siege.threads() - threads).isLessThan(2 * STREAMS);
    assertThat(Siege.heapUsed() - heap).isLessThan(HEAP_MAX);
    js.close();
    Eventually.holds("nothing is left of it", () -> Siege.threads() - threads < 20);
  }

  @Test
  void whoever_announces_2_gib_is_cut_off_at_once() throws Exception {
    for (String protocol : List.of(PUSH, HOP)) {
      assertThat(js.call("boast", siege.host().self(), protocol, 20)).startsWith("20");
    }
  }

  @Test
  void who_comes_and_goes_without_end_keeps_nobody_out() throws Exception {
    int threads = Siege.threads();

    js.call("storm", address(), 500);

    siege.assertOthersAreServed();
    js.close();
    Eventually.holds("nothing is left of it", () -> Siege.threads() - threads < 20);
  }
}
