package lockstep.sync;

import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import lockstep.base.Disk;
import lockstep.base.Node;
import lockstep.base.RelPath;
import lockstep.lease.Lock;
import lockstep.lease.LockMarker;
import lockstep.lease.Standing;

/// Has files made read-only while somebody else works on them, and writable when they are free
/// again and the last version is here. A file that its user changed is left alone: it is about to
/// get out of the way. Owned by the folder's loop.
final class Guarding {
  private static final long RETRY = 5_000_000_000L;

  private final FolderParts parts;
  private final Clockwork clock;
  private final Trees trees;
  private final Trouble trouble;
  private final Busy busy;
  private final Scans scans;
  private final Observing observing;
  private final Decisions decisions;
  private final Standings standings;

  /// Where it cannot be done, as things stand.
  private final Map<RelPath, Standing> given = new HashMap<>();

  /// What could not be opened, and when to try again.
  private final Map<RelPath, Long> later = new HashMap<>();

  /// Searches for sealed inodes of which no name is known.
  private final Map<Long, Search> missing = new HashMap<>();

  /// Whoever renames a file while everything is scanned may hide it: from a directory that is read
  /// later to one that was read before. So it is gone only if two full scans, one after the other,
  /// meet it nowhere; where one met it, it may have had its next name before it could be hashed.
  ///
  /// @param ends the second scan, by its number
  private record Search(Seals.Seal seal, int ends, boolean hasMet) {
    Search over(RelPath path, Disk.Stat stat) {
      return new Search(seal, ends, hasMet || seal.isAt(path, stat));
    }
  }

  Guarding(
      FolderParts parts, LoopState state, Scans scans, Observing observing, Decisions decisions) {
    this.parts = parts;
    this.clock = state.clock();
    this.trees = state.trees();
    this.trouble = state.trouble();
    this.busy = state.busy();
    this.scans = scans;
    this.observing = observing;
    this.decisions = decisions;
    this.standings = decisions.standings();
    parts.locking().log().seals().forEach(parts.seals()::know);
  }

  /// What markers of an earlier run say, and whether a file that is searched for was met.
  void learn(FolderEvent.Listed listed) {
    if (!missing.isEmpty()) listed.looks().forEach(this::meet);
    listed
        .marks()
        .sealed()
        .forEach(
            (path, marker) -> {
              if (!busy.isOldNews(path) && parts.seals().learn(path, marker, inode(listed, path))) {
                var seal = new Seals.Seal(marker.inode(), path, marker.originalMode());
                note(log -> log.seal(seal)); // its user may have moved it with its directory
                seeAgain(path);
              }
            });
  }

  private void meet(FolderEvent.Look look) {
    look.stat()
        .ifPresent(
            stat ->
                missing.computeIfPresent(
                    stat.inode(), (_, search) -> search.over(look.path(), stat)));
  }

  private static OptionalLong inode(FolderEvent.Listed listed, RelPath path) {
    return listed.looks().stream()
        .filter(look -> look.path().equals(path))
        .flatMap(look -> look.stat().stream())
        .mapToLong(Disk.Stat::inode)
        .findFirst();
  }

  private void seeAgain(RelPath path) {
    trees.disk().get(path).ifPresent(seen -> observing.observe(path, seen));
  }

  /// Before anything is planned: finds sealed files that their user gave another name.
  void findStrays() {
    if (!scans.sawAll()) {
      return;
    }
    List<Seals.Seal> seals = parts.seals().inodes();
    // One may have been opened meanwhile where it stands, or by a step.
    missing.values().removeIf(search -> !seals.contains(search.seal()));
    for (Seals.Seal seal : seals) {
      Optional<RelPath> at = trees.disk().withInode(seal.inode());
      if (isSettled(seal.home()) && at.stream().allMatch(this::isSettled)) {
        find(seal, at);
      }
    }
    int last = missing.values().stream().mapToInt(Search::ends).max().orElse(0);
    while (scans.fullDoneAfterNext() <= last) {
      scans.scan(RelPath.ROOT, "a file that is locked elsewhere is gone");
    }
  }

  /// Whether what is known of a path may be what stands there: else a look tells.
  private boolean isSettled(RelPath path) {
    return !busy.has(path) && !observing.isStale(path);
  }

