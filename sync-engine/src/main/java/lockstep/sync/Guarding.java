package lockstep.sync;

import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import lockstep.base.Node;
import lockstep.base.RelPath;
import lockstep.lease.Lock;
import lockstep.lease.LockMarker;
import lockstep.lease.Standing;

/// Has files made read-only while somebody else works on them, and writable when they are free
/// again and the last version is here. A file that its user changed is left alone: it is about to
/// get out of the way. Owned by the folder's loop.
final class Guarding {
  private final FolderParts parts;
  private final Trees trees;
  private final Busy busy;
  private final Scans scans;
  private final Observing observing;
  private final Decisions decisions;
  private final Standings standings;

  /// Where it cannot be done, as things stand.
  private final Map<RelPath, Standing> given = new HashMap<>();

  Guarding(
      FolderParts parts, LoopState state, Scans scans, Observing observing, Decisions decisions) {
    this.parts = parts;
    this.trees = state.trees();
    this.busy = state.busy();
    this.scans = scans;
    this.observing = observing;
    this.decisions = decisions;
    this.standings = decisions.standings();
  }

  /// What markers of an earlier run say.
  void learn(Observation.Marks marks) {
    marks
        .sealed()
        .forEach(
            (path, mode) -> {
              if (parts.seals().mark(path)) {
                parts.seals().learn(path, mode);
                trees.disk().get(path).ifPresent(seen -> observing.observe(path, seen));
              }
            });
  }

  void turn() {
    Set<RelPath> concerned = new HashSet<>(standings.paths());
    concerned.addAll(parts.seals().paths());
    for (RelPath path : concerned) {
      if (busy.has(path)) {
        continue;
      }
      if (!standings.of(path).isWritable()) {
        standings.lock(path).ifPresent(lock -> seal(path, lock));
      } else if (scans.sawAll()) {
        given.remove(path);
        if (parts.seals().concerns(path)) open(path);
      }
    }
  }

  private void seal(RelPath path, Lock lock) {
    Optional<Observed> stands = trees.disk().get(path);
    boolean due =
        !parts.seals().has(path)
            && stands.filter(seen -> seen.node() instanceof Node.File).isPresent()
            && !standings.of(path).equals(given.get(path))
            && scans.sawAll()
            && scans.isIgnored(LockMarker.pathOf(path), false) // or the marker would be synced
            && decisions.decide(path) instanceof Decision.Nothing;
    if (due) {
      Observed seen = stands.get();
      LockMarker marker = marker(path, lock, seen.stat().mode());
      act(path, () -> parts.sealer().seal(path, seen.stat(), marker));
    }
  }

  private LockMarker marker(RelPath path, Lock lock, int mode) {
    return new LockMarker(
        path.name(),
        lock.holder(),
        parts.ledger().nameOf(lock.holder().key()),
        lock.request().since(),
        lock.request().note(),
        lock.epoch(),
        mode);
  }

  private void open(RelPath path) {
    act(path, () -> parts.sealer().open(path));
  }

  private interface Act {
    Sealer.Result run() throws IOException;
  }

  private void act(RelPath path, Act act) {
    busy.seal(path);
    parts.applier().between(() -> new FolderEvent.Sealed(path, result(act)));
  }

  private static Sealer.Result result(Act act) {
    try {
      return act.run();
    } catch (IOException e) {
      return new Sealer.Result(Optional.empty(), Optional.of(String.valueOf(e.getMessage())));
    }
  }

  void sealed(FolderEvent.Sealed sealed) {
    RelPath path = sealed.path();
    boolean again = busy.sealed(path);
    trees.replan(path);
    if (sealed.result().trouble().isPresent()) {
      given.put(path, standings.of(path));
      parts.log().log(INFO, "{0} keeps its mode: {1}", path, sealed.result().trouble().get());
    }
    Optional<Observed> known = trees.disk().get(path);
    var now = sealed.result().now();
    if (!again && known.isPresent() && now.isPresent() && known.get().sameInode(now.get())) {
      observing.observe(path, new Observed(now.get(), known.get().node()));
    } else {
      observing.changed(path);
    }
  }

  /// At the end of a run: nobody would open what is sealed, and nobody here knows any more who
  /// works on it.
  static void openAll(Sealer sealer, System.Logger log) {
    try {
      sealer.openAll();
    } catch (IOException e) {
      log.log(WARNING, "some file stays read-only until the next start: {0}", e.getMessage());
    }
  }
}
