package lockstep.p2p.gossip;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import lockstep.base.Entropy;
import lockstep.base.PeerId;
import lockstep.base.PrivateKey;
import lockstep.base.TimeSource;
import lockstep.p2p.Hosts;
import lockstep.p2p.Libp2pNetwork;
import lockstep.p2p.Limits;
import lockstep.p2p.Multiaddr;

/// A host on the loopback interface that gossips in one topic; messages are text.
final class GossipHost implements AutoCloseable {
  static final String TOPIC = "lockstep/test";
  private static final int SECONDS_MAX = 20;

  final Libp2pNetwork network;
  final Gossip gossip;
  final Topic topic;
  private final BlockingQueue<GossipMessage> heard = new LinkedBlockingQueue<>();

  GossipHost(Predicate<PeerId> admitted) throws IOException {
    PrivateKey identity = Hosts.newKey();
    network =
        Hosts.open(identity, List.of(Multiaddr.parse("/ip4/127.0.0.1/tcp/0")), Limits.DEFAULT);
    gossip =
        Gossip.start(
            network,
            new Gossip.Options(
                identity, GossipParameters.DEFAULT, TimeSource.system(), Entropy.system()));
    topic = gossip.topic(TOPIC, new TextRules(admitted));
    topic.subscribe(heard::add);
  }

  /// Takes every text but `spam`.
  private record TextRules(Predicate<PeerId> admitted) implements TopicRules {
    @Override
    public boolean admits(PeerId peer) {
      return admitted.test(peer);
    }

    @Override
    public Verdict judge(GossipMessage message) {
      return text(message).equals("spam") ? Verdict.REJECT : Verdict.ACCEPT;
    }
  }

  PeerId id() {
    return network.self();
  }

  void connect(GossipHost other) throws IOException {
    Hosts.connect(network, other.network);
  }

  void publish(String text) {
    topic.publish(text.getBytes(UTF_8));
  }

  /// The next message that comes.
  GossipMessage next() throws InterruptedException {
    GossipMessage message = heard.poll(SECONDS_MAX, TimeUnit.SECONDS);
    if (message == null) throw new AssertionError("no message in " + SECONDS_MAX + " s");
    return message;
  }

  boolean hasHeardNothingMore() {
    return heard.isEmpty();
  }

  static String text(GossipMessage message) {
    return new String(message.data(), UTF_8);
  }

  @Override
  public void close() {
    gossip.close();
    network.close();
  }
}