  private void find(Seals.Seal seal, Optional<RelPath> at) {
    boolean isHome = at.filter(seal.home()::equals).isPresent();
    boolean isThere =
        at.filter(path -> seal.isAt(path, trees.disk().get(path).orElseThrow().stat())).isPresent();
    if (isThere || isHome && parts.seals().has(seal.home())) {
      missing.remove(seal.inode());
      if (!parts.seals().has(at.get())) seeAgain(at.get());
    } else if (isHome) {
      forget(seal); // it may be written to: another file, or one that needs nothing any more
    } else {
      miss(seal);
    }
  }

  private void miss(Seals.Seal seal) {
    Search search = missing.get(seal.inode());
    if (search == null || !search.seal().equals(seal)) {
      search(seal);
    } else if (scans.fullDone() >= search.ends() && !observing.isUnderWay() && trouble.seesAll()) {
      if (search.hasMet()) search(seal);
      else forget(seal);
    }
  }

  private void search(Seals.Seal seal) {
    missing.put(seal.inode(), new Search(seal, scans.fullDoneAfterNext() + 1, false));
  }

  private void forget(Seals.Seal seal) {
    if (isTime(seal.home())) {
      missing.remove(seal.inode());
      act(seal.home(), () -> parts.sealer().forget(seal));
    }
  }

  /// Beside the marker, which a user may delete.
  private void note(Note note) {
    try {
      note.write(parts.locking().log());
    } catch (IOException e) {
      parts.log().log(WARNING, "a change of mode is not written down: {0}", e.getMessage());
    }
  }

  private interface Note {
    void write(LockLog log) throws IOException;
  }

  void turn() {
    Set<RelPath> concerned = new HashSet<>(standings.paths());
    concerned.addAll(parts.seals().paths());
    for (RelPath path : concerned) {
      if (busy.has(path)) {
        continue;
      }
      boolean isLocked = !standings.of(path).isWritable();
      if (isLocked) standings.lock(path).ifPresent(lock -> seal(path, lock));
      if (scans.sawAll() && !(isLocked && trees.disk().node(path).isLive())) {
        given.remove(path);
        if (parts.seals().concerns(path) && isTime(path)) open(path);
      }
    }
  }

  /// Whether a sealed file is about to be found or given up: its marker goes then, which may be all
  /// that is left in a directory.
  boolean isSearching() {
    return !missing.isEmpty() && trouble.seesAll();
  }

  private boolean isTime(RelPath path) {
    Long at = later.get(path);
    if (at != null && clock.now() - at < 0) {
      clock.wakeAt(at);
      return false;
    }
    later.remove(path);
    return true;
  }

  private void seal(RelPath path, Lock lock) {
    Optional<Observed> stands = trees.disk().get(path);
    boolean due =
        !parts.seals().has(path)
            && !parts.seals().hasStray(path) // or its marker would be overwritten
            && stands.filter(seen -> seen.node() instanceof Node.File).isPresent()
            && !standings.of(path).equals(given.get(path))
            && scans.sawAll()
            && scans.isIgnored(LockMarker.pathOf(path), false) // or the marker would be synced
            && decisions.decide(path) instanceof Decision.Nothing;
    if (due) {
      Observed seen = stands.get();
      String holder = parts.ledger().nameOf(lock.holder().key());
      LockMarker marker = LockMarker.of(lock, holder, seen.stat().mode(), seen.stat().inode());
      note(log -> log.seal(new Seals.Seal(seen.stat().inode(), path, seen.stat().mode())));
      act(path, () -> parts.sealer().seal(path, seen.stat(), marker));
    }
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
    boolean again = busy.sealed(path, sealed.result().now().isPresent());
    trees.replan(path);
    if (!parts.seals().has(path) && !parts.seals().hasStray(path)) {
      note(log -> log.unseal(path));
    }
    given.remove(path);
    if (sealed.result().trouble().isPresent()) {
      given.put(path, standings.of(path));
      later.put(path, clock.now() + RETRY);
      parts.log().log(INFO, "{0} keeps its mode: {1}", path, sealed.result().trouble().get());
    }
    Optional<Observed> known = trees.disk().get(path);
    var now = sealed.result().now();
    if (!again
        && now.isPresent()
        && known.filter(it -> it.sameInode(now.get())).isPresent()
        && known.get().node() instanceof Node.File file) {
      observing.observe(path, new Observed(now.get(), Observed.file(now.get(), file.content())));
    } else {
      observing.lookAtStale(List.of(path));
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
