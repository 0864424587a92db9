package lockstep.sync;

import java.util.List;
import lockstep.base.VersionVector;
import lockstep.ledger.Head;
import lockstep.ledger.Ledger;
import org.jspecify.annotations.Nullable;

/// How far a member says that it is, and what that means by what the ledger knows now: an entry
/// that is unknown today may turn out to be of another branch of a forked chain.
final class Heard {
  private List<Head> heads = List.of();
  private VersionVector meaning = VersionVector.EMPTY;

  /// The ledger's frontier when `meaning` was found.
  private @Nullable VersionVector found;

  void hear(List<Head> now) {
    if (!now.equals(heads)) {
      heads = now;
      found = null;
    }
  }

  VersionVector in(Ledger ledger) {
    VersionVector frontier = ledger.frontier();
    if (found == null || !found.equals(frontier)) {
      meaning = ledger.reached(heads);
      found = frontier;
    }
    return meaning;
  }
}
