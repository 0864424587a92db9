package lockstep.p2p.gossip;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// Who is in whose mesh: GRAFT and PRUNE, both ways. Owned by the [Router].
final class Mesh {
  /// A GRAFT so soon after a PRUNE cannot be a misunderstanding.
  private static final Duration GRAFT_FLOOD = Duration.ofSeconds(10);

  private static final int OPPORTUNISTIC_GRAFTS = 2;

  private final Swarm swarm;
  private final GossipParameters parameters;

  Mesh(Swarm swarm) {
    this.swarm = swarm;
    this.parameters = swarm.parameters;
  }

  // ---- What this device decides

  /// This device is in the topic from now on. Whom it has published to comes first.
  void join(TopicState topic) {
    swarm
        .pick(topic, parameters.degree(), peer -> topic.fanout.contains(peer) && isFit(topic, peer))
        .forEach(peer -> graft(topic, peer));
    topic.fanout.clear();
    fill(topic);
  }

  void leave(TopicState topic) {
    List.copyOf(topic.mesh).forEach(peer -> prune(topic, peer, parameters.leaveBackoff()));
  }

  /// Brings the mesh of a topic back into shape.
  void maintain(TopicState topic, boolean opportunistic) {
    for (Peer peer : List.copyOf(topic.mesh)) {
      if (swarm.score(peer) < 0 || !topic.has(peer)) prune(topic, peer);
    }
    if (topic.mesh.size() < parameters.degreeLow()) fill(topic);
    if (topic.mesh.size() > parameters.degreeHigh()) thin(topic);
    long missing =
        parameters.degreeOutbound() - topic.mesh.stream().filter(it -> it.outbound).count();
    swarm
        .pick(topic, (int) missing, peer -> peer.outbound && isFit(topic, peer))
        .forEach(peer -> graft(topic, peer));
    if (opportunistic) improve(topic);
  }

  private void fill(TopicState topic) {
    swarm
        .pick(topic, parameters.degree() - topic.mesh.size(), peer -> isFit(topic, peer))
        .forEach(peer -> graft(topic, peer));
  }

  private boolean isFit(TopicState topic, Peer peer) {
    return !topic.mesh.contains(peer)
        && swarm.score(peer) >= 0
        && !peer.isBackedOff(topic.name, swarm.now, parameters.heartbeat().toNanos());
  }

  /// Keeps the best, and of the others any, but enough of those that this device dialled.
  private void thin(TopicState topic) {
    var ranked = new ArrayList<>(topic.mesh);
    swarm.shuffle(ranked);
    ranked.sort(Comparator.comparingDouble(swarm::score).reversed());
    var kept = new ArrayList<>(ranked.subList(0, parameters.degreeScore()));
    var others = new ArrayList<>(ranked.subList(parameters.degreeScore(), ranked.size()));
    swarm.shuffle(others);
    long outbound = kept.stream().filter(it -> it.outbound).count();
    others.stream()
        .filter(it -> it.outbound)
        .limit(Math.max(0, parameters.degreeOutbound() - outbound))
        .forEach(kept::add);
    others.removeAll(kept);
    kept.addAll(others.subList(0, Math.max(0, parameters.degree() - kept.size())));
    others.removeAll(kept);
    others.forEach(peer -> prune(topic, peer));
  }

  /// A mesh of peers that bring nothing is given some that do.
  private void improve(TopicState topic) {
    double[] scores = topic.mesh.stream().mapToDouble(swarm::score).sorted().toArray();
    if (scores.length < 2) return;
    double median = scores[scores.length / 2];
    if (median >= Score.OPPORTUNISTIC) return;
    swarm
        .pick(topic, OPPORTUNISTIC_GRAFTS, peer -> isFit(topic, peer) && swarm.score(peer) > median)
        .forEach(peer -> graft(topic, peer));
  }

  // ---- What a peer says

  void grafted(Peer peer, TopicState topic) {
    if (topic.mesh.contains(peer)) return;
    if (mayGraft(peer, topic)) {
      topic.mesh.add(peer);
      peer.score.grafted(swarm.now);
    } else {
      refuse(topic, peer, parameters.pruneBackoff());
    }
  }

  private boolean mayGraft(Peer peer, TopicState topic) {
    long now = swarm.now;
    if (peer.isBackedOff(topic.name, now)) {
      boolean flood = peer.hasJustBackedOff(topic.name, now, GRAFT_FLOOD.toNanos());
      peer.score.misbehaved(now, flood ? 2 : 1);
      return false;
    }
    boolean full = topic.mesh.size() >= parameters.degreeHigh() && !peer.outbound;
    return topic.has(peer) && swarm.score(peer) >= 0 && !full;
  }

  /// @param backoffSeconds alleged; 0: not said
  void pruned(Peer peer, TopicState topic, long backoffSeconds) {
    drop(topic, peer);
    boolean absurd = backoffSeconds < 0 || backoffSeconds > Bounds.BACKOFF.toSeconds();
    Duration wait = absurd ? Bounds.BACKOFF : Duration.ofSeconds(backoffSeconds);
    if (wait.isZero()) wait = parameters.pruneBackoff();
    peer.backOff(topic.name, swarm.now, wait.toNanos());
  }

  // ---- Both

  private void graft(TopicState topic, Peer peer) {
    topic.mesh.add(peer);
    peer.score.grafted(swarm.now);
    swarm.out.graft(peer, topic.name);
  }

  private void prune(TopicState topic, Peer peer) {
    prune(topic, peer, parameters.pruneBackoff());
  }

  private void prune(TopicState topic, Peer peer, Duration backoff) {
    drop(topic, peer);
    refuse(topic, peer, backoff);
  }

  private void refuse(TopicState topic, Peer peer, Duration backoff) {
    peer.backOff(topic.name, swarm.now, backoff.toNanos());
    swarm.out.prune(peer, topic.name, backoff.toSeconds());
  }

  /// The peer is in the mesh no more, if it was.
  void drop(TopicState topic, Peer peer) {
    if (topic.mesh.remove(peer)) peer.score.pruned();
  }
}
