package lockstep.p2p.gossip;

import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import lockstep.base.PeerId;
import lockstep.base.PrivateKey;

/// What one device does in gossipsub 1.1: a deterministic state machine. Each input takes the
/// moment at which it comes, in monotonic nanoseconds, and answers with the effects to carry out,
/// in order. Wire notes, section 6; the choices are in docs/decisions/0018-gossipsub.md. Not
/// thread-safe.
final class Router {
  /// How much a peer has to atone for an RPC that is malformed or beyond the bounds.
  private static final int MALFORMED = 3;

  private final PrivateKey identity;
  private final PeerId self;
  private final Swarm swarm;
  private final Mesh mesh;
  private final LazyGossip lazy;
  private final GossipParameters parameters;
  private long sequence;
  private long heartbeats;
  private long nextHeartbeat;
  private int connected;

  /// @param firstSequence of the messages of this run; larger than all of earlier runs
  /// @param random decides who is in which mesh; need not be fit for keys
  Router(
      PrivateKey identity,
      GossipParameters parameters,
      long firstSequence,
      RandomGenerator random) {
    this.identity = identity;
    this.self = new PeerId(identity.publicKey());
    this.parameters = parameters;
    this.sequence = firstSequence;
    this.swarm = new Swarm(parameters, random);
    this.mesh = new Mesh(swarm);
    this.lazy = new LazyGossip(swarm);
  }

  // ---- Topics

  /// Makes a topic known; nobody is told yet.
  void open(String name, TopicRules rules) {
    if (swarm.topics.putIfAbsent(name, new TopicState(name, rules)) != null) {
      throw new IllegalStateException("this topic is open already");
    }
  }

  List<Effect> join(long now, String name) {
    begin(now);
    TopicState topic = topic(name);
    if (!topic.joined) {
      topic.joined = true;
      tellSubscriptions();
      mesh.join(topic);
    }
    return swarm.out.drain();
  }

  List<Effect> leave(long now, String name) {
    begin(now);
    TopicState topic = topic(name);
    if (topic.joined) {
      topic.joined = false;
      mesh.leave(topic);
      tellSubscriptions();
    }
    return swarm.out.drain();
  }

  /// Leaves a topic and forgets it.
  List<Effect> close(long now, String name) {
    List<Effect> effects = leave(now, name);
    swarm.topics.remove(name);
    return effects;
  }

  private TopicState topic(String name) {
    TopicState topic = swarm.topics.get(name);
    if (topic == null) throw new IllegalStateException("this topic is not open");
    return topic;
  }

  /// Tells those that may know which topics this device is in, and takes it back from those that no
  /// longer may.
  private void tellSubscriptions() {
    for (Peer peer : swarm.peers.values()) {
      if (!peer.connected) continue;
      for (TopicState topic : swarm.topics.values()) {
        boolean tell = topic.joined && topic.rules.admits(peer.id);
        if (tell != peer.told.contains(topic.name)) {
          swarm.out.subscription(peer, topic.name, tell);
          if (tell) peer.told.add(topic.name);
          else peer.told.remove(topic.name);
        }
      }
    }
  }

  // ---- Peers

  /// A peer can be sent to, and may send.
  ///
  /// @param outbound whether this device dialled
  List<Effect> connected(long now, PeerId id, boolean outbound) {
    begin(now);
    Peer peer = swarm.peers.computeIfAbsent(id, _ -> new Peer(id, now));
    if (!peer.connected) {
      peer.joined(outbound);
      if (connected++ == 0) nextHeartbeat = now + parameters.firstHeartbeat().toNanos();
      tellSubscriptions();
    }
    return swarm.out.drain();
  }

  /// The stream to a connected peer is a new one: what was said on the last may be lost.
  List<Effect> reopened(long now, PeerId id) {
    begin(now);
    Peer peer = swarm.peers.get(id);
    if (peer != null) {
      swarm.topics.values().forEach(topic -> mesh.drop(topic, peer));
      peer.told.clear();
      tellSubscriptions();
    }
    return swarm.out.drain();
  }

