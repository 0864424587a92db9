package lockstep.ledger;

import lockstep.base.Node;
import lockstep.base.RelPath;
import lockstep.base.VersionVector;

/// One path's next version.
///
/// @param path never the root, never reserved
/// @param node what stands there now; absent is a deletion
/// @param base the versions that the writer knew when it made this one, from
///   [GlobalTree#known(RelPath)]: they are superseded. The entry that carries the change adds
///   itself.
/// @param epoch of the lock under which it was saved, 0 for none: of versions that raced the one
///   with the higher epoch is official
public record Change(RelPath path, Node node, VersionVector base, long epoch) {
  public Change {
    if (path.isRoot() || path.isReserved()) {
      throw new IllegalArgumentException("'" + path + "' is never synced");
    }
    if (epoch < 0) {
      throw new IllegalArgumentException("a lock's epoch is not negative: " + epoch);
    }
  }

  /// A change that no lock fences.
  public Change(RelPath path, Node node, VersionVector base) {
    this(path, node, base, 0);
  }
}
