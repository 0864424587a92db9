package lockstep.p2p.gossip;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import lockstep.base.PeerId;

/// What all parts of a [Router] share: peers, topics, the moment, chance, and what is to be sent.
final class Swarm {
  final GossipParameters parameters;
  final Map<PeerId, Peer> peers = new LinkedHashMap<>();
  final Map<String, TopicState> topics = new LinkedHashMap<>();
  final Outbox out = new Outbox();
  private final RandomGenerator random;

  /// The moment of the input that is being handled.
  long now;

  Swarm(GossipParameters parameters, RandomGenerator random) {
    this.parameters = parameters;
    this.random = random;
  }

  double score(Peer peer) {
    return peer.score.value(now);
  }

  /// Peers of a topic that are fit for something, in random order.
  List<Peer> pick(TopicState topic, int countMax, Predicate<Peer> fit) {
    var fitting = new ArrayList<Peer>();
    for (Peer peer : peers.values()) {
      if (topic.has(peer) && fit.test(peer)) fitting.add(peer);
    }
    shuffle(fitting);
    return fitting.subList(0, Math.clamp(countMax, 0, fitting.size()));
  }

  <T> void shuffle(List<T> list) {
    for (int i = list.size() - 1; i > 0; i--) {
      Collections.swap(list, i, random.nextInt(i + 1));
    }
  }

  <T> T any(List<T> list) {
    return list.get(random.nextInt(list.size()));
  }
}
