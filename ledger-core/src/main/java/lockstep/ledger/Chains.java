package lockstep.ledger;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import lockstep.base.Blake3;
import lockstep.base.VersionVector;
import lockstep.base.WriterId;

/// The chains of all writers and the order in which their entries came: every entry after those
/// that its writer had seen. Not thread-safe.
final class Chains {
  /// The end of a chain.
  ///
  /// @param past all that the last entry's writer had seen, that entry included
  record Tip(long sequence, Blake3 hash, long clock, VersionVector past) {
    static final Tip NONE = new Tip(0, new Blake3(0, 0, 0, 0), 0, VersionVector.EMPTY);
  }

  private static final class Chain {
    final List<Origin> origins = new ArrayList<>();
    Tip tip = Tip.NONE;
  }

  private final Map<WriterId, Chain> chains = new HashMap<>();
  private final List<Origin> order = new ArrayList<>();
  private VersionVector frontier = VersionVector.EMPTY;
  private long clock;

  Origin add(Entry entry, Tip tip, long position) {
    var origin =
        new Origin(
            entry.writer(),
            entry.sequence(),
            entry.clock(),
            entry.hash(),
            entry.wallTime().toEpochMilli(),
            position);
    Chain chain = chains.computeIfAbsent(entry.writer(), _ -> new Chain());
    chain.origins.add(origin);
    chain.tip = tip;
    order.add(origin);
    frontier = frontier.with(entry.writer(), entry.sequence());
    clock = Math.max(clock, entry.clock());
    return origin;
  }

  /// What an entry that fits makes of its chain's end.
  Tip next(Entry entry) {
    VersionVector past = tip(entry.writer()).past();
    for (Head head : entry.body().seen()) {
      past = past.with(head.writer(), head.sequence());
    }
    return new Tip(
        entry.sequence(), entry.hash(), entry.clock(), past.with(entry.writer(), entry.sequence()));
  }

  Tip tip(WriterId writer) {
    Chain chain = chains.get(writer);
    return chain == null ? Tip.NONE : chain.tip;
  }

  Optional<Origin> at(WriterId writer, long sequence) {
    Chain chain = chains.get(writer);
    return chain == null || sequence < 1 || sequence > chain.origins.size()
        ? Optional.empty()
        : Optional.of(chain.origins.get((int) sequence - 1));
  }

  List<Origin> order() {
    return order;
  }

  VersionVector frontier() {
    return frontier;
  }

  long clock() {
    return clock;
  }

  /// Heads of the chains that went on since `past`, but one's own.
  List<Head> news(VersionVector past, WriterId self) {
    List<Head> news = new ArrayList<>();
    for (WriterId writer : frontier.counters().keySet()) {
      Tip tip = tip(writer);
      if (!writer.equals(self) && tip.sequence() > past.get(writer)) {
        news.add(new Head(writer, tip.sequence(), tip.hash()));
      }
    }
    return news;
  }

  /// The entries that somebody with `frontier` lacks, in order. (A copy.)
  List<Origin> since(VersionVector theirs) {
    long first = Long.MAX_VALUE;
    for (var known : frontier.counters().entrySet()) {
      Optional<Origin> missing = at(known.getKey(), theirs.get(known.getKey()) + 1);
      if (missing.isPresent()) first = Math.min(first, missing.get().position());
    }
    if (first == Long.MAX_VALUE) return List.of();
    List<Origin> since = new ArrayList<>();
    for (Origin origin : order.subList(indexOf(first), order.size())) {
      if (!theirs.includes(origin.writer(), origin.sequence())) since.add(origin);
    }
    return since;
  }

  /// Positions ascend.
  private int indexOf(long position) {
    int low = 0;
    int high = order.size() - 1;
    while (low < high) {
      int middle = low + high >>> 1;
      if (order.get(middle).position() < position) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