  List<Effect> disconnected(long now, PeerId id) {
    begin(now);
    Peer peer = swarm.peers.get(id);
    if (peer != null && peer.connected) {
      swarm.topics.values().forEach(topic -> lost(topic, peer));
      peer.left(now);
      connected--;
      forgetPeers();
    }
    return swarm.out.drain();
  }

  /// Of those that are gone only misdeeds and backoffs are remembered, and the worst longest.
  private void forgetPeers() {
    swarm.peers.values().removeIf(it -> !it.connected && !it.isMemorable(swarm.now));
    while (swarm.peers.size() - connected > Bounds.PEERS_REMEMBERED) {
      swarm.peers.values().stream()
          .filter(it -> !it.connected)
          .max(Comparator.comparingDouble(swarm::score))
          .ifPresent(it -> swarm.peers.remove(it.id));
    }
  }

  /// Whether nothing of a peer is looked at, for what it has done.
  boolean isGraylisted(long now, PeerId id) {
    Peer peer = swarm.peers.get(id);
    return peer != null && peer.score.value(now) < Score.GRAYLIST;
  }

  // ---- What peers say

  /// An RPC came that was malformed or beyond the bounds.
  void violated(long now, PeerId id) {
    begin(now);
    Peer peer = swarm.peers.get(id);
    if (peer != null) peer.score.misbehaved(now, MALFORMED);
  }

  List<Effect> received(long now, PeerId id, Rpc rpc) {
    begin(now);
    Peer peer = swarm.peers.get(id);
    if (peer == null || !peer.connected || isGraylisted(now, id)) return List.of();
    rpc.subscriptions().forEach(it -> subscription(peer, it));
    for (AllegedMessage message : rpc.messages()) {
      message(peer, message);
      if (isGraylisted(now, id)) return swarm.out.drain();
    }
    for (Rpc.Graft graft : rpc.grafts()) {
      joined(graft.topic(), peer).ifPresent(topic -> mesh.grafted(peer, topic));
    }
    for (Rpc.Prune prune : rpc.prunes()) {
      joined(prune.topic(), peer).ifPresent(it -> mesh.pruned(peer, it, prune.backoffSeconds()));
    }
    lazy.offered(peer, rpc.ihaves());
    lazy.asked(peer, rpc.iwants());
    return swarm.out.drain();
  }

  private void subscription(Peer peer, Rpc.Subscription said) {
    if (said.subscribed()) {
      if (peer.topics.size() < Bounds.TOPICS_PER_PEER) peer.topics.add(said.topic());
    } else if (peer.topics.remove(said.topic())) {
      TopicState topic = swarm.topics.get(said.topic());
      if (topic != null) lost(topic, peer);
    }
  }

  private void lost(TopicState topic, Peer peer) {
    mesh.drop(topic, peer);
    topic.fanout.remove(peer);
  }

  /// A topic that this device is in, if the peer may know that. To all others it is silent.
  private Optional<TopicState> joined(String name, Peer peer) {
    return Optional.ofNullable(swarm.topics.get(name))
        .filter(topic -> topic.joined && topic.rules.admits(peer.id));
  }

  private void message(Peer peer, AllegedMessage alleged) {
    TopicState topic = joined(alleged.topic(), peer).orElse(null);
    if (topic == null) return;
    MessageId id = alleged.id();
    Optional<Verdict> before = lazy.seen.verdict(id, swarm.now);
    if (before.isPresent()) {
      if (before.get() == Verdict.REJECT) peer.score.broughtInvalid(swarm.now);
      return;
    }
    Optional<GossipMessage> verified = alleged.verified();
    if (verified.isEmpty()) {
      peer.score.broughtInvalid(swarm.now);
      return;
    }
    GossipMessage message = verified.get();
    if (message.author().equals(self)) return; // an echo from an earlier run
    lazy.arrived(id);
    Verdict verdict = topic.rules.judge(message);
    lazy.seen.add(id, verdict, swarm.now);
    switch (verdict) {
      case ACCEPT -> accept(peer, topic, message);
      case REJECT -> peer.score.broughtInvalid(swarm.now);
      case IGNORE -> {}
    }
  }

