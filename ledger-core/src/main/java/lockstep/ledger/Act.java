package lockstep.ledger;

import java.util.Comparator;
import lockstep.base.Blake3;
import lockstep.base.PublicKey;
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

  /// @param writer the entry's writer, and `payload` what it states, as this ledger names things
  static Act of(Entry entry, WriterId writer, VersionVector past, Payload payload) {
    return new Act(writer, entry.sequence(), entry.clock(), entry.hash(), past, payload);
  }

  PublicKey author() {
    return writer.device();
  }

  boolean hasSeen(Act that) {
    return past.includes(that.writer, that.sequence);
  }

  /// Whether it has a say in who may do what.
  boolean isMembership() {
    return !(payload instanceof Payload.Changes || payload instanceof Payload.Quarantine);
  }
}
