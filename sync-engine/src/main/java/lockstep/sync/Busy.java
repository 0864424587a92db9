package lockstep.sync;

import java.util.HashSet;
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
    if (!(step instanceof Step.Record)) {
      applying.add(step.path());
    }
    if (step instanceof Step.Move move) {
      applying.add(move.from());
    }
  }

  /// @return whether the step's path must be looked at again
  boolean applied(Step step) {
    applying.remove(step.path());
    if (step instanceof Step.Move move) {
      applying.remove(move.from());
    }
    return lookAgain.remove(step.path());
  }
}
