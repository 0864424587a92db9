package lockstep.sync;

import java.util.HashMap;
import java.util.Map;
import lockstep.base.Node;
import lockstep.base.RelPath;

/// What members have and this device does not sync, because a rule says so. Keeps count of it, and
/// has *Applied* remember that a path was not looked after: that nothing stands there says nothing
/// then, once it is synced again. Owned by the folder's loop.
final class LeftOut {
  private final Trees trees;
  private final Applying applying;
  private final Map<RelPath, Long> files = new HashMap<>();
  private long bytes;

  LeftOut(Trees trees, Applying applying) {
    this.trees = trees;
    this.applying = applying;
  }

  /// The path is ignored.
  void ignores(RelPath path) {
    applying.lookAwayFrom(path);
    count(path, trees.global(path));
  }

  /// The path is synced.
  void syncs(RelPath path) {
    count(path, Node.ABSENT);
  }

  private void count(RelPath path, Node missing) {
    Long before = files.remove(path);
    bytes -= before == null ? 0 : before;
    if (missing instanceof Node.File file) {
      files.put(path, file.content().size());
      bytes += file.content().size();
    }
  }

  int files() {
    return files.size();
  }

  long bytes() {
    return bytes;
  }
}
