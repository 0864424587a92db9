package lockstep.sync;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import lockstep.base.RelPath;

/// The paths whose content is being hashed, or that a step is changing, at this moment. What is
/// seen of them meanwhile may be neither their old state nor their new one: they are not planned
/// until that has ended, and what was seen then needs another look. Owned by the folder's loop.
final class Busy {
  private final Set<RelPath> hashing = new HashSet<>();
  private final Set<RelPath> applying = new HashSet<>();
  private final Set<RelPath> lookAgain = new HashSet<>();

  boolean has(RelPath path) {
    return isHashing(path) || isApplying(path);
  }

  boolean isHashing() {
    return !hashing.isEmpty();
  }

  boolean isHashing(RelPath path) {
    return hashing.contains(path);
  }

  boolean isApplying() {
    return !applying.isEmpty();
  }

  boolean isApplying(RelPath path) {
    return applying.contains(path);
  }

  /// How many paths steps are changing.
  int applying() {
    return applying.size();
  }

  /// The path was seen while it was busy.
  void lookAgain(RelPath path) {
    lookAgain.add(path);
  }

  void hash(RelPath path) {
    hashing.add(path);
  }

  /// @return whether the path must be looked at again
  boolean hashed(RelPath path) {
    hashing.remove(path);
    return lookAgain.remove(path);
  }

  void apply(Step step) {
    applying.addAll(changedBy(step));
  }

  /// @return the step's paths that must be looked at again
  List<RelPath> applied(Step step) {
    List<RelPath> changed = changedBy(step);
    changed.forEach(applying::remove);
    return changed.stream().filter(lookAgain::remove).toList();
  }

  private static List<RelPath> changedBy(Step step) {
    return switch (step) {
      case Step.Bookkeeping _ -> List.of();
      case Step.Move move -> List.of(move.path(), move.from());
      default -> List.of(step.path());
    };
  }
}
