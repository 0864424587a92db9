package lockstep.p2p.gossip;

import java.util.LinkedHashSet;
import java.util.Set;

/// One topic on this device. Owned by the [Router].
final class TopicState {
  final String name;
  final TopicRules rules;

  /// Whether this device is in the topic, or only publishes to it.
  boolean joined;

  /// Peers that messages are passed on to at once, and that pass theirs on to this device.
  final Set<Peer> mesh = new LinkedHashSet<>();

  /// Peers that this device publishes to while it is not in the topic.
  final Set<Peer> fanout = new LinkedHashSet<>();

  /// When something was published last while not in the topic.
  long publishedAt;

  TopicState(String name, TopicRules rules) {
    this.name = name;
    this.rules = rules;
  }

  /// Whether a peer is connected, in the topic, and one of those that may be.
  boolean has(Peer peer) {
    return peer.connected && peer.topics.contains(name) && rules.admits(peer.id);
  }
}
