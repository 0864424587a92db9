package lockstep.p2p.gossip;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import lockstep.base.PeerId;
import lockstep.base.TimeSource;
import lockstep.p2p.Eventually;
import lockstep.p2p.JsPeer;
import lockstep.p2p.Siege;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Abuse of gossip by js-libp2p, which shares no line with us: a member of the topic that is meant
/// badly, beside two that are not, of which one is another js. (What js cannot say, the raw frames
/// of [GossipTest] and the villains of [HostileGossipTest] do.)
@Timeout(180)
class JsHostileGossipTest {
  private static final String TOPIC = GossipHost.TOPIC;
  private static final long HEAP_MAX = 64 << 20;
  private static final int THREADS_MAX = 50;

  /// What may be kept in mind of three peers beside what has been seen.
  private static final int REMEMBERED_MAX = 3 * (Bounds.TOPICS_PER_PEER + Bounds.PROMISES) + 2_000;

  private final ExecutorService abusing = Executors.newVirtualThreadPerTaskExecutor();
  private final List<String> heard = new ArrayList<>();
  private GossipHost host;
  private GossipHost honest;
  private JsPeer honestJs;
  private JsPeer villain;

  /// What `hostile-gossip.js` does, how many times, and what is thought of it.
  private enum Abuse {
    IHAVE(500, true),
    IWANT(500, false),
    IWANT_ONE(5_000, false),
    GRAFT(500, true),
    FORGED(500, true),
    REJECTED(500, true),
    REPLAYED(5_000, false),
    TOPICS(20, false),
    EMPTY(10, true),
    GIANT(10, true),
    GARBAGE(20, true);

    final int times;

    /// Whether it is a breach of the rules, or merely of no use.
    final boolean counts;

    Abuse(int times, boolean counts) {
      this.times = times;
      this.counts = counts;
    }
  }

  @BeforeEach
  void start() throws Exception {
    host = new GossipHost(_ -> true);
    honest = new GossipHost(_ -> true);
    honest.connect(host);
    honestJs = join();
    villain = join();
    Eventually.holds("all are in the mesh", () -> host.topic.mesh().size() == 3);
  }

  private JsPeer join() throws Exception {
    var js = JsPeer.start();
    js.call("subscribe", TOPIC);
    js.call("dial", host.network.addresses().getFirst());
    js.call("mesh", TOPIC, host.id(), true);
    return js;
  }

  @AfterEach
  void stop() {
    abusing.shutdownNow();
    if (villain != null) villain.close();
    if (honestJs != null) honestJs.close();
    if (honest != null) honest.close();
    if (host != null) host.close();
  }

  @ParameterizedTest
  @EnumSource
  void who_abuses_gossip_occupies_little_loses_its_name_and_keeps_no_message_from_others(
      Abuse abuse) throws Exception {
    PeerId villainId = villain.id();
    converse("before");
    long heap = Siege.heapUsed();
    int threads = Siege.threads();

    Future<List<String>> abused = abusing.submit(() -> abuse(abuse));
    for (int i = 0; i < 10; i++) {
      converse("meanwhile " + i);
    }
    assertThat(Integer.parseInt(abused.get().getFirst())).isPositive();

    if (abuse.counts) {
      Eventually.holds("nothing more is taken from it", () -> score(villainId) < Score.GRAYLIST);
      Eventually.holds("it is in no mesh", () -> !host.topic.mesh().contains(villainId));
    } else {
      assertThat(score(villainId)).isNotNegative();
    }
    converse("after");
    assertThat(score(honest.id())).isNotNegative();
    assertThat(score(honestJs.id())).isNotNegative();
    assertThat(heard).doesNotContain("forged", "spam", "nothing").doesNotHaveDuplicates();
    assertThat(host.gossip.<Integer>look(Router::remembered)).isLessThan(REMEMBERED_MAX);
    assertThat(Siege.threads() - threads).isLessThan(THREADS_MAX);
    assertThat(Siege.heapUsed() - heap).isLessThan(HEAP_MAX);
  }

  private List<String> abuse(Abuse abuse) throws Exception {
    String victim = HexFormat.of().formatHex(honest.id().bytes());
    return villain.call("abuse", host.id(), abuse, TOPIC, abuse.times, victim);
  }

  private double score(PeerId peer) {
    return host.gossip.look(it -> it.score(TimeSource.system().monotonicNanos(), peer));
  }

  /// Each of those that keep the rules hears the others, through the host under attack.
  private void converse(String when) throws Exception {
    honestJs.call("publish", TOPIC, "from js " + when);
    awaitText(honest, "from js " + when);
    awaitText(host, "from js " + when);
    honest.publish("from lockstep " + when);
    honestJs.call("heard", TOPIC, "from lockstep " + when);
    awaitText(host, "from lockstep " + when);
  }

  private void awaitText(GossipHost listener, String wanted) throws InterruptedException {
    String text;
    do {
      text = GossipHost.text(listener.next());
      if (listener == host) heard.add(text);
    } while (!text.equals(wanted));
  }
}
