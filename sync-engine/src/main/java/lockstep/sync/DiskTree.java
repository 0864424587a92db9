package lockstep.sync;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import lockstep.base.Content;
import lockstep.base.Disk;
import lockstep.base.Folding;
import lockstep.base.Node;
import lockstep.base.RelPath;

/// *Disk*: what was last observed at every path of a folder. The folder's loop owns it; only
/// [#places] may be asked from other threads.
final class DiskTree {
  private final NavigableMap<RelPath, Observed> nodes = new TreeMap<>();
  private final Map<RelPath, Set<RelPath>> children = new HashMap<>();
  private final Map<Long, RelPath> byInode = new HashMap<>();
  private final Map<Content, List<Place>> byContent = new ConcurrentHashMap<>();
  private final FoldedNames names;
  private long files;

  /// @param folding which names are one on this disk
  DiskTree(Folding folding) {
    this.names = new FoldedNames(folding);
  }

  /// Which of the paths that stand are one to the disk.
  FoldedNames names() {
    return names;
  }

  /// A file that held a content when it was last looked at.
  record Place(RelPath path, Disk.Stat stat) {}

  Optional<Observed> get(RelPath path) {
    return Optional.ofNullable(nodes.get(path));
  }

  /// The node at a path, absent where nothing was observed.
  Node node(RelPath path) {
    Observed observed = nodes.get(path);
    return observed == null ? Node.ABSENT : observed.node();
  }

  void put(RelPath path, Observed observed) {
    Observed was = nodes.put(path, observed);
    if (was == null) {
      children.computeIfAbsent(path.parent(), _ -> new HashSet<>(4)).add(path);
      names.add(path);
    }
    unlink(path, was);
    if (observed.node() instanceof Node.File file) {
      files++;
      byInode.put(observed.stat().inode(), path);
      byContent.compute(file.content(), (_, places) -> plus(places, path, observed.stat()));
    }
  }

  /// Forgets what was at a path and below it.
  ///
  /// @return the forgotten paths
  List<RelPath> remove(RelPath path) {
    var gone = below(path);
    for (RelPath each : gone) {
      unlink(each, nodes.remove(each));
      names.remove(each);
      children.computeIfPresent(
          each.parent(),
          (_, siblings) -> {
            siblings.remove(each);
            return siblings.isEmpty() ? null : siblings;
          });
    }
    return gone;
  }

  /// What was observed directly in a directory.
  Set<RelPath> children(RelPath directory) {
    return Collections.unmodifiableSet(children.getOrDefault(directory, Set.of()));
  }

  /// The paths of the subtree that begins at a path, itself included if it was observed, parents
  /// first.
  List<RelPath> below(RelPath path) {
    var found = new ArrayList<RelPath>();
    for (RelPath each : nodes.tailMap(path, true).keySet()) {
      if (!each.startsWith(path)) {
        break; // '/' sorts before every other character, so a subtree is one run
      }
      found.add(each);
    }
    return found;
  }

  /// The file that has this inode now, if its name was another when last looked at.
  Optional<RelPath> withInode(long inode) {
    return Optional.ofNullable(byInode.get(inode));
  }

  /// Files that hold a content. Thread-safe.
  List<Place> places(Content content) {
    return byContent.getOrDefault(content, List.of());
  }

  /// What was observed at a path and below it, parents first.
  Map<RelPath, Observed> copy(RelPath from) {
    if (from.isRoot()) {
      return new TreeMap<>(nodes);
    }
    var copy = new TreeMap<RelPath, Observed>();
    below(from).forEach(path -> get(path).ifPresent(observed -> copy.put(path, observed)));
    return copy;
  }

  long files() {
    return files;
  }

  void forEachFile(BiConsumer<RelPath, Node.File> visitor) {
    nodes.forEach(
        (path, observed) -> {
          if (observed.node() instanceof Node.File file) {
            visitor.accept(path, file);
          }
        });
  }

  private void unlink(RelPath path, @org.jspecify.annotations.Nullable Observed was) {
    if (was != null && was.node() instanceof Node.File file) {
      files--;
      byInode.remove(was.stat().inode(), path);
      byContent.computeIfPresent(file.content(), (_, places) -> minus(places, path));
    }
  }

  private static List<Place> plus(
      @org.jspecify.annotations.Nullable List<Place> places, RelPath path, Disk.Stat stat) {
    if (places == null) {
      return List.of(new Place(path, stat));
    }
    var more = new ArrayList<>(places);
    more.removeIf(place -> place.path().equals(path));
    if (more.size() < PLACES_MAX) {
      more.add(new Place(path, stat));
    }
    return List.copyOf(more);
  }

  /// A content with very many names needs only some of them remembered.
  private static final int PLACES_MAX = 8;

  private static @org.jspecify.annotations.Nullable List<Place> minus(
      List<Place> places, RelPath path) {
    var fewer = places.stream().filter(place -> !place.path().equals(path)).toList();
    return fewer.isEmpty() ? null : fewer;
  }
}
