package lockstep.p2p.gossip;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import lockstep.base.PeerId;
import lockstep.base.TimeSource;
import lockstep.p2p.Eventually;
import lockstep.p2p.JsPeer;
import lockstep.p2p.PeerInfo;
import lockstep.p2p.Siege;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Abuse of gossip by js-libp2p, which shares no line with us: a member of the topic that is meant
/// badly, beside two that are not, of which one is another js. (What js cannot say, the raw frames
/// of [GossipTest] and the villains of [HostileGossipTest] do.)
@Timeout(180)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class JsHostileGossipTest {
  private static final String TOPIC = GossipHost.TOPIC;
  private static final long HEAP_MAX = 64 << 20;
  private static final int THREADS_MAX = 50;
  private static final int TALKS_MIN = 10;

  /// What may be kept in mind of one more peer, and of what it has said that counts.
  private static final int REMEMBERED_MAX = Bounds.TOPICS_PER_PEER + Bounds.PROMISES + 100;

  /// Things kept in mind of what two say to each other: seen by the host, and to be asked for.
  private static final int REMEMBERED_PER_TALK = 4;

  /// Bytes that it is sent for all its asking, and for what it offers.
  private static final long ANSWERED_MAX = 256 << 10;

  private static final long ASKED_MAX = 8L * Bounds.IDS_PER_HEARTBEAT * 64;
  private static final long SENT_PER_TALK = 1 << 10;

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
    TOPICS(3, false),
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

  @BeforeAll
  void start() throws Exception {
    host = new GossipHost(_ -> true);
    honest = new GossipHost(_ -> true);
    honest.connect(host);
    honestJs = join();
  }

  @BeforeEach
  void letTheVillainIn() throws Exception {
    heard.clear();
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
  void sendTheVillainAway() throws Exception {
    PeerId gone = villain.id();
    villain.close();
    Eventually.holds("it is gone", () -> infoOf(gone).isEmpty());
  }

  @AfterAll
  void stop() {
    abusing.shutdownNow();
    if (honestJs != null) honestJs.close();
    if (honest != null) honest.close();
    if (host != null) host.close();
  }

  @ParameterizedTest
  @EnumSource
  void who_abuses_gossip_occupies_little_loses_its_name_and_keeps_no_message_from_others(
      Abuse abuse) throws Exception {
    PeerId villainId = villain.id();
    converse(abuse + ": before");
    long heap = Siege.heapUsed();
    int threads = Siege.threads();
    int remembered = remembered();
    long sent = sentTo(villainId);

    Future<List<String>> abused = abusing.submit(() -> abuse(abuse));
    int talks = 0;
    while (talks < TALKS_MIN || !abused.isDone()) {
      converse(abuse + ": meanwhile " + talks++);
    }
    assertThat(Integer.parseInt(abused.get().getFirst())).isPositive();

    if (abuse.counts) {
      Eventually.holds("nothing more is taken from it", () -> score(villainId) < Score.GRAYLIST);
      Eventually.holds("it is in no mesh", () -> !host.topic.mesh().contains(villainId));
    } else {
      assertThat(score(villainId)).isNotNegative();
    }
    converse(abuse + ": after");
    assertThat(score(honest.id())).isNotNegative();
    assertThat(score(honestJs.id())).isNotNegative();
    assertThat(scoreOfTheHost()).as("what the host passes on").isNotNegative();
    assertThat(heard).doesNotContain("forged", "spam", "nothing").doesNotHaveDuplicates();
    assertThat(sentTo(villainId) - sent)
        .isLessThan((abuse == Abuse.IHAVE ? ASKED_MAX : ANSWERED_MAX) + talks * SENT_PER_TALK);
    assertThat(remembered() - remembered).isLessThan(REMEMBERED_MAX + talks * REMEMBERED_PER_TALK);
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

  private double scoreOfTheHost() {
    return honest.gossip.look(it -> it.score(TimeSource.system().monotonicNanos(), host.id()));
  }

  private int remembered() {
    return host.gossip.look(Router::remembered);
  }

  /// Bytes; none to one that is gone.
  private long sentTo(PeerId peer) {
    return infoOf(peer).map(PeerInfo::bytesSent).orElse(0L);
  }

  private Optional<PeerInfo> infoOf(PeerId peer) {
    return host.network.peers().stream().filter(info -> info.peer().equals(peer)).findFirst();
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
