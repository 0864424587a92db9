package lockstep.recovery;

import java.time.Instant;
import lockstep.base.Disk;
import lockstep.base.RelPath;

/// A file or link that was replaced or deleted, kept as the very inode that stood there.
///
/// @param id names it for good; later items have greater ids
/// @param path where it stood; its place in the history, if a crash took the memory of that
/// @param displacedAt wall time, for people and for retention
/// @param stat as it was when it was displaced
public record HistoryItem(String id, RelPath path, Instant displacedAt, Disk.Stat stat) {
  /// Where its bytes are now.
  public RelPath place() {
    return History.FILES.resolve(id);
  }
}
