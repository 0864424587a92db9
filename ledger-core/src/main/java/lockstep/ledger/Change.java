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
public record Change(RelPath path, Node node, VersionVector base) {
  public Change {
    if (path.isRoot() || path.isReserved()) {
      throw new IllegalArgumentException("'" + path + "' is never synced");
    }
  }
}
