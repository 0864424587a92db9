package lockstep.sync;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import lockstep.base.Folding;
import lockstep.base.Node;
import lockstep.base.RelPath;

/// Paths that a disk takes for one, `A.txt` and `a.txt` where it folds case: says which of them may
/// stand here, and which wait for it to go. The one that stands stays; of those that are yet to
/// come, the one that was planned first comes, unless that fails, and what is learned at once is
/// planned in the order of the names. Owned by the folder's loop.
final class Namesakes {
  private final Trees trees;
  private final Predicate<RelPath> fails;
  private final DiskTree disk;
  private final Folding folding;
  private final Map<String, RelPath> coming = new HashMap<>();
  private final Map<RelPath, Set<RelPath>> waiting = new HashMap<>();

  /// @param fails whether what belongs at a path was tried to be brought there in vain
  Namesakes(Trees trees, Predicate<RelPath> fails) {
    this.trees = trees;
    this.fails = fails;
    this.disk = trees.disk();
    this.folding = disk.names().folding();
  }

  /// Keeps a decision from putting onto the disk what cannot stand there now.
  Decision judge(Decision decision) {
    RelPath path = decision.path();
    if (!folding.isAny() || !makes(decision) || disk.get(path).isPresent()) {
      return decision;
    }
    return inTheWay(path)
        .filter(other -> !isRenamed(other, decision))
        .<Decision>map(other -> new Decision.Taken(path, other, reason(path, other)))
        .orElse(decision);
  }

  private static boolean makes(Decision decision) {
    return decision instanceof Decision.Download
        || decision instanceof Decision.MakeDirectory
        || decision instanceof Decision.MakeSymlink;
  }

  /// What has, or is about to get, the name of a path or of a directory on the way to it; or what
  /// of these has a name that the disk cannot spell.
  private Optional<RelPath> inTheWay(RelPath path) {
    if (path.isRoot() || disk.get(path).isPresent()) {
      return Optional.empty();
    }
    Optional<RelPath> above = inTheWay(path.parent());
    if (above.isPresent() || !folding.spelling(path.name()).equals(path.name())) {
      return above.or(() -> Optional.of(path));
    }
    return disk.names().beside(path).or(() -> comingBeside(path));
  }

  private Optional<RelPath> comingBeside(RelPath path) {
    return Optional.ofNullable(coming.get(disk.names().key(path)))
        .filter(other -> !other.equals(path) && isStillComing(other));
  }

  private boolean isStillComing(RelPath path) {
    return disk.get(path).isEmpty() && !fails.test(path) && makes(bare(path));
  }

  private Decision bare(RelPath path) {
    return Planner.decide(path, trees.global(path), disk.node(path), trees.applied(path));
  }

  /// Whether what stands in the way is the same under its old name: then it is renamed.
  private boolean isRenamed(RelPath other, Decision decision) {
    Node wanted = trees.global(decision.path());
    Node stands = disk.node(other);
    boolean same =
        stands instanceof Node.Directory
            ? wanted instanceof Node.Directory
            : wanted instanceof Node.File && stands.sameContent(wanted);
    return same
        && other.parent().equals(decision.path().parent())
        && bare(other) instanceof Decision.Delete;
  }

  private String reason(RelPath path, RelPath other) {
    String spelling = folding.spelling(other.name());
    String why =
        spelling.equals(other.name())
            ? "this disk takes its name for that of '%s'; rename one of them".formatted(other)
            : "this disk cannot spell its name so, but only as '%s'; rename it".formatted(spelling);
    return path.parent().equals(other.parent())
        ? "cannot stand here: " + why
        : "cannot stand here, for a directory on the way cannot: " + why;
  }

  /// Notes what was decided of a path.
  void decided(Decision decision) {
    if (!folding.isAny()) {
      return;
    }
    if (decision instanceof Decision.Taken(RelPath path, RelPath by, _)) {
      waiting.computeIfAbsent(by, _ -> new TreeSet<>()).add(path);
    } else if (makes(decision)) {
      coming.put(disk.names().key(decision.path()), decision.path());
    }
  }

  /// What waits for any of these paths, which are about to be planned: it must be planned, too.
  Collection<RelPath> waitingFor(Collection<RelPath> paths) {
    if (waiting.isEmpty()) {
      return List.of();
    }
    var found = new ArrayList<RelPath>();
    for (RelPath path : paths) {
      Set<RelPath> waiters = waiting.remove(path);
      if (waiters != null) {
        found.addAll(waiters);
      }
    }
    return found;
  }
}
