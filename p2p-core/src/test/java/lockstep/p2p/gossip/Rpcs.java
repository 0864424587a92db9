package lockstep.p2p.gossip;

import java.util.List;

/// RPCs that say one thing only.
final class Rpcs {
  private Rpcs() {}

  static Rpc subscription(String topic, boolean subscribed) {
    return subscriptions(List.of(new Rpc.Subscription(topic, subscribed)));
  }

  static Rpc subscriptions(List<Rpc.Subscription> said) {
    return new Rpc(said, List.of(), List.of(), List.of(), List.of(), List.of());
  }

  static Rpc message(AllegedMessage message) {
    return new Rpc(List.of(), List.of(message), List.of(), List.of(), List.of(), List.of());
  }

  static Rpc message(GossipMessage message) {
    return message(message.wire());
  }

  static Rpc ihave(String topic, List<MessageId> ids) {
    var said = List.of(new Rpc.IHave(topic, ids));
    return new Rpc(List.of(), List.of(), said, List.of(), List.of(), List.of());
  }

  static Rpc iwant(List<MessageId> ids) {
    var said = List.of(new Rpc.IWant(ids));
    return new Rpc(List.of(), List.of(), List.of(), said, List.of(), List.of());
  }

  static Rpc graft(String topic) {
    var said = List.of(new Rpc.Graft(topic));
    return new Rpc(List.of(), List.of(), List.of(), List.of(), said, List.of());
  }

  static Rpc prune(String topic, long backoffSeconds) {
    var said = List.of(new Rpc.Prune(topic, backoffSeconds));
    return new Rpc(List.of(), List.of(), List.of(), List.of(), List.of(), said);
  }
}
