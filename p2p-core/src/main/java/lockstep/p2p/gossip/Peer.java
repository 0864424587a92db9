package lockstep.p2p.gossip;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import lockstep.base.PeerId;

/// What is known of a peer: of its connection while it has one, and what is remembered of it beyond
/// that. Owned by the [Router].
final class Peer {
  final PeerId id;
  final Score score;

  /// When it left; meaningless while it is connected.
  long leftAt;

  boolean connected;

  /// Whether this device dialled.
  boolean outbound;

  /// Topics that it says to be in.
  final Set<String> topics = new LinkedHashSet<>();

  /// Topics that it has been told this device is in.
  final Set<String> told = new LinkedHashSet<>();

  private final Map<String, Backoff> backoffs = new HashMap<>();

  /// Messages that it offered and was asked for, with the moment until which they have to come.
  private final LinkedHashMap<MessageId, Long> promises = new LinkedHashMap<>();

  // Since the last heartbeat.
  int offers;
  int idsAsked;
  int idsAnswered;
  int bytesAnswered;

  private record Backoff(long since, long until) {}

  Peer(PeerId id, long now) {
    this.id = id;
    this.score = new Score(now);
  }

  void joined(boolean byUs) {
    connected = true;
    outbound = byUs;
  }

  /// Forgets all that went with the connection.
  void left(long now) {
    connected = false;
    leftAt = now;
    topics.clear();
    told.clear();
    promises.clear();
    score.left();
    restartCounts();
  }

  // ---- Backoff

  /// No grafting for a while, in either direction; a longer one that runs already stays.
  void backOff(String topic, long now, long nanos) {
    Backoff running = backoffs.get(topic);
    long until = now + nanos;
    if (running != null && running.until - until > 0) until = running.until;
    backoffs.put(topic, new Backoff(now, until));
  }

  /// Whether it must not graft this device now.
  boolean isBackedOff(String topic, long now) {
    return isBackedOff(topic, now, 0);
  }

  /// Whether this device must not graft it now.
  ///
  /// @param slack nanoseconds longer than the peer may count
  boolean isBackedOff(String topic, long now, long slack) {
    Backoff backoff = backoffs.get(topic);
    return backoff != null && now - backoff.until < slack;
  }

  /// Whether the backoff began less than so long ago.
  boolean hasJustBackedOff(String topic, long now, long nanos) {
    Backoff backoff = backoffs.get(topic);
    return backoff != null && now - backoff.since < nanos;
  }

  // ---- Promises

  void promised(MessageId id, long until) {
    if (promises.size() < Bounds.PROMISES) promises.putIfAbsent(id, until);
  }

  /// The message is here, whoever brought it.
  void kept(MessageId id) {
    promises.remove(id);
  }

  /// How many promises were broken by now; they count once.
  int broken(long now) {
    int before = promises.size();
    promises.values().removeIf(until -> now - until >= 0);
    return before - promises.size();
  }

  // ---- Time

  /// A heartbeat has passed.
  void heartbeat(long now, long slack) {
    restartCounts();
    backoffs.values().removeIf(backoff -> now - backoff.until >= slack);
  }

  private void restartCounts() {
    offers = 0;
    idsAsked = 0;
    idsAnswered = 0;
    bytesAnswered = 0;
  }

  /// Whether a peer that is gone must be kept in mind.
  boolean isMemorable(long now) {
    return now - leftAt < Bounds.REMEMBERED.toNanos()
        && (score.isTainted(now) || !backoffs.isEmpty());
  }

  /// How many things are remembered of it.
  int remembered() {
    return topics.size() + told.size() + backoffs.size() + promises.size();
  }
}
