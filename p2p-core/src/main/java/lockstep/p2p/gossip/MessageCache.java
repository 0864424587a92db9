package lockstep.p2p.gossip;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import lockstep.base.PeerId;

/// The messages of the last heartbeats, for those that missed them: bounded in time, number and
/// bytes.
final class MessageCache {
  private final int history;
  private final int gossiped;
  private final LinkedHashMap<MessageId, Entry> entries = new LinkedHashMap<>();
  private long heartbeat;
  private long bytes;

  private static final class Entry {
    final GossipMessage message;
    final long heartbeat;
    final Map<PeerId, Integer> sent = new HashMap<>();

    Entry(GossipMessage message, long heartbeat) {
      this.message = message;
      this.heartbeat = heartbeat;
    }

    int bytes() {
      return message.wire().encoded().length;
    }
  }

  /// @param history heartbeats for which a message is kept
  /// @param gossiped heartbeats for which it is told of
  MessageCache(int history, int gossiped) {
    this.history = history;
    this.gossiped = gossiped;
  }

  void put(GossipMessage message) {
    var entry = new Entry(message, heartbeat);
    if (entries.putIfAbsent(message.id(), entry) != null) return;
    bytes += entry.bytes();
    while (entries.size() > Bounds.CACHED || bytes > Bounds.CACHED_BYTES) {
      dropEldest();
    }
  }

  /// A message for a peer that asks for it; not too often.
  Optional<GossipMessage> answer(MessageId id, PeerId peer) {
    Entry entry = entries.get(id);
    if (entry == null || entry.sent.merge(peer, 1, Integer::sum) > Bounds.RETRANSMISSIONS) {
      return Optional.empty();
    }
    return Optional.of(entry.message);
  }

  /// The messages of a topic that are news, oldest first.
  List<MessageId> news(String topic) {
    var ids = new ArrayList<MessageId>();
    for (Entry entry : entries.values()) {
      if (heartbeat - entry.heartbeat < gossiped && entry.message.topic().equals(topic)) {
        ids.add(entry.message.id());
      }
    }
    return ids;
  }

  /// A heartbeat has passed.
  void shift() {
    heartbeat++;
    while (!entries.isEmpty() && heartbeat - entries.firstEntry().getValue().heartbeat >= history) {
      dropEldest();
    }
  }

  private void dropEldest() {
    bytes -= entries.pollFirstEntry().getValue().bytes();
  }

  int size() {
    return entries.size();
  }

  long bytes() {
    return bytes;
  }
}
