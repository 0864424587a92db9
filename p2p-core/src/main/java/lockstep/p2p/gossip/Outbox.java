package lockstep.p2p.gossip;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import lockstep.base.PeerId;

/// The effects of one input, gathered: what goes to one peer goes in one RPC, so that control
/// travels on the back of messages.
final class Outbox {
  private final Map<PeerId, RpcDraft> drafts = new LinkedHashMap<>();
  private final List<Effect> deliveries = new ArrayList<>();

  private RpcDraft draft(Peer peer) {
    return drafts.computeIfAbsent(peer.id, _ -> new RpcDraft());
  }

  void subscription(Peer peer, String topic, boolean subscribed) {
    draft(peer).subscriptions.add(new Rpc.Subscription(topic, subscribed));
  }

  void message(Peer peer, GossipMessage message) {
    draft(peer).messages.add(message.wire());
  }

  void ihave(Peer peer, String topic, List<MessageId> ids) {
    draft(peer).ihaves.add(new Rpc.IHave(topic, ids));
  }

  void iwant(Peer peer, List<MessageId> ids) {
    draft(peer).iwants.add(new Rpc.IWant(ids));
  }

  void graft(Peer peer, String topic) {
    draft(peer).grafts.add(new Rpc.Graft(topic));
  }

  void prune(Peer peer, String topic, long backoffSeconds) {
    draft(peer).prunes.add(new Rpc.Prune(topic, backoffSeconds));
  }

  void deliver(GossipMessage message) {
    deliveries.add(new Effect.Deliver(message));
  }

  /// What has gathered, deliveries last: others are to have a message before anybody works on it
  /// here.
  List<Effect> drain() {
    var effects = new ArrayList<Effect>();
    drafts.forEach((peer, draft) -> effects.add(new Effect.Send(peer, draft.rpc())));
    effects.addAll(deliveries);
    drafts.clear();
    deliveries.clear();
    return effects;
  }
}
