package lockstep.sync.watch;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import lockstep.base.RelPath;
import org.jspecify.annotations.Nullable;

/// Which path each watch descriptor stands for. A descriptor stays with its directory wherever that
/// is moved, so this is a tree of names in which a moved directory takes along all below it, and
/// not a table of paths. Not thread-safe.
final class WatchTree {
  private static final int NONE = -1;

  private final Map<Integer, Place> byDescriptor = new HashMap<>();
  private final Place root = new Place("");

  /// A directory, or a stretch of way to one (without a watch of its own).
  private static final class Place {
    private String name;
    private @Nullable Place parent;
    private int descriptor = NONE;
    private @Nullable Map<String, Place> children;

    private Place(String name) {
      this.name = name;
    }

    private @Nullable Place child(String name) {
      return children == null ? null : children.get(name);
    }

    private Place link(Place child, String name) {
      if (children == null) {
        children = new HashMap<>(4);
      }
      child.parent = this;
      child.name = name;
      children.put(name, child);
      return child;
    }

    private void unlink() {
      if (parent != null && parent.children != null) {
        parent.children.remove(name);
        parent = null;
      }
    }
  }

  /// A directory that was moved away, to where is not known yet; it has no path until then.
  static final class Departed {
    private final Place place;

    private Departed(Place place) {
      this.place = place;
    }
  }

  /// Directories watched.
  int size() {
    return byDescriptor.size();
  }

  boolean isRoot(int descriptor) {
    return root.descriptor == descriptor;
  }

  /// Where the directory is now; empty for an unknown descriptor and for a departed directory.
  Optional<RelPath> path(int descriptor) {
    Place place = byDescriptor.get(descriptor);
    if (place == null) {
      return Optional.empty();
    }
    Deque<String> names = new ArrayDeque<>();
    for (; place.parent != null; place = place.parent) {
      names.push(place.name);
    }
    return place == root ? Optional.of(RelPath.of(String.join("/", names))) : Optional.empty();
  }

  /// Records that a directory is watched; if the descriptor is known under another path, it was
  /// moved, and what is below it with it.
  ///
  /// @return descriptors that were watched at this path until now and are forgotten: end them
  List<Integer> put(RelPath path, int descriptor) {
    Place known = byDescriptor.get(descriptor);
    if (known != null && path(descriptor).equals(Optional.of(path))) {
      return List.of();
    }
    if (path.isRoot()) {
      root.descriptor = descriptor;
      byDescriptor.put(descriptor, root);
      return List.of();
    }
    if (known != null) {
      return place(known, path);
    }
    Place parent = reach(path.parent());
    Place here = parent.child(path.name());
    if (here != null && here.descriptor == NONE) {
      here.descriptor = descriptor;
      byDescriptor.put(descriptor, here);
      return List.of();
    }
    Place fresh = new Place(path.name());
    fresh.descriptor = descriptor;
    byDescriptor.put(descriptor, fresh);
    return place(fresh, path);
  }

  /// Takes a directory that was moved away out of the tree; empty if neither it nor anything below
  /// is watched.
  Optional<Departed> depart(RelPath path) {
    Place place = find(path);
    if (place == null || place == root) {
      return Optional.empty();
    }
    place.unlink();
    return Optional.of(new Departed(place));
  }

  /// Puts a departed directory back in where it arrived.
  ///
  /// @return descriptors that were watched at this path until now and are forgotten: end them
  List<Integer> arrive(Departed departed, RelPath path) {
    return place(departed.place, path);
  }

  /// Forgets a directory that left for good.
  ///
  /// @return its descriptors and those below it: end them
  List<Integer> release(Departed departed) {
    // Found again meanwhile, by a scan of where it went.
    return departed.place.parent == null ? release(departed.place) : List.of();
  }

  /// Forgets the watch of a directory that is no more.
  void forget(int descriptor) {
    Place place = byDescriptor.remove(descriptor);
    if (place != null) {
      place.descriptor = NONE;
      prune(place);
    }
  }

  private void prune(Place place) {
    for (Place empty = place; empty != root && isBare(empty); ) {
      Place parent = empty.parent;
      empty.unlink();
      if (parent == null) {
        return;
      }
      empty = parent;
    }
  }

  private static boolean isBare(Place place) {
    return place.descriptor == NONE && (place.children == null || place.children.isEmpty());
  }

  private List<Integer> place(Place moved, RelPath path) {
    moved.unlink();
    Place parent = reach(path.parent());
    Place displaced = parent.child(path.name());
    parent.link(moved, path.name());
    if (displaced == null || displaced == moved) {
      return List.of();
    }
    displaced.parent = null;
    return release(displaced);
  }

  private List<Integer> release(Place top) {
    List<Integer> released = new ArrayList<>();
    Deque<Place> places = new ArrayDeque<>();
    places.push(top);
    while (!places.isEmpty()) {
      Place place = places.pop();
      if (place.descriptor != NONE) {
        released.add(place.descriptor);
        byDescriptor.remove(place.descriptor);
        place.descriptor = NONE;
      }
      if (place.children != null) {
        places.addAll(place.children.values());
      }
    }
    return released;
  }

  private @Nullable Place find(RelPath path) {
    Place here = root;
    for (String name : names(path)) {
      here = here == null ? null : here.child(name);
    }
    return here;
  }

  private Place reach(RelPath path) {
    Place here = root;
    for (String name : names(path)) {
      Place next = here.child(name);
      here = next != null ? next : here.link(new Place(name), name);
    }
    return here;
  }

  private static String[] names(RelPath path) {
    return path.isRoot() ? new String[0] : path.toString().split("/");
  }
}
