package lockstep.sync;

import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import lockstep.base.Disk;
import lockstep.base.Node;
import lockstep.base.RelPath;
import lockstep.lease.LockMode;
import org.jspecify.annotations.Nullable;

/// Which files stand read-only here because somebody else works on them, and the modes that they
/// have in truth: those alone are ever compared or published.
///
/// Thread-safe. The applier's thread changes it together with the disk; what the folder's loop
/// learns from markers of an earlier run it adds before the files are planned.
final class Seals {
  /// Modes in truth, by the path.
  private final Map<RelPath, Integer> sealed = new ConcurrentHashMap<>();

  /// Files beside which a marker stands, sealed or not.
  private final Set<RelPath> marked = ConcurrentHashMap.newKeySet();

  /// Sealed inodes as they were left, by number: their user may give them another name.
  private final Map<Long, Seal> inodes = new ConcurrentHashMap<>();

  private record Seal(Disk.Stat stat, int mode) {}

  boolean has(RelPath path) {
    return sealed.containsKey(path);
  }

  /// Whether the file is sealed or has a marker.
  boolean concerns(RelPath path) {
    return has(path) || marked.contains(path);
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

  /// A marker is about to stand, or was found.
  ///
  /// @return whether this was not known
  boolean mark(RelPath path) {
    return marked.add(path);
  }

  void unmark(RelPath path) {
    marked.remove(path);
  }

  /// @param mode in truth
  /// @param now with the mode that is shown
  void seal(RelPath path, int mode, Disk.Stat now) {
    inodes.put(now.inode(), new Seal(now, mode));
    sealed.put(path, mode);
  }

  /// A marker of an earlier run says that the file has this mode in truth.
  void learn(RelPath path, int mode) {
    sealed.put(path, mode);
  }

  /// The file has its mode again, or is no more.
  void open(RelPath path, Optional<Disk.Stat> before) {
    sealed.remove(path);
    before.ifPresent(stat -> inodes.remove(stat.inode()));
  }

  /// What was observed, with the mode that it has in truth.
  Observed inTruth(RelPath path, Observed seen) {
    if (sealed.isEmpty() && inodes.isEmpty() || !(seen.node() instanceof Node.File file)) {
      return seen;
    }
    Integer mode = sealed.get(path);
    if (mode == null) {
      mode = strayed(seen.stat());
      if (mode == null) return seen;
      sealed.put(path, mode);
    } else if (LockMode.locked(seen.stat().mode()) == seen.stat().mode()) {
      inodes.put(seen.stat().inode(), new Seal(seen.stat(), mode)); // of an earlier run's
    }
    int truth = LockMode.original(seen.stat().mode(), mode) & Node.MODE_MASK;
    return new Observed(seen.stat(), new Node.File(file.content(), file.modifiedNanos(), truth));
  }

  /// The mode of a sealed file that its user gave another name.
  private @Nullable Integer strayed(Disk.Stat now) {
    Seal seal = LockMode.locked(now.mode()) == now.mode() ? inodes.get(now.inode()) : null;
    return seal != null && new Observed(seal.stat, Node.ABSENT).sameInode(now) ? seal.mode : null;
  }
}
