package lockstep.conflict;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import lockstep.base.Node;
import lockstep.base.Version;
import lockstep.base.VersionVector;
import org.jspecify.annotations.Nullable;

/// What has become of the versions of a path, up to some point of publication order.
///
/// One *branch* is official and some others are losers. A branch is a version together with those
/// of equal content that raced with it: who replaces one of them replaces that content. The next
/// version first does away with what it replaces. If that was the official branch, it takes its
/// place. Else it stands against the official branch: equal content joins it, a deletion is dropped
/// (edit beats delete), a live version beats an absent one, a directory takes the name from a file,
/// a version that was saved under a later lock takes it from one that was not, and whatever is left
/// becomes a loser.
final class Fold {
  private final List<Branch> losers = new ArrayList<>();
  private @Nullable Branch official;
  private VersionVector history = VersionVector.EMPTY;

  /// The official branch's versions; none if there is nothing yet.
  Set<Version> underTheName() {
    return official == null ? Set.of() : official.versions();
  }

  /// Everything added, merged.
  VersionVector history() {
    return history;
  }

  /// @param replaced what stood under the name when its writer made the version
  void add(Version version, Set<Version> replaced) {
    history = history.merge(version.history());
    losers.removeIf(loser -> loser.isAmong(replaced));
    if (official == null || official.isAmong(replaced)) {
      official = new Branch(version);
    } else {
      race(version, official);
    }
  }

  private void race(Version version, Branch against) {
    if (against.sameContent(version)) {
      against.join(version);
    } else if (takesName(version, against)) {
      if (against.node().isLive()) {
        losers.add(against);
      }
      official = new Branch(version);
    } else if (version.node().isLive()) {
      lose(version);
    }
  }

  private static boolean takesName(Version version, Branch holder) {
    Node node = version.node();
    if (node instanceof Node.Directory || !node.isLive()) {
      return node.isLive();
    }
    boolean fenced = version.epoch() > holder.epoch() && !(holder.node() instanceof Node.Directory);
    return fenced || !holder.node().isLive();
  }

  /// Equal contents that raced are one loser. But who knew of the loser and gave the name its
  /// content again began something new: what became of the copy meanwhile says nothing about this
  /// version.
  private void lose(Version version) {
    for (Branch loser : losers) {
      if (loser.sameContent(version)) {
        if (version.supersedes(loser.first())) {
          losers.remove(loser);
          break;
        }
        loser.join(version);
        return;
      }
    }
    losers.add(new Branch(version));
  }

  /// @throws IllegalStateException if nothing was added
  Resolution resolution() {
    if (official == null) {
      throw new IllegalStateException("a path without versions has nothing to resolve");
    }
    var copies = losers.stream().map(Branch::first).sorted(Version.PUBLICATION).toList();
    return new Resolution(official.first(), history, copies);
  }

  /// Versions of one content that raced; the first published speaks for all.
  private static final class Branch {
    private final Version first;
    private final Set<Version> versions = Collections.newSetFromMap(new IdentityHashMap<>(2));

    Branch(Version first) {
      this.first = first;
      versions.add(first);
    }

    Version first() {
      return first;
    }

    /// A copy: branches grow.
    Set<Version> versions() {
      Set<Version> copy = Collections.newSetFromMap(new IdentityHashMap<>(2));
      copy.addAll(versions);
      return copy;
    }

    Node node() {
      return first.node();
    }

    /// The latest lock that any of them was saved under.
    long epoch() {
      return versions.stream().mapToLong(Version::epoch).max().orElse(0);
    }

    boolean sameContent(Version version) {
      return node().sameContent(version.node());
    }

    void join(Version version) {
      versions.add(version);
    }

    boolean isAmong(Set<Version> replaced) {
      return versions.stream().anyMatch(replaced::contains);
    }
  }
}
