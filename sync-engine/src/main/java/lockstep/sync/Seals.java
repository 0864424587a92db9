package lockstep.sync;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import lockstep.base.Disk;
import lockstep.base.Node;
import lockstep.base.RelPath;
import lockstep.lease.LockMarker;
import lockstep.lease.LockMode;
import org.jspecify.annotations.Nullable;

/// Which files stand read-only here because somebody else works on them, and the modes that they
/// have in truth: those alone are ever compared or published.
///
/// A sealed file is known by its path, and by its inode where its user gave it another name. Its
/// marker stays at the first path until the mode is back, wherever that is.
///
/// Thread-safe. The applier's thread changes it together with the disk; what the folder's loop
/// learns from markers of an earlier run it adds before the files are planned.
final class Seals {
  /// Modes in truth, by the path.
  private final Map<RelPath, Integer> sealed = new ConcurrentHashMap<>();

  /// Files beside which a marker stands, sealed or not.
  private final Set<RelPath> marked = ConcurrentHashMap.newKeySet();

  /// Sealed inodes by number.
  private final Map<Long, Seal> inodes = new ConcurrentHashMap<>();

  /// An inode that was made read-only.
  ///
  /// @param home the path beside which its marker stands
  /// @param mode in truth
  record Seal(long inode, RelPath home, int mode) {
    Seal respelled(RelPath from, RelPath to) {
      return home.startsWith(from) ? new Seal(inode, home.rebase(from, to), mode) : this;
    }

    /// Whether what stands at a path is this file. A number is soon another file's, which nobody
    /// has made read-only: under another name it must be just as the lock left it.
    boolean isAt(RelPath path, Disk.Stat stat) {
      boolean same = stat.kind() == Disk.Kind.FILE && stat.inode() == inode;
      int found = stat.mode();
      return same
          && (path.equals(home) ? found == LockMode.locked(found) : LockMode.isLocked(found, mode));
    }
  }

  boolean has(RelPath path) {
    return sealed.containsKey(path);
  }

  /// Whether something is to be done once nobody else works on the file: it is sealed, or a marker
  /// stands there that no file elsewhere needs.
  boolean concerns(RelPath path) {
    return has(path) || marked.contains(path) && !hasStray(path);
  }

  /// Whether the marker of a path is that of a file which is not known to have its mode again.
  boolean hasStray(RelPath home) {
    return inodes.values().stream().anyMatch(seal -> seal.home.equals(home) && !has(home));
  }

  OptionalInt mode(RelPath path) {
    Integer mode = sealed.get(path);
    return mode == null ? OptionalInt.empty() : OptionalInt.of(mode);
  }

  /// Files that are sealed or have a marker; a copy.
  Set<RelPath> paths() {
    if (sealed.isEmpty() && marked.isEmpty()) return Set.of();
    var paths = new HashSet<>(sealed.keySet());
    paths.addAll(marked);
    return paths;
  }

  /// All inodes that are sealed; a copy.
  List<Seal> inodes() {
    return inodes.isEmpty() ? List.of() : List.copyOf(inodes.values());
  }

  /// A marker is about to stand.
  void mark(RelPath path) {
    marked.add(path);
  }

  void unmark(RelPath path) {
    marked.remove(path);
  }

  /// The file is made read-only, or its marker says that it was.
  ///
  /// @param mode in truth
  void seal(RelPath path, int mode, long inode) {
    know(new Seal(inode, path, mode));
    sealed.put(path, mode);
  }

  /// An earlier run made it read-only; whether it still is shows where it is found.
  void know(Seal seal) {
    if (seal.inode != 0) inodes.put(seal.inode, seal);
  }

  /// A marker was found.
  ///
  /// @param inode of what stands beside it; another than the marker's was put there since, by a
  ///   step that a crash cut off or by the user, and is not read-only
  /// @return whether it was not known: an earlier run left it
  boolean learn(RelPath path, LockMarker marker, OptionalLong inode) {
    if (!marked.add(path)) {
      return false;
    }
    if (inode.equals(OptionalLong.of(marker.inode()))) {
      seal(path, marker.originalMode(), marker.inode());
    } else {
      know(new Seal(marker.inode(), path, marker.originalMode()));
    }
    return true;
  }

  /// What stands at the path is not what was sealed there, or is no more.
  void left(RelPath path) {
    sealed.remove(path);
  }

  /// The file has its mode again, durably.
  void open(RelPath path, Disk.Stat stat) {
    sealed.remove(path);
    inodes.remove(stat.inode());
  }

  /// A directory's name is spelled anew: what is sealed below it has gone along, and the markers.
  void respelled(RelPath from, RelPath to) {
    for (RelPath path : paths()) {
      if (path.startsWith(from)) {
        Integer mode = sealed.remove(path);
        if (mode != null) sealed.put(path.rebase(from, to), mode);
        if (marked.remove(path)) marked.add(path.rebase(from, to));
      }
    }
    inodes.replaceAll((inode, seal) -> seal.respelled(from, to));
  }

  /// The file is nowhere.
  void forget(Seal seal) {
    inodes.remove(seal.inode, seal);
  }

  /// What was observed, with the mode that it has in truth.
  Observed inTruth(RelPath path, Observed seen) {
    if (sealed.isEmpty() && inodes.isEmpty() || !(seen.node() instanceof Node.File file)) {
      return seen;
    }
    Integer mode = sealed.get(path);
    if (mode == null) {
      mode = strayed(path, seen.stat());
      if (mode == null) return seen;
      sealed.put(path, mode);
    }
    int truth = LockMode.original(seen.stat().mode(), mode) & Node.MODE_MASK;
    return new Observed(seen.stat(), new Node.File(file.content(), file.modifiedNanos(), truth));
  }

  /// The mode of a sealed file that its user gave another name.
  private @Nullable Integer strayed(RelPath path, Disk.Stat now) {
    Seal seal = inodes.get(now.inode());
    return seal != null && seal.isAt(path, now) ? seal.mode : null;
  }
}
