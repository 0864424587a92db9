package lockstep.sync;

import lockstep.base.Disk;
import lockstep.base.Node;

/// What was last observed at a path: what `lstat` said and the node it stood for. While `lstat`
/// says the same, the node needs no second look.
record Observed(Disk.Stat stat, Node node) {

  /// Whether `now` is, as far as the platform can tell, the very inode in the very state that was
  /// observed. The link count is left out: a second name changes no content. The mode is compared
  /// beside the time of the inode's change, for two changes may fall into one tick of the clock.
  boolean unchanged(Disk.Stat now) {
    return sameInode(now) && stat.changedNanos() == now.changedNanos() && stat.mode() == now.mode();
  }

  /// Whether `now` is this file under another name: renaming may touch the change time, nothing
  /// else.
  boolean sameInode(Disk.Stat now) {
    return stat.kind() == now.kind()
        && stat.size() == now.size()
        && stat.modifiedNanos() == now.modifiedNanos()
        && stat.inode() == now.inode()
        && stat.device() == now.device();
  }

  /// The file node that a stat and a content make.
  static Node.File file(Disk.Stat stat, lockstep.base.Content content) {
    return new Node.File(content, stat.modifiedNanos(), stat.mode() & Node.MODE_MASK);
  }
}
