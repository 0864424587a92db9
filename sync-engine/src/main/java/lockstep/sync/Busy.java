package lockstep.sync;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import lockstep.base.Disk;
import lockstep.base.RelPath;

/// The paths whose content is being hashed, or that a step is changing, at this moment. What is
/// seen of them meanwhile may be neither their old state nor their new one: they are not planned
/// until that has ended, and what was seen then needs another look. So does what was seen before a
/// step had changed it and is told after. Owned by the folder's loop.
final class Busy {
  /// What is being hashed, and the moment at which that began.
  private final Map<RelPath, Long> hashing = new HashMap<>();

  private final Set<RelPath> applying = new HashSet<>();

  /// The steps among them that are about a file, by the path under which it is known.
  private final Set<RelPath> files = new HashSet<>();

  private final Set<RelPath> respelling = new HashSet<>();
  private final Set<RelPath> sealing = new HashSet<>();
  private final Set<RelPath> lookAgain = new HashSet<>();

  /// When each look or walk was asked for that is under way.
  private final Deque<Long> looks = new ArrayDeque<>();

  /// What steps have changed while something was looked at or hashed, and when.
  private final Map<RelPath, Long> changed = new HashMap<>();

  /// Passes with each change.
  private long moment;

  // ---- Looks ---------------------------------------------------------------------------------

  /// A look or a walk is asked for. They are answered one after the other, in this order.
  void looking() {
    looks.add(moment);
  }

  /// The first of them is answered to its end.
  void looked() {
    looks.remove();
    forgetChanges();
  }

  /// Whether what is answered now may have been seen before a step changed it, or what it lies in.
  boolean isOldNews(RelPath path) {
    return !looks.isEmpty() && hasChangedSince(looks.peek(), path);
  }

  private boolean hasChangedSince(long then, RelPath path) {
    if (changed.isEmpty()) return false;
    for (RelPath each = path; !each.isRoot(); each = each.parent()) {
      if (changed.getOrDefault(each, then) > then) return true;
    }
    return false;
  }

  private void hasChanged(RelPath path) {
    if (!looks.isEmpty() || !hashing.isEmpty()) changed.put(path, ++moment);
  }

  private void forgetChanges() {
    if (looks.isEmpty() && hashing.isEmpty()) changed.clear();
  }

  // ---- Work ----------------------------------------------------------------------------------

  boolean has(RelPath path) {
    return isHashing(path) || isApplying(path);
  }

  boolean isHashing() {
    return !hashing.isEmpty();
  }

  boolean isHashing(RelPath path) {
    return hashing.containsKey(path);
  }

  boolean isApplying() {
    return !applying.isEmpty() || !sealing.isEmpty();
  }

  boolean isApplying(RelPath path) {
    return applying.contains(path) || sealing.contains(path) || isRespelling(path);
  }

  /// Whether the name of a directory in which a path lies is being spelled anew, or its own.
  boolean isRespelling(RelPath path) {
    return respelling.stream().anyMatch(path::startsWith);
  }

  /// Whether a step changes something below a path.
  boolean isApplyingBelow(RelPath directory) {
    return applying.stream().anyMatch(path -> path.startsWith(directory));
  }

  /// How many paths steps are changing.
  int applying() {
    return applying.size();
  }

  /// How many files steps are changing: no directories, and a file that moves is one.
  int files() {
    return files.size();
  }

  /// The path was seen while it was busy.
  void lookAgain(RelPath path) {
    lookAgain.add(path);
  }

  void hash(RelPath path) {
    hashing.put(path, moment);
  }

  /// Whether something below a path is being hashed.
  boolean isHashingBelow(RelPath directory) {
    return hashing.keySet().stream().anyMatch(path -> path.startsWith(directory));
  }

  /// Whether a step has changed where the path lies since it was to be hashed.
  boolean isOvertaken(RelPath path) {
    Long began = hashing.get(path);
    return began != null && hasChangedSince(began, path);
  }

  /// @return whether the path must be looked at again
  boolean hashed(RelPath path) {
    hashing.remove(path);
    forgetChanges();
    return lookAgain.remove(path);
  }

  void apply(Step step) {
    applying.addAll(changedBy(step));
    respelling.addAll(respelledBy(step));
    if (isOfFile(step)) files.add(step.path());
  }

  /// @param outcome what became of the step
  /// @return the step's paths that must be looked at again
  List<RelPath> applied(Step step, Step.Outcome outcome) {
    List<RelPath> concerned = changedBy(step);
    concerned.forEach(applying::remove);
    if (isOfFile(step)) files.remove(step.path());
    if (!(outcome instanceof Step.Outcome.Stale)) concerned.forEach(this::hasChanged);
    List<RelPath> respelled = respelledBy(step);
    respelled.forEach(respelling::remove);
    var again = new ArrayList<>(concerned.stream().filter(lookAgain::remove).toList());
    for (RelPath path : respelled.isEmpty() ? List.<RelPath>of() : List.copyOf(lookAgain)) {
      if (respelled.stream().anyMatch(path::startsWith) && lookAgain.remove(path)) again.add(path);
    }
    return again;
  }

  /// The path's mode is being changed, because somebody works on it elsewhere or does no more.
  void seal(RelPath path) {
    sealing.add(path);
  }

  /// @param isAnother whether the mode is another now
  /// @return whether the path must be looked at again
  boolean sealed(RelPath path, boolean isAnother) {
    sealing.remove(path);
    if (isAnother) hasChanged(path);
    return lookAgain.remove(path);
  }

  /// Of these paths a step changes all that is below them, too.
  private static List<RelPath> respelledBy(Step step) {
    return step instanceof Step.Respell(RelPath from, RelPath path, _)
        ? List.of(from, path)
        : List.of();
  }

  private static boolean isOfFile(Step step) {
    return switch (step) {
      case Step.Bookkeeping _, Step.MakeDirectory _, Step.Respell _ -> false;
      case Step.Install _, Step.Move _, Step.MakeSymlink _ -> true;
      case Step.SetMetadata metadata -> isFile(metadata.expected());
      case Step.Delete delete -> isFile(delete.expected());
      case Step.MoveAside aside -> isFile(aside.expected());
    };
  }

  private static boolean isFile(Disk.Stat stat) {
    return stat.kind() != Disk.Kind.DIRECTORY;
  }

  private static List<RelPath> changedBy(Step step) {
    return switch (step) {
      case Step.Bookkeeping _ -> List.of();
      case Step.Move move -> List.of(move.path(), move.from());
      case Step.Respell respell -> List.of(respell.path(), respell.from());
      default -> List.of(step.path());
    };
  }
}
