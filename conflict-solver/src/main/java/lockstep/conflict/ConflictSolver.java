package lockstep.conflict;

import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import lockstep.base.Version;

/// Decides which version of a path is official and which ones become conflict copies.
///
/// The versions are folded in publication order (see [Fold]), so the outcome is a function of their
/// set. What a version replaces is what its writer saw under the name: the official version among
/// those it knew. It does not replace whatever else the writer knew of. If that was a conflict copy
/// beside the file, or has meanwhile turned out to be the official version after all, then nobody
/// meant to overwrite it.
public final class ConflictSolver {
  private final List<Version> ordered;
  private final Map<Version, Set<Version>> replaced = new IdentityHashMap<>();

  private ConflictSolver(List<Version> ordered) {
    this.ordered = ordered;
  }

  /// Folds all versions of one path.
  ///
  /// @throws IllegalArgumentException if there is none
  public static Resolution resolve(Collection<Version> all) {
    if (all.isEmpty()) {
      throw new IllegalArgumentException("a path without versions has nothing to resolve");
    }
    return new ConflictSolver(all.stream().sorted(Version.PUBLICATION).toList()).resolve();
  }

  private Resolution resolve() {
    var fold = new Fold();
    for (int i = 0; i < ordered.size(); i++) {
      Version version = ordered.get(i);
      // Nearly every version knows all that came before it.
      boolean knewAll = fold.history().includedIn(version.history());
      Fold view = knewAll ? fold : viewOf(version, ordered.subList(0, i));
      replaced.put(version, view.underTheName());
      fold.add(version, view.underTheName());
    }
    return fold.resolution();
  }

  /// What the version's writer knew. That depends on nothing else: what it knew is before it in
  /// publication order, which extends causality.
  private Fold viewOf(Version version, List<Version> before) {
    var view = new Fold();
    for (Version earlier : before) {
      if (version.supersedes(earlier)) {
        view.add(earlier, replaced.getOrDefault(earlier, Set.of()));
      }
    }
    return view;
  }
}
