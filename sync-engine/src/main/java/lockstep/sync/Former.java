package lockstep.sync;

import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import lockstep.base.Node;
import lockstep.base.RelPath;
import lockstep.base.VersionVector;
import lockstep.ledger.Entry;
import lockstep.ledger.Ledger;
import lockstep.ledger.Payload;

/// What the ledger ever had at each path. Where the durable *Applied* is in doubt, since it is lost
/// or came back from a backup, it says of what stands on the disk whether that is old news or an
/// edit (ruling 1). Costs memory for every version, so the doubt ends when the folder is in sync.
/// Owned by the folder's loop.
final class Former {
  private final Ledger ledger;
  private final Set<RelPath> settled = new HashSet<>();
  private final Map<RelPath, List<Node>> nodes = new HashMap<>();
  private VersionVector read = VersionVector.EMPTY;
  private boolean inDoubt;

  /// Whether the ledger may be as old as what is recorded.
  private boolean isAlone = true;

  Former(Ledger ledger, boolean inDoubt) {
    this.ledger = ledger;
    this.inDoubt = inDoubt;
  }

  /// Whether what is recorded of the path may be of another time.
  boolean doubts(RelPath path) {
    return inDoubt && !settled.contains(path);
  }

  /// The merge base of a path that is in doubt, seeing what stands there now.
  Applied applied(RelPath path, Applied recorded, Node disk, Node global) {
    if (!disk.isLive() || disk.sameContent(recorded.disk())) {
      return recorded;
    }
    boolean isOld = !disk.sameContent(global) && hasSeen(path, disk);
    return isOld ? Applied.exactly(disk) : recorded;
  }

  private boolean hasSeen(RelPath path, Node disk) {
    readOn();
    return nodes.getOrDefault(path, List.of()).stream().anyMatch(disk::sameContent);
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
      changes.forEach(
          change ->
              nodes.computeIfAbsent(change.path(), _ -> new ArrayList<>(1)).add(change.node()));
    }
  }

  /// Whether what a path shows may be what others know already: their ledgers would say so.
  boolean asksOthers(RelPath path) {
    return isAlone && doubts(path);
  }

  /// The ledger of a member, if there are any, has been taken in.
  ///
  /// @return whether that makes a difference to what is in doubt
  boolean heardOthers() {
    boolean matters = isAlone && inDoubt;
    isAlone = false;
    return matters;
  }

  /// What is recorded of the path is of this run.
  void settle(RelPath path) {
    if (inDoubt) settled.add(path);
  }

  /// All that is recorded is to be believed from now on, unless others may know better.
  void trust() {
    if (isAlone) return;
    inDoubt = false;
    settled.clear();
    nodes.clear();
  }
}
