package lockstep.p2p.gossip;

import java.util.LinkedHashMap;
import java.util.Optional;

/// Which messages have been seen lately, and what was thought of them: bounded in time and number.
/// Only what its author has signed gets in, so nobody can keep another's message out.
final class SeenCache {
  private final long timeNanos;
  private final int max;
  private final LinkedHashMap<MessageId, Seen> seen = new LinkedHashMap<>();

  private record Seen(Verdict verdict, long until) {}

  SeenCache(long timeNanos, int max) {
    this.timeNanos = timeNanos;
    this.max = max;
  }

  Optional<Verdict> verdict(MessageId id, long now) {
    Seen found = seen.get(id);
    return found == null || now - found.until >= 0 ? Optional.empty() : Optional.of(found.verdict);
  }

  boolean contains(MessageId id, long now) {
    return verdict(id, now).isPresent();
  }

  void add(MessageId id, Verdict verdict, long now) {
    seen.remove(id); // so that it counts as the youngest
    seen.put(id, new Seen(verdict, now + timeNanos));
    if (seen.size() > max) seen.pollFirstEntry();
  }

  void expire(long now) {
    while (!seen.isEmpty() && now - seen.firstEntry().getValue().until >= 0) {
      seen.pollFirstEntry();
    }
  }

  int size() {
    return seen.size();
  }
}
