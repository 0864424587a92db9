package lockstep.ledger;

import lockstep.base.VersionVector;
import lockstep.base.WriterId;

/// A chain without forks: all of a chain that never forked, or one branch of one that did.
///
/// @param chain as entries name it
/// @param name as version vectors of this ledger name it, see [Names]
/// @param trunk what of the chain is before the branch: this lane's entries build on it
/// @param first the number of the first entry that belongs to it
record Lane(WriterId chain, WriterId name, VersionVector trunk, long first) {
  /// The one that keeps the chain's name.
  static Lane main(WriterId chain) {
    return new Lane(chain, chain, VersionVector.EMPTY, 1);
  }

  boolean isMain() {
    return name.equals(chain);
  }

  /// Its entries up to one, and those of the chain that they build on.
  VersionVector upTo(long sequence) {
    return trunk.with(name, sequence);
  }

  /// The same, when all that it can be is a place in the trunk or in this lane.
  VersionVector path(long sequence) {
    return sequence >= first ? upTo(sequence) : cut(sequence);
  }

  private VersionVector cut(long sequence) {
    var cut = VersionVector.EMPTY;
    for (var counter : trunk.counters().entrySet()) {
      cut = cut.with(counter.getKey(), Math.min(counter.getValue(), sequence));
    }
    return cut;
  }
}
