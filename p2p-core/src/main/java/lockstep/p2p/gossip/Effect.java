package lockstep.p2p.gossip;

import lockstep.base.PeerId;

/// What the shell is to do, in the order of the list.
sealed interface Effect {
  /// Send to a connected peer; may get lost with the connection, and what is not [Rpc#controlOnly]
  /// before.
  record Send(PeerId to, Rpc rpc) implements Effect {}

  /// Hand to whoever is in the topic.
  record Deliver(GossipMessage message) implements Effect {}
}
