package lockstep.sync;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
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
  private final Map<RelPath, Observed> nodes = new HashMap<>();

  /// By the directory, those on the way to what was observed too.
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
      join(path);
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
    for (RelPath each : gone.reversed()) {
      unlink(each, nodes.remove(each));
      names.remove(each);
      part(each);
    }
    return gone;
  }

  /// The news of a directory may come after that of what it holds.
  private void join(RelPath path) {
    RelPath each = path;
    while (children.computeIfAbsent(each.parent(), _ -> new HashSet<>(4)).add(each)) {
      each = each.parent();
      if (each.isRoot()) return;
    }
  }

  private void part(RelPath path) {
    RelPath each = path;
    while (!each.isRoot() && !nodes.containsKey(each) && !children.containsKey(each)) {
      RelPath parent = each.parent();
      Set<RelPath> siblings = children.getOrDefault(parent, Set.of());
      siblings.remove(each);
      if (!siblings.isEmpty()) return;
      children.remove(parent);
      each = parent;
    }
  }

  /// What was observed directly in a directory; a copy.
  List<RelPath> children(RelPath directory) {
    return children.getOrDefault(directory, Set.of()).stream().filter(nodes::containsKey).toList();
  }

  /// The paths of the subtree that begins at a path, itself included if it was observed, parents
  /// first.
  List<RelPath> below(RelPath path) {
    var found = new ArrayList<RelPath>();
    collect(path, found);
    return found;
  }

  private void collect(RelPath path, List<RelPath> found) {
    if (nodes.containsKey(path)) found.add(path);
    children.getOrDefault(path, Set.of()).stream().sorted().forEach(each -> collect(each, found));
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
