package lockstep.sync;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import lockstep.base.Node;
import lockstep.base.RelPath;
import lockstep.conflict.ConflictName;
import lockstep.lease.ApplicationMarkers;
import lockstep.lease.AutoLock;
import lockstep.lease.Lockables;

/// Tells from what is seen of a folder's files which of them somebody works on here: what
/// applications put beside an open document, and what they save. Owned by the folder's loop.
final class WorkWatch {
  /// What comes in greater numbers at once is copied or unpacked, not worked on.
  private static final int SAVES_MAX = 20;

  private static final int TOUCHED_MAX = 10_000;

  private final Trees trees;
  private final Decisions decisions;
  private final Outbox outbox;
  private final Observing observing;
  private final Busy busy;
  private final AutoLock machine;
  private Lockables lockables;
  private final Set<RelPath> markers = new HashSet<>();

  /// What the watcher saw written: somebody's save, or Lockstep's own doing.
  private final Set<RelPath> touched = new LinkedHashSet<>();

  /// Markers that were found by a scan, perhaps before the documents beside them.
  private final Set<RelPath> awaited = new LinkedHashSet<>();

  private long wakeAt = Long.MAX_VALUE;

  WorkWatch(
      FolderParts parts, LoopState state, Observing observing, Decisions decisions, Outbox outbox) {
    this.trees = state.trees();
    this.busy = state.busy();
    this.observing = observing;
    this.decisions = decisions;
    this.outbox = outbox;
    LockPolicy policy = parts.locking().policy();
    this.lockables = policy.lockables();
    this.machine = new AutoLock(lockables, policy.timing());
  }

  /// From now on another policy counts. What is open now is found by the next scan.
  List<AutoLock.Decision> follow(long now, LockPolicy policy) {
    lockables = policy.lockables();
    return machine.follow(now, lockables, policy.timing());
  }

  long wakeAt() {
    return wakeAt;
  }

  void wakeAt(long at) {
    wakeAt = at;
  }

  List<AutoLock.Decision> appeared(long now, RelPath path) {
    if (lockables instanceof Lockables.Off) {
      return List.of();
    }
    if (ApplicationMarkers.isMarker(path.name())) {
      return marker(now, path);
    }
    if (lockables.covers(path) && touched.size() < TOUCHED_MAX) {
      touched.add(path);
    }
    return List.of();
  }

  private List<AutoLock.Decision> marker(long now, RelPath marker) {
    if (lockables instanceof Lockables.Off) {
      return List.of();
    }
    List<String> siblings =
        trees.disk().children(marker.parent()).stream().map(RelPath::name).toList();
    var decided = new ArrayList<AutoLock.Decision>();
    for (RelPath document : ApplicationMarkers.documents(marker, siblings)) {
      if (trees.disk().node(document) instanceof Node.File) {
        markers.add(marker);
        decided.addAll(machine.markerAppeared(now, document, marker));
      }
    }
    return decided;
  }

  List<AutoLock.Decision> vanished(long now, RelPath path) {
    if (markers.remove(path)) {
      return machine.markerVanished(now, path);
    }
    return lockables.covers(path) ? machine.vanished(now, path) : List.of();
  }

  /// Watch events get lost: what a directory holds tells.
  List<AutoLock.Decision> listed(long now, RelPath directory, List<RelPath> found) {
    var decided = new ArrayList<AutoLock.Decision>();
    for (RelPath known : List.copyOf(markers)) {
      if (known.parent().equals(directory) && !found.contains(known)) {
        decided.addAll(vanished(now, known));
      }
    }
    awaited.addAll(found);
    return decided;
  }

  List<AutoLock.Decision> handle(long now, RelPath path, boolean open) {
    return machine.handle(now, path, open);
  }

  List<AutoLock.Decision> locked(long now, RelPath path) {
    return machine.locked(now, path);
  }

  List<AutoLock.Decision> unlocked(long now, RelPath path) {
    return machine.unlocked(now, path);
  }

  List<AutoLock.Decision> resumed(long now, RelPath path) {
    return machine.resumed(now, path);
  }

  /// Before anything of this turn is published.
  ///
  /// @param sawAll whether the folder was seen to its end
  List<AutoLock.Decision> turn(long now, boolean sawAll) {
    var decided = new ArrayList<AutoLock.Decision>();
    if (sawAll) {
      awaited.forEach(marker -> decided.addAll(marker(now, marker)));
      awaited.clear();
      boolean bulk = outbox.size() > SAVES_MAX;
      for (RelPath path : List.copyOf(touched)) {
        judge(path, now, bulk, decided);
      }
    }
    if (now - wakeAt >= 0) {
      decided.addAll(machine.elapsed(now));
    }
    return decided;
  }

  private void judge(RelPath path, long now, boolean bulk, List<AutoLock.Decision> decided) {
    boolean isNew = !trees.applied().containsKey(path);
    if (outbox.contains(path)) {
      touched.remove(path);
      boolean isWork = !isNew || !bulk && !ConflictName.isSetAside(path);
      if (isWork && decisions.decide(path) instanceof Decision.Publish(_, Node.File _)) {
        decided.addAll(machine.saved(now, path));
      }
    } else if (decisions.decide(path) instanceof Decision.Nothing
        && trees.disk().get(path).isPresent()
        && !observing.isWaitingFor(path)
        && !busy.has(path)) {
      touched.remove(path); // it was Lockstep that wrote there, or nothing changed
    }
  }
}
