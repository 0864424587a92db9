package lockstep.sync;

import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import lockstep.base.Node;
import lockstep.base.RelPath;
import lockstep.base.VersionVector;
import lockstep.conflict.ConflictName;
import lockstep.ledger.Entry;
import lockstep.ledger.Ledger;
import lockstep.ledger.Payload;

/// What the ledger ever had at each path. Where the durable *Applied* is in doubt, since it is lost
/// or came back from a backup, it says of what stands on the disk whether that is old news or an
/// edit (ruling 1). Costs memory for every version, so the doubt ends when the folder is in sync,
/// save where that could not be found out or done. Owned by the folder's loop.
final class Former {
  private final Ledger ledger;
  private final Set<RelPath> settled = new HashSet<>();
  private final Map<RelPath, List<Node>> nodes = new HashMap<>();
  private VersionVector read = VersionVector.EMPTY;

  /// What is in doubt, with all below; all at first, nothing in the end.
  private Set<RelPath> doubted;

  /// Whether the ledger may be as old as what is recorded.
  private boolean isAlone = true;

  /// @param doubted what is in doubt, with all below
  Former(Ledger ledger, Set<RelPath> doubted) {
    this.ledger = ledger;
    this.doubted = doubted;
  }

  boolean isInDoubt() {
    return !doubted.isEmpty();
  }

  /// Whether what is recorded of the path may be of another time.
  boolean doubts(RelPath path) {
    return !doubted.isEmpty()
        && doubted.stream().anyMatch(path::startsWith)
        && !settled.contains(path);
  }

  /// The merge base of a path that is in doubt, seeing what stands there now.
  Applied applied(RelPath path, Applied recorded, Node disk, Node global) {
    if (disk.sameContent(recorded.disk())) { // others may have changed its mode since
      return !disk.equals(recorded.disk()) && had(path, disk::equals)
          ? Applied.exactly(disk)
          : recorded;
    }
    if (!disk.isLive()) { // its user may have deleted it, or others, and somebody made it anew
      return global.isLive() && has(path, disk) ? Applied.NOTHING : recorded;
    }
    boolean isOld = !disk.sameContent(global) && hasSeen(path, disk);
    return isOld ? Applied.exactly(disk) : recorded;
  }

  /// No entry names a conflict copy: it was a version of the path that it is a copy of.
  private boolean hasSeen(RelPath path, Node disk) {
    return has(path, disk)
        || ConflictName.original(path).filter(from -> has(from, disk)).isPresent();
  }

  private boolean has(RelPath path, Node disk) {
    return had(path, disk::sameContent);
  }

  private boolean had(RelPath path, Predicate<Node> wanted) {
    readOn();
    return nodes.getOrDefault(path, List.of()).stream().anyMatch(wanted);
  }

  /// What cannot be read counts as unknown: a conflict copy too many is no harm.
  private void readOn() {
    VersionVector frontier = ledger.frontier();
    if (read.equals(frontier)) return;
    try (Stream<Entry> entries = ledger.entriesSince(read)) {
      entries.forEach(this::note);
      read = frontier;
    } catch (UncheckedIOException unreadable) {
      nodes.clear();
      read = VersionVector.EMPTY;
    }
  }

  private void note(Entry entry) {
    if (entry.payload() instanceof Payload.Changes(var changes)) {
      for (var change : changes) {
        if (matters(change.path())) {
          nodes.computeIfAbsent(change.path(), _ -> new ArrayList<>(1)).add(change.node());
        }
      }
    }
  }

  private boolean matters(RelPath path) {
    return doubted.stream()
        .anyMatch(
            root ->
                path.startsWith(root)
                    || ConflictName.original(root).filter(path::equals).isPresent());
  }

  /// Whether what a path shows may be what others know already: their ledgers would say so.
  boolean asksOthers(RelPath path) {
    return isAlone && doubts(path);
  }

  /// The ledger of a member, if there are any, has been taken in.
  ///
  /// @return whether that makes a difference to what is in doubt
  boolean heardOthers() {
    boolean matters = isAlone && !doubted.isEmpty();
    isAlone = false;
    return matters;
  }

  /// What is recorded of the path is of this run.
  void settle(RelPath path) {
    if (!doubted.isEmpty()) settled.add(path);
  }

  /// All that is recorded is to be believed from now on, unless others may know better.
  ///
  /// @param troubled paths that, with all below, are not as the folder is to be
  /// @return what is in doubt still, if that has changed
  Optional<Set<RelPath>> trust(Set<RelPath> troubled) {
    if (isAlone || doubted.isEmpty()) return Optional.empty();
    var left = new HashSet<>(troubled);
    left.removeIf(path -> doubted.stream().noneMatch(path::startsWith));
    if (left.equals(doubted)) return Optional.empty();
    doubted = left;
    nodes.clear();
    read = VersionVector.EMPTY;
    if (left.isEmpty()) settled.clear();
    return Optional.of(Set.copyOf(left));
  }
}
