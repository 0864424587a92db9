package lockstep.sync;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import lockstep.base.Content;
import lockstep.base.Disk;
import lockstep.base.Node;
import lockstep.base.RelPath;
import lockstep.base.Version;
import lockstep.recovery.HistoryItem;

/// Decides what a wish to restore a path means: which nodes are to be at it and below it. Nothing
/// is chosen that would take something away; what is not in the choice stays as it is.
final class Choice {
  private final Timeline timeline;
  private final Past past;
  private final RelPath path;

  /// What stands at the path and below it now.
  private final Map<RelPath, Node> now;

  Choice(Timeline timeline, Map<RelPath, Node> now) {
    this.timeline = timeline;
    this.past = timeline.past();
    this.path = timeline.path();
    this.now = now;
  }

  /// @return a directory before what it holds; never empty
  NavigableMap<RelPath, Node> make(Restoration.Request request) throws UserException, IOException {
    if (request.at().isPresent()) {
      return of(
          past.tree(Past.until(request.at().get())),
          "nothing stood there at " + request.at().get());
    }
    if (request.version().isPresent()) {
      return version(request.version().get());
    }
    return now.containsKey(path) || path.isRoot() ? before() : deleted();
  }

  private NavigableMap<RelPath, Node> version(String id) throws UserException, IOException {
    List<Version> meant =
        timeline.all().stream().filter(version -> Timeline.id(version).startsWith(id)).toList();
    List<HistoryItem> kept =
        timeline.unpublished().stream().filter(item -> Timeline.id(item).equals(id)).toList();
    if (id.isEmpty() || meant.size() + kept.size() != 1) {
      throw new UserException(
          "'" + path + "' has no version '" + id + "'",
          meant.size() > 1 ? "several begin so" : "the ledger and the history know of none",
          "lockstep history " + path);
    }
    return kept.isEmpty() ? version(meant.getFirst()) : kept(kept.getFirst());
  }

  private NavigableMap<RelPath, Node> version(Version version) throws UserException {
    return switch (version.node()) {
      case Node.File _, Node.Symlink _ -> single(version.node());
      case Node.Directory _ -> of(past.tree(Past.upTo(version)), "it was empty then");
      case Node.Absent _ -> of(past.tree(past.before(version)), "nothing stood there before");
    };
  }

  /// Of what stands: the version before it.
  private NavigableMap<RelPath, Node> before() throws UserException, IOException {
    Node stands = now.getOrDefault(path, Node.ABSENT);
    if (path.isRoot() || stands instanceof Node.Directory) {
      throw new UserException(
          "'" + path + "' is a directory and stands",
          "a directory has no version of its own to go back to",
          "name a moment, as --at 2026-03-01T12:00:00Z, or a deleted file in it");
    }
    for (Version version : timeline.all().reversed()) {
      Node node = version.node();
      if (node.isLeaf() && !node.sameContent(stands)) {
        return single(node);
      }
    }
    return newestKept(stands);
  }

  private NavigableMap<RelPath, Node> newestKept(Node stands) throws UserException, IOException {
    for (HistoryItem item : timeline.unpublished().reversed()) {
      NavigableMap<RelPath, Node> kept = kept(item);
      if (!kept.firstEntry().getValue().sameContent(stands)) {
        return kept;
      }
    }
    throw nothing(
        stands.isLive() ? "it has no other version than the one that stands" : "it never was");
  }

  /// Of what stands no more: what stood there last, with all that went with it.
  private NavigableMap<RelPath, Node> deleted() throws UserException, IOException {
    NavigableMap<RelPath, Version> ledger = past.tree(_ -> true);
    if (!ledger.isEmpty()) {
      return absent(ledger); // the deletion is not published yet
    }
    Optional<Version> deletion = last(version -> !version.node().isLive());
    if (deletion.isPresent()) {
      NavigableMap<RelPath, Version> then = past.tree(past.before(deletion.get()));
      if (!then.isEmpty()) {
        return absent(then);
      }
    }
    return newestKept(Node.ABSENT);
  }

  /// The last version of the path; of a directory that was never published, of what it held.
  private Optional<Version> last(Predicate<Version> wanted) {
    List<Version> own = past.versions(path);
    var candidates =
        own.isEmpty()
            ? past.paths().stream().flatMap(each -> past.versions(each).stream())
            : own.stream();
    return candidates.filter(wanted).max(Version.PUBLICATION);
  }

  private NavigableMap<RelPath, Node> absent(NavigableMap<RelPath, Version> tree)
      throws UserException {
    var absent = new TreeMap<>(tree);
    absent.keySet().removeAll(now.keySet());
    return of(absent, "all of it stands already");
  }

  private NavigableMap<RelPath, Node> of(NavigableMap<RelPath, Version> tree, String ifEmpty)
      throws UserException {
    var nodes = new TreeMap<RelPath, Node>();
    tree.forEach(
        (each, version) -> {
          if (!each.isRoot()) {
            nodes.put(each, version.node());
          }
        });
    if (nodes.isEmpty()) {
      throw nothing(ifEmpty);
    }
    return nodes;
  }

  private NavigableMap<RelPath, Node> single(Node node) {
    return new TreeMap<>(Map.of(path, node));
  }

  private NavigableMap<RelPath, Node> kept(HistoryItem item) throws UserException, IOException {
    Optional<Content> content = timeline.folder().kept().content(item);
    if (content.isEmpty()) {
      throw nothing("its history item is gone");
    }
    Disk.Stat stat = item.stat();
    return single(Observed.file(stat, content.get()));
  }

  private UserException nothing(String why) {
    return new UserException(
        "there is nothing to restore of '" + path + "'", why, "lockstep history " + path);
  }
}
