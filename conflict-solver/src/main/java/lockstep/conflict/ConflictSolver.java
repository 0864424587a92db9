package lockstep.conflict;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import lockstep.base.Node;
import lockstep.base.Version;
import lockstep.base.VersionVector;

/// Decides which version of a path is official and which ones become conflict copies.
///
/// The versions are folded in publication order, so the outcome is a function of their set. At each
/// step one *branch* is official and some others are losers. A branch is a version together with
/// those of equal content that raced with it: a writer who knew any of them knew the content, and
/// so supersedes the branch. The next version
///
/// - that supersedes the official branch becomes official, and losers stay: whoever saved the file
///   knew of the race at most by the copy beside it, and did not merge that;
/// - else replaces the losers that it supersedes, and then stands against the official: equal
///   content joins it, a deletion is dropped (edit beats delete), a live version beats an absent
///   one, a directory takes the name from a file, and whatever is left becomes a loser.
public final class ConflictSolver {
  private final List<Branch> losers = new ArrayList<>();
  private Branch official;
  private VersionVector history;

  private ConflictSolver(Version first) {
    official = new Branch(first);
    history = first.history();
  }

  /// Folds all versions of one path.
  ///
  /// @throws IllegalArgumentException if there is none
  public static Resolution resolve(Collection<Version> all) {
    if (all.isEmpty()) {
      throw new IllegalArgumentException("a path without versions has nothing to resolve");
    }
    List<Version> ordered = all.stream().sorted(Version.PUBLICATION).toList();
    var solver = new ConflictSolver(ordered.getFirst());
    ordered.stream().skip(1).forEach(solver::add);
    return solver.resolution();
  }

  private void add(Version version) {
    history = history.merge(version.history());
    if (official.isKnownTo(version)) {
      official = new Branch(version);
      return;
    }
    losers.removeIf(loser -> loser.isKnownTo(version));
    race(version);
  }

  private void race(Version version) {
    if (official.sameContent(version)) {
      official.join(version);
    } else if (takesName(version.node())) {
      if (official.node().isLive()) {
        losers.add(official);
      }
      official = new Branch(version);
    } else if (version.node().isLive()) {
      lose(version);
    }
  }

  private boolean takesName(Node node) {
    return node.isLive() && !official.node().isLive() || node instanceof Node.Directory;
  }

  private void lose(Version version) {
    for (Branch loser : losers) {
      if (loser.sameContent(version)) {
        loser.join(version);
        return;
      }
    }
    losers.add(new Branch(version));
  }

  private Resolution resolution() {
    var copies = losers.stream().map(Branch::first).sorted(Version.PUBLICATION).toList();
    return new Resolution(official.first(), history, copies);
  }

  /// Versions of one content that raced; the first published speaks for all.
  private static final class Branch {
    private final List<Version> twins = new ArrayList<>(1);

    Branch(Version first) {
      twins.add(first);
    }

    Version first() {
      return twins.getFirst();
    }

    Node node() {
      return first().node();
    }

    boolean sameContent(Version version) {
      return node().sameContent(version.node());
    }

    void join(Version version) {
      twins.add(version);
    }

    boolean isKnownTo(Version version) {
      return twins.stream().anyMatch(version::supersedes);
    }
  }
}
