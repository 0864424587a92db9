package lockstep.p2p.gossip;

import lockstep.base.PeerId;

/// Who takes part in a topic, and what may be said in it. Both are asked while the state of gossip
/// is locked: they answer at once, from what is known, and call nothing of [Gossip].
public interface TopicRules {
  /// Whether a peer may know that this device is in the topic at all. To all others not even the
  /// topic's name is told, and nothing of it is sent to them or taken from them. The answer may
  /// change; a change has its effect within a heartbeat.
  boolean admits(PeerId peer);

  /// Judges a message whose author's signature is good.
  Verdict judge(GossipMessage message);
}
