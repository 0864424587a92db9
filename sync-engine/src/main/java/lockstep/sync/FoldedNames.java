package lockstep.sync;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import lockstep.base.Folding;
import lockstep.base.RelPath;

/// Finds, among the paths that stand on a disk, those that the disk takes for one with another.
/// Empty, and free of charge, on a disk that tells all names apart. Owned by the folder's loop.
final class FoldedNames {
  private final Folding folding;
  private final Map<String, Set<RelPath>> byKey = new HashMap<>();

  FoldedNames(Folding folding) {
    this.folding = folding;
  }

  Folding folding() {
    return folding;
  }

  /// The same for paths of one directory whose names are one here.
  String key(RelPath path) {
    return path.parent() + "/" + folding.key(path.name());
  }

  void add(RelPath path) {
    if (folding.isAny()) {
      byKey.computeIfAbsent(key(path), _ -> new HashSet<>(2)).add(path);
    }
  }

  void remove(RelPath path) {
    if (folding.isAny()) {
      byKey.computeIfPresent(
          key(path),
          (_, paths) -> {
            paths.remove(path);
            return paths.isEmpty() ? null : paths;
          });
    }
  }

  /// What stands under the name of a path in another spelling.
  Optional<RelPath> beside(RelPath path) {
    return folding.isAny()
        ? byKey.getOrDefault(key(path), Set.of()).stream()
            .filter(each -> !each.equals(path))
            .findFirst()
        : Optional.empty();
  }
}
