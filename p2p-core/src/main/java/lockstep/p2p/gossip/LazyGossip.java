package lockstep.p2p.gossip;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What goes beside the meshes: IHAVE tells others of the messages that there are, IWANT asks for
/// those missed. Remembers messages for that. Owned by the [Router].
final class LazyGossip {
  private final Swarm swarm;
  final SeenCache seen;
  final MessageCache cache;

  LazyGossip(Swarm swarm) {
    this.swarm = swarm;
    GossipParameters parameters = swarm.parameters;
    this.seen = new SeenCache(parameters.seenTime().toNanos(), Bounds.SEEN);
    this.cache = new MessageCache(parameters.historyHeartbeats(), parameters.gossipHeartbeats());
  }

  /// Tells some of the peers that are not sent everything anyway.
  void tell(TopicState topic) {
    List<MessageId> news = cache.news(topic.name);
    if (news.isEmpty()) return;
    List<Peer> listeners =
        swarm.pick(
            topic,
            Integer.MAX_VALUE,
            peer ->
                !topic.mesh.contains(peer)
                    && !topic.fanout.contains(peer)
                    && swarm.score(peer) >= Score.GOSSIP);
    int share = (int) Math.ceil(listeners.size() * swarm.parameters.gossipFactor());
    int count = Math.min(listeners.size(), Math.max(swarm.parameters.degreeLazy(), share));
    for (Peer peer : listeners.subList(0, count)) {
      swarm.shuffle(news); // so that a list that is too long is cut elsewhere for each
      swarm.out.ihave(
          peer, topic.name, news.subList(0, Math.min(news.size(), Bounds.IDS_PER_HEARTBEAT)));
    }
  }

  /// A peer says what it has: what is missing here is asked for.
  void offered(Peer peer, List<Rpc.IHave> ihaves) {
    if (ihaves.isEmpty() || swarm.score(peer) < Score.GOSSIP) return;
    peer.offers++;
    if (peer.offers > Bounds.OFFERS) {
      if (peer.offers == Bounds.OFFERS + 1) peer.score.misbehaved(swarm.now, 1);
      return;
    }
    var wanted = new ArrayList<MessageId>();
    for (Rpc.IHave ihave : ihaves) {
      TopicState topic = swarm.topics.get(ihave.topic());
      if (topic == null || !topic.joined || !topic.has(peer)) continue;
      for (MessageId id : ihave.ids()) {
        if (peer.idsAsked >= Bounds.IDS_PER_HEARTBEAT) break;
        if (seen.contains(id, swarm.now)) continue;
        wanted.add(id);
        peer.idsAsked++;
      }
    }
    if (wanted.isEmpty()) return;
    swarm.out.iwant(peer, wanted);
    peer.promised(swarm.any(wanted), swarm.now + swarm.parameters.iwantTime().toNanos());
  }

  /// A peer asks for messages.
  void asked(Peer peer, List<Rpc.IWant> iwants) {
    if (swarm.score(peer) < Score.GOSSIP) return;
    for (Rpc.IWant iwant : iwants) {
      for (MessageId id : iwant.ids()) {
        boolean enough = peer.bytesAnswered >= Bounds.BYTES_ANSWERED;
        if (enough || peer.idsAnswered++ >= Bounds.IDS_PER_HEARTBEAT) return;
        Optional<GossipMessage> message = cache.answer(id, peer.id);
        message.filter(it -> isFor(peer, it)).ifPresent(it -> answer(peer, it));
      }
    }
  }

  private void answer(Peer peer, GossipMessage message) {
    peer.bytesAnswered += message.wire().encoded().length;
    swarm.out.message(peer, message);
  }

  private boolean isFor(Peer peer, GossipMessage message) {
    TopicState topic = swarm.topics.get(message.topic());
    return topic != null && topic.has(peer);
  }

  /// The message is here, whoever brought it.
  void arrived(MessageId id) {
    swarm.peers.values().forEach(peer -> peer.kept(id));
  }

  void heartbeat() {
    for (Peer peer : swarm.peers.values()) {
      int broken = peer.broken(swarm.now);
      if (broken > 0) peer.score.misbehaved(swarm.now, broken);
    }
    seen.expire(swarm.now);
    cache.shift();
  }
}
