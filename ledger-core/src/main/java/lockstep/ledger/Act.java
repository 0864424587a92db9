package lockstep.ledger;

import java.util.Comparator;
import lockstep.base.Blake3;
import lockstep.base.VersionVector;
import lockstep.base.WriterId;

/// An entry as the membership sees it: who wrote it, where it stands in publication order, what it
/// had seen.
///
/// @param past everything its writer had seen, itself not included
record Act(
    WriterId writer, long sequence, long clock, Blake3 hash, VersionVector past, Payload payload) {
  /// Extends causality; the same on every device.
  static final Comparator<Act> PUBLICATION =
      Comparator.comparingLong(Act::clock).thenComparing(Act::hash);

  static Act of(Entry entry, VersionVector past) {
    return new Act(
        entry.writer(), entry.sequence(), entry.clock(), entry.hash(), past, entry.payload());
  }

  boolean hasSeen(Act that) {
    return past.includes(that.writer, that.sequence);
  }

  boolean isMembership() {
    return !(payload instanceof Payload.Changes);
  }
}