  private void accept(Peer from, TopicState topic, GossipMessage message) {
    from.score.delivered(swarm.now);
    lazy.cache.put(message);
    swarm.out.deliver(message);
    for (Peer peer : topic.mesh) {
      boolean knows = peer == from || peer.id.equals(message.author());
      if (!knows && topic.has(peer)) swarm.out.message(peer, message);
    }
  }

  // ---- What this device says

  /// @throws IllegalArgumentException if there is more than [Bounds#DATA_BYTES]
  List<Effect> publish(long now, String name, byte[] data) {
    begin(now);
    TopicState topic = topic(name);
    GossipMessage message = GossipMessage.sign(identity, sequence++, name, data);
    lazy.seen.add(message.id(), Verdict.ACCEPT, now);
    lazy.cache.put(message);
    audience(topic).forEach(peer -> swarm.out.message(peer, message));
    return swarm.out.drain();
  }

  private Iterable<Peer> audience(TopicState topic) {
    if (!topic.joined) {
      topic.publishedAt = swarm.now;
      fillFanout(topic);
    }
    if (parameters.floodPublish()) {
      return swarm.pick(topic, Integer.MAX_VALUE, this::mayBePublishedTo);
    }
    if (!topic.joined) return topic.fanout;
    // A young mesh has few peers, or none.
    Set<Peer> some = new LinkedHashSet<>(topic.mesh);
    some.removeIf(peer -> !topic.has(peer));
    int missing = parameters.degree() - some.size();
    some.addAll(swarm.pick(topic, missing, peer -> !some.contains(peer) && mayBePublishedTo(peer)));
    return some;
  }

  private boolean mayBePublishedTo(Peer peer) {
    return swarm.score(peer) >= Score.PUBLISH;
  }

  private void fillFanout(TopicState topic) {
    topic.fanout.removeIf(peer -> !topic.has(peer) || !mayBePublishedTo(peer));
    int missing = parameters.degree() - topic.fanout.size();
    topic.fanout.addAll(
        swarm.pick(topic, missing, peer -> !topic.fanout.contains(peer) && mayBePublishedTo(peer)));
  }

  // ---- Time

  /// When [#heartbeat] is to be called; [Long#MAX_VALUE] while nobody is connected.
  long nextHeartbeat() {
    return connected == 0 ? Long.MAX_VALUE : nextHeartbeat;
  }

  List<Effect> heartbeat(long now) {
    begin(now);
    nextHeartbeat = now + parameters.heartbeat().toNanos();
    heartbeats++;
    tellSubscriptions();
    boolean opportunistic = heartbeats % parameters.opportunisticHeartbeats() == 0;
    for (TopicState topic : swarm.topics.values()) {
      if (topic.joined) {
        mesh.maintain(topic, opportunistic);
      } else if (now - topic.publishedAt >= parameters.fanoutTime().toNanos()) {
        topic.fanout.clear();
      } else if (!topic.fanout.isEmpty()) {
        fillFanout(topic);
      }
      lazy.tell(topic);
    }
    lazy.heartbeat();
    swarm.peers.values().forEach(it -> it.heartbeat(now, parameters.heartbeat().toNanos()));
    forgetPeers();
    return swarm.out.drain();
  }

  private void begin(long now) {
    swarm.now = now;
  }

  // ---- What can be seen from outside

  /// Connected peers that are in the topic.
  Set<PeerId> peers(String name) {
    TopicState topic = topic(name);
    return swarm.peers.values().stream()
        .filter(topic::has)
        .map(peer -> peer.id)
        .collect(Collectors.toSet());
  }

  Set<PeerId> mesh(String name) {
    return topic(name).mesh.stream().map(peer -> peer.id).collect(Collectors.toSet());
  }

  double score(long now, PeerId id) {
    Peer peer = swarm.peers.get(id);
    return peer == null ? 0 : peer.score.value(now);
  }

  /// How many things are remembered in all.
  int remembered() {
    int ofPeers = swarm.peers.values().stream().mapToInt(Peer::remembered).sum();
    return swarm.peers.size() + ofPeers + lazy.seen.size() + lazy.cache.size();
  }
}
