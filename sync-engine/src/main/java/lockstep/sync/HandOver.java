package lockstep.sync;

import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import lockstep.base.Blake3;
import lockstep.base.RelPath;
import lockstep.base.Version;
import lockstep.base.VersionVector;
import lockstep.lease.Standing;

/// Hands a file from one holder to the next: a release names the version that was saved last, so it
/// waits for that to be published; and whoever is next may write once that version stands on the
/// disk here, not before. Owned by the folder's loop.
final class HandOver {
  /// How long a release waits for what was saved last to be published.
  private static final long PATIENCE = 10_000_000_000L;

  /// How long the last holder's version may take to be heard of, or to find a place here.
  private static final long NEWS_PATIENCE = 120_000_000_000L;

  private final FolderParts parts;
  private final Clockwork clock;
  private final Trees trees;
  private final Busy busy;
  private final Trouble trouble;
  private final Observing observing;
  private final Outbox outbox;
  private final Decisions decisions;
  private final Standings standings;

  /// Locks to be released, and until when that waits.
  private final Map<RelPath, Long> releasing = new HashMap<>();

  private final Map<RelPath, Wait> waits = new HashMap<>();

  /// For a version that is not here.
  ///
  /// @param until how long it may take to be heard of
  /// @param searched up to which frontier it was looked for in vain
  private record Wait(Blake3 version, long until, VersionVector searched) {}

  HandOver(
      FolderParts parts, LoopState state, Observing observing, Outbox outbox, Decisions decisions) {
    this.parts = parts;
    this.clock = state.clock();
    this.trees = state.trees();
    this.busy = state.busy();
    this.trouble = state.trouble();
    this.observing = observing;
    this.outbox = outbox;
    this.decisions = decisions;
    this.standings = decisions.standings();
  }

  /// The work here is done. The last save may be so fresh that nothing of it was noticed yet.
  void release(RelPath path) {
    releasing.putIfAbsent(path, clock.now() + PATIENCE);
    observing.changed(path);
  }

  /// It is not, or there is nothing to be released any more.
  void keep(RelPath path) {
    releasing.remove(path);
  }

  /// Locks that can be released now, with the last version of this device's.
  Map<RelPath, Optional<Blake3>> published() {
    var published = new HashMap<RelPath, Optional<Blake3>>();
    for (var each : List.copyOf(releasing.entrySet())) {
      RelPath path = each.getKey();
      if (isSaving(path) && clock.now() - each.getValue() < 0) {
        clock.wakeAt(each.getValue());
      } else {
        releasing.remove(path);
        published.put(path, last(path));
      }
    }
    return published;
  }

  private boolean isSaving(RelPath path) {
    return observing.isWaitingFor(path)
        || busy.has(path)
        || outbox.contains(path)
        || decisions.decide(path) instanceof Decision.Publish;
  }

  private Optional<Blake3> last(RelPath path) {
    return trees
        .global()
        .get(path)
        .filter(version -> version.writer().device().equals(parts.self().key()))
        .map(Version::entry);
  }

  /// Final versions of earlier holders that stand here by now, or cannot be had: a file is free
  /// rather than read-only for ever.
  Map<RelPath, Blake3> arrived() {
    var arrived = new HashMap<RelPath, Blake3>();
    waits.keySet().removeIf(path -> awaited(path).isEmpty());
    for (RelPath path : standings.paths()) {
      awaited(path)
          .filter(version -> trouble.isStuck(path) || isOver(path, version))
          .ifPresent(version -> arrived.put(path, version));
    }
    return arrived;
  }

  /// Whether the version stands here, or did and was changed since. If it is not on its way, it is
  /// not waited for for ever.
  private boolean isOver(RelPath path, Blake3 version) {
    if (busy.has(path) || decisions.decide(path) instanceof Decision.Download) {
      return false;
    }
    boolean isApplied = trees.isApplied(path);
    if (isApplied && trees.global().get(path).filter(v -> v.entry().equals(version)).isPresent()) {
      return true;
    }
    VersionVector frontier = parts.ledger().frontier();
    Wait wait = waits.get(path);
    if (wait == null || !wait.version.equals(version)) {
      wait = new Wait(version, clock.now() + NEWS_PATIENCE, VersionVector.EMPTY);
    }
    boolean isNews = isApplied && !wait.searched.equals(frontier);
    waits.put(path, isNews ? new Wait(version, wait.until, frontier) : wait);
    clock.wakeAt(wait.until);
    return clock.now() - wait.until >= 0 || isNews && isInLedger(version);
  }

  /// The version that has to come before anybody may write here.
  Optional<Blake3> awaited(RelPath path) {
    return switch (standings.of(path)) {
      case Standing.Free(var awaits) -> awaits;
      case Standing.Mine(_, _, var awaits) -> awaits;
      case Standing.Theirs _ -> Optional.empty();
    };
  }

  private boolean isInLedger(Blake3 entry) {
    try (var entries = parts.ledger().entries()) {
      return entries.anyMatch(known -> known.hash().equals(entry));
    } catch (UncheckedIOException unreadable) {
      return false; // it is waited for no longer than for one that does not come
    }
  }
}
