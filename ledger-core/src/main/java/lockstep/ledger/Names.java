package lockstep.ledger;

import lockstep.base.Blake3;
import lockstep.base.PublicKey;
import lockstep.base.WriterId;

/// How version vectors name chains where (device, incarnation) is not enough, because that chain
/// forked. (A conflict copy has a name of yet another kind, see [CopyMark].)
///
/// *Here*, each further branch of a chain counts as a writer of its own, numbered as this ledger
/// came to know it. The branch that a ledger had first keeps the chain's own name. So another
/// ledger may call the two the other way round, and such a name never travels.
///
/// *In an entry*, a chain bears its own name if its author knew of no fork; what the author had
/// seen tells which branch it meant. An author who knew names the very entry instead, by its hash.
final class Names {
  /// A device's own incarnations are below.
  static final int INCARNATIONS = 1 << 30;

  private static final int PLACE = CopyMark.INCARNATION - 1;

  private Names() {}

  /// The name that a branch has here.
  static WriterId branch(PublicKey device, int number) {
    return new WriterId(device, INCARNATIONS + number);
  }

  static boolean isChain(WriterId name) {
    return name.incarnation() < INCARNATIONS;
  }

  /// The name that an entry has in other entries; with the counter 1 it stands for the entry and
  /// all before it in its chain.
  static WriterId place(Blake3 entry) {
    return new WriterId(PublicKey.of(entry.bytes()), PLACE);
  }

  static boolean isPlace(WriterId name) {
    return name.incarnation() == PLACE;
  }

  static Blake3 entry(WriterId place) {
    return Blake3.fromBytes(place.device().bytes(), 0);
  }

  /// Whether a name may stand in an entry's version vectors.
  static boolean travels(WriterId name) {
    return isChain(name) || isPlace(name) || CopyMark.isMark(name);
  }
}
