package lockstep.base;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// A version vector (Parker et al., 1983): for each writer the highest sequence number seen. Serves
/// as the history of one path's version and as the frontier of a whole ledger. Immutable.
///
/// A writer that is absent counts as 0; zeros are never stored.
public final class VersionVector {
  /// The vector that has seen nothing.
  public static final VersionVector EMPTY = new VersionVector(new TreeMap<>());

  /// How two vectors stand to each other.
  public enum Order {
    EQUAL,
    BEFORE,
    AFTER,
    CONCURRENT
  }

  private final SortedMap<WriterId, Long> counters;

  private VersionVector(SortedMap<WriterId, Long> counters) {
    this.counters = counters;
  }

  /// @throws IllegalArgumentException if a counter is negative
  public static VersionVector of(Map<WriterId, Long> counters) {
    var copy = new TreeMap<WriterId, Long>();
    counters.forEach(
        (writer, counter) -> {
          if (counter < 0) {
            throw new IllegalArgumentException("counter " + counter + " is negative");
          }
          if (counter > 0) {
            copy.put(writer, counter);
          }
        });
    return copy.isEmpty() ? EMPTY : new VersionVector(copy);
  }

  /// The counter of one writer, 0 if it was never seen.
  public long get(WriterId writer) {
    return counters.getOrDefault(writer, 0L);
  }

  /// Whether the entry `sequence` of `writer` is part of this history.
  public boolean includes(WriterId writer, long sequence) {
    return get(writer) >= sequence;
  }

  /// This vector with one writer's counter raised to at least `sequence`.
  public VersionVector with(WriterId writer, long sequence) {
    if (get(writer) >= sequence) {
      return this;
    }
    var copy = new TreeMap<>(counters);
    copy.put(writer, sequence);
    return new VersionVector(copy);
  }

  /// The least vector that includes both.
  public VersionVector merge(VersionVector that) {
    if (that.includedIn(this)) {
      return this;
    }
    if (includedIn(that)) {
      return that;
    }
    var copy = new TreeMap<>(counters);
    that.counters.forEach((writer, counter) -> copy.merge(writer, counter, Math::max));
    return new VersionVector(copy);
  }

  /// Whether `that` has seen everything this has.
  public boolean includedIn(VersionVector that) {
    for (var counter : counters.entrySet()) {
      if (that.get(counter.getKey()) < counter.getValue()) {
        return false;
      }
    }
    return true;
  }

  /// How this stands to `that`.
  public Order compare(VersionVector that) {
    boolean here = includedIn(that);
    boolean there = that.includedIn(this);
    if (here) {
      return there ? Order.EQUAL : Order.BEFORE;
    }
    return there ? Order.AFTER : Order.CONCURRENT;
  }

  /// The counters in the order of their writers; unmodifiable, none is 0.
  public Map<WriterId, Long> counters() {
    return java.util.Collections.unmodifiableSortedMap(counters);
  }

  /// Whether nothing was seen.
  public boolean isEmpty() {
    return counters.isEmpty();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof VersionVector that && counters.equals(that.counters);
  }

  @Override
  public int hashCode() {
    return counters.hashCode();
  }

  @Override
  public String toString() {
    var text = new StringBuilder("{");
    counters.forEach(
        (writer, counter) ->
            text.append(text.length() > 1 ? " " : "")
                .append(new PeerId(writer.device()).brief())
                .append(writer.incarnation() == 0 ? "" : "." + writer.incarnation())
                .append(':')
                .append(counter));
    return text.append('}').toString();
  }
}
