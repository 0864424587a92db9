package lockstep.sync;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import lockstep.base.Node;
import lockstep.base.RelPath;
import lockstep.ledger.Change;
import lockstep.ledger.Entry;
import lockstep.ledger.Payload;

/// What people did, as far as entries of the ledger tell: whether a path was new, and what it was
/// called before. An entry states only what stands now, so that older ones are read for what stood
/// before, as far back as [#READ_BACK_MAX]; where they do not tell, a path counts as changed.
final class Doings {
  /// Entries that are read for what stood before, beyond those that are asked about.
  static final int READ_BACK_MAX = 2_000;

  private final List<Entry> entries = new ArrayList<>();

  /// Changes that have a base, until an entry that is in it tells of the same path.
  private final Map<RelPath, List<Change>> open = new HashMap<>();

  private final Map<Change, Node> before = new HashMap<>();

  private Doings() {}

  /// @param newestFirst all entries of a ledger
  /// @param limit how many of them are asked about
  static Doings read(Iterator<Entry> newestFirst, long limit) {
    var doings = new Doings();
    for (long read = 0; newestFirst.hasNext(); read++) {
      boolean asked = read < limit;
      if (!asked && (doings.open.isEmpty() || read - limit >= READ_BACK_MAX)) break;
      doings.read(newestFirst.next(), asked);
    }
    return doings;
  }

  private void read(Entry entry, boolean asked) {
    if (asked) entries.add(entry);
    if (!(entry.payload() instanceof Payload.Changes(List<Change> changes))) return;
    for (Change change : changes) {
      tell(entry, change);
      if (asked && !change.base().isEmpty()) {
        open.computeIfAbsent(change.path(), _ -> new ArrayList<>()).add(change);
      }
    }
  }

  private void tell(Entry entry, Change older) {
    List<Change> newer = open.get(older.path());
    if (newer == null) return;
    newer.removeIf(
        change -> {
          boolean follows = change.base().includes(entry.writer(), entry.sequence());
          if (follows) before.put(change, older.node());
          return follows;
        });
    if (newer.isEmpty()) open.remove(older.path());
  }

  /// Those that were asked about, newest first.
  List<Entry> entries() {
    return entries;
  }

  /// What one of them did to files, in the order of the paths. What went along with a directory is
  /// not told again.
  List<LedgerRow.PathChange> of(Entry entry) {
    if (!(entry.payload() instanceof Payload.Changes(List<Change> changes))) return List.of();
    Map<RelPath, RelPath> sources = sources(changes);
    addDirectories(sources, changes);
    Set<RelPath> moved = new HashSet<>(sources.values());
    return changes.stream()
        .filter(change -> !moved.contains(change.path()))
        .filter(change -> !goesAlong(change.path(), sources))
        .map(change -> doing(change, Optional.ofNullable(sources.get(change.path()))))
        .toList();
  }

  /// A directory that is new comes from one that is gone if something in it comes from there.
  private void addDirectories(Map<RelPath, RelPath> sources, List<Change> changes) {
    var made = new HashSet<RelPath>();
    var lost = new HashSet<RelPath>();
    for (Change change : changes) {
      if (change.node() instanceof Node.Directory && isNew(change)) made.add(change.path());
      if (before.get(change) instanceof Node.Directory && !change.node().isLive()) {
        lost.add(change.path());
      }
    }
    for (var leaf : List.copyOf(sources.entrySet())) {
      RelPath to = leaf.getKey();
      RelPath from = leaf.getValue();
      while (to.name().equals(from.name())
          && made.contains(to.parent())
          && lost.contains(from.parent())) {
        to = to.parent();
        from = from.parent();
        sources.putIfAbsent(to, from);
      }
    }
    // also the empty ones in it; those above come first
    for (Change change : changes) {
      RelPath along = along(change.path(), sources);
      if (made.contains(change.path()) && lost.contains(along)) {
        sources.putIfAbsent(change.path(), along);
      }
    }
  }

  private static boolean goesAlong(RelPath path, Map<RelPath, RelPath> sources) {
    RelPath source = sources.get(path);
    return source != null && source.equals(along(path, sources));
  }

  /// Where a path was before if the directory that it lies in has taken it along, else the root.
  private static RelPath along(RelPath path, Map<RelPath, RelPath> sources) {
    RelPath directory = sources.get(path.parent());
    return directory == null ? RelPath.ROOT : directory.resolve(path.name());
  }

  /// Where new files come from: what was deleted at the same moment and held the same.
  private Map<RelPath, RelPath> sources(List<Change> changes) {
    var lost = new HashMap<Record, Deque<RelPath>>();
    for (Change change : changes) {
      Node had = before.getOrDefault(change, Node.ABSENT);
      if (!change.node().isLive() && had.isLeaf()) {
        lost.computeIfAbsent(sameness(had), _ -> new ArrayDeque<>()).add(change.path());
      }
    }
    var sources = new HashMap<RelPath, RelPath>();
    for (Change change : changes) {
      Deque<RelPath> same = lost.getOrDefault(sameness(change.node()), new ArrayDeque<>());
      if (isNew(change) && !same.isEmpty()) sources.put(change.path(), same.removeFirst());
    }
    return sources;
  }

  /// Alike for what [Node#sameContent] calls the same.
  private static Record sameness(Node node) {
    return node instanceof Node.File file ? file.content() : (Record) node;
  }

  private boolean isNew(Change change) {
    Node had = before.get(change);
    return change.base().isEmpty() || (had != null && !had.isLive());
  }

  private LedgerRow.PathChange doing(Change change, Optional<RelPath> from) {
    Node now = change.node();
    Node subject = now.isLive() ? now : before.getOrDefault(change, now);
    String kind =
        !now.isLive() ? "delete" : from.isPresent() ? "move" : isNew(change) ? "add" : "change";
    String what =
        switch (subject) {
          case Node.Directory _ -> "directory";
          case Node.Symlink _ -> "link";
          case Node.File _, Node.Absent _ -> "file";
        };
    long size = now instanceof Node.File file ? file.content().size() : 0;
    return new LedgerRow.PathChange(
        kind, what, change.path().toString(), from.map(RelPath::toString), size);
  }
}
