package lockstep.sync;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import lockstep.base.Content;
import lockstep.base.Disk;
import lockstep.base.Node;
import lockstep.base.RelPath;
import org.jspecify.annotations.Nullable;

/// *Disk*, and in step with it the stores that are derived from it: the index, which spares a
/// restart the hashing, and the chunk store's knowledge of the contents that can be read here. The
/// index is written behind: what it misses costs a hash. Owned by the folder's loop.
final class KnownContents {
  /// Bounds what a crash makes this device hash again.
  private static final int UNINDEXED_MAX = 5000;

  /// So long nothing has to have happened, else whoever waits for files also waits for the index.
  private static final long CALM = Duration.ofSeconds(1).toNanos();

  private final FolderParts parts;
  private final DiskTree disk;
  private final Map<RelPath, Optional<Observed>> unindexed = new HashMap<>();

  /// What the index has just told, and need not be told again.
  private Map.@Nullable Entry<RelPath, Observed> recalled;

  /// Contents that lost a name.
  private final Set<Content> orphans = new HashSet<>();

  /// When the index is written, unless something happens before.
  private OptionalLong calmAt = OptionalLong.empty();

  KnownContents(FolderParts parts, DiskTree disk) {
    this.parts = parts;
    this.disk = disk;
  }

  /// A file that was hashed in an earlier run, or under another name, need not be read again.
  Optional<Node.File> recall(RelPath path, Disk.Stat stat) {
    Optional<Node.File> before =
        parts
            .index()
            .content(path, stat)
            .filter(parts::indexChunks)
            .map(content -> Observed.file(stat, content));
    if (before.isPresent()) {
      recalled = Map.entry(path, new Observed(stat, before.get()));
      return before;
    }
    return disk.withInode(stat.inode())
        .flatMap(disk::get)
        .filter(other -> other.unchanged(stat))
        .map(Observed::node)
        .filter(Node.File.class::isInstance)
        .map(Node.File.class::cast);
  }

  void put(RelPath path, Observed observed) {
    Node before = disk.node(path);
    disk.put(path, observed);
    orphaned(before);
    if (unindexed.containsKey(path) || !Map.entry(path, observed).equals(recalled)) {
      unindexed.put(path, Optional.of(observed));
    }
  }

  /// Forgets what was at a path and below it.
  ///
  /// @return the forgotten paths
  List<RelPath> remove(RelPath path) {
    List<Node> nodes = disk.below(path).stream().map(disk::node).toList();
    List<RelPath> gone = disk.remove(path);
    nodes.forEach(this::orphaned);
    gone.forEach(each -> unindexed.put(each, Optional.empty()));
    return gone;
  }

  private void orphaned(Node was) {
    if (was instanceof Node.File file) {
      orphans.add(file.content());
    }
  }

  /// Writes the index, if it misses much or there is time for it.
  ///
  /// @param idle whether nothing is being hashed or installed, of which this tree does not know yet
  void tidy(boolean idle, Clockwork clock) {
    if (idle) {
      forgetChunks();
    }
    if (!idle || unindexed.isEmpty()) {
      calmAt = OptionalLong.empty();
    } else if (calmAt.isEmpty()) {
      calmAt = OptionalLong.of(clock.now() + CALM);
    }
    boolean calm = calmAt.isPresent() && clock.now() - calmAt.getAsLong() >= 0;
    if (calm || unindexed.size() > UNINDEXED_MAX) {
      writeIndex();
    } else {
      clock.wakeAt(calmAt);
    }
  }

  /// Chunks are looked for only in contents that some file has. A content may have a new name that
  /// is not seen yet: who swaps two files gives both a new one.
  private void forgetChunks() {
    orphans.removeIf(content -> !disk.places(content).isEmpty());
    orphans.forEach(parts.chunks()::forget);
    orphans.clear();
  }

  void writeIndex() {
    if (!unindexed.isEmpty()) {
      parts.index().write(unindexed);
      parts.chunks().flush();
      unindexed.clear();
    }
  }
}
