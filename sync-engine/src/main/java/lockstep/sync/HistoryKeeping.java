package lockstep.sync;

import static java.lang.System.Logger.Level.WARNING;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import lockstep.base.RelPath;
import lockstep.recovery.HistoryItem;
import lockstep.recovery.Workspace;
import lockstep.sync.transfer.Wanted;

/// Looks after what was displaced: soon, and as long as a process has it open, for what is still
/// written to it, which becomes a conflict copy (ruling 3); rarely, for what has been kept long
/// enough, and for what was staged and is not needed any more. The work itself is done between the
/// steps of the [Applier]. Owned by the folder's loop.
final class HistoryKeeping {
  private static final long LOOK_AFTER = 2_000_000_000L;
  private static final long LOOK_AFTER_MAX = 60_000_000_000L;
  private static final long EXPIRE_EVERY = 3_600_000_000_000L;
  private static final Duration STAGED_KEPT = Duration.ofDays(1);
  private static final Workspace.Look LATER = new Workspace.Look(List.of(), true);

  private final FolderParts parts;
  private final Clockwork clock;
  private final Trees trees;
  private final Observing observing;
  private final Workspace workspace;
  private HistoryLimits limits = HistoryLimits.DEFAULT;
  private OptionalLong lookAt;
  private long lookAfter = LOOK_AFTER;
  private long expireAt;
  private boolean underWay;

  /// Whether the disk is full.
  private boolean isFull;

  HistoryKeeping(FolderParts parts, LoopState state, Observing observing) {
    this.parts = parts;
    this.clock = state.clock();
    this.trees = state.trees();
    this.observing = observing;
    this.workspace = parts.workspace();
    this.lookAt = OptionalLong.of(clock.now());
    this.expireAt = clock.now();
  }

  void limit(HistoryLimits to) {
    limits = to;
    expireAt = clock.now();
  }

  /// Something was displaced.
  void displaced() {
    if (isFull) {
      expireAt = clock.now();
    }
    lookAfter = LOOK_AFTER;
    lookIn(LOOK_AFTER);
  }

  private void lookIn(long nanos) {
    long moment = clock.now() + nanos;
    if (lookAt.isEmpty() || moment - lookAt.getAsLong() < 0) {
      lookAt = OptionalLong.of(moment);
    }
  }

  /// @param full whether the disk is: then what the limits do not keep goes at once, or what others
  ///   deleted to make room would make none
  void turn(boolean idle, boolean full) {
    if (full && !isFull) {
      expireAt = clock.now();
    }
    isFull = full;
    boolean mayExpire = idle || full;
    if (underWay) {
      return;
    }
    if (lookAt.isPresent() && clock.now() - lookAt.getAsLong() >= 0) {
      lookAt = OptionalLong.empty();
      underWay = true;
      parts.applier().between(this::look);
    } else if (mayExpire && clock.now() - expireAt >= 0) {
      expireAt = clock.now() + EXPIRE_EVERY;
      underWay = true;
      HistoryLimits now = limits;
      Set<RelPath> pinned = contested();
      parts.applier().between(() -> expire(now, pinned, idle));
    }
    clock.wakeAt(lookAt);
    if (mayExpire) {
      clock.wakeAt(expireAt);
    }
  }

  /// A version that lost a race may be nowhere else until its copy has come.
  private Set<RelPath> contested() {
    var contested = new HashSet<RelPath>();
    for (var conflict : trees.global().conflicts()) {
      contested.add(conflict.path());
      contested.add(conflict.copyPath());
    }
    return contested;
  }

  // ---- On the applier's thread -----------------------------------------------------------------

  private FolderEvent look() {
    if (isAway()) {
      return new FolderEvent.Ask(_ -> looked(LATER));
    }
    try {
      Workspace.Look found = workspace.lookAtDisplaced();
      return new FolderEvent.Ask(_ -> looked(found));
    } catch (IOException e) {
      parts.log().log(WARNING, "the history of {0}: {1}", parts.name(), e.getMessage());
      return new FolderEvent.Ask(_ -> looked(LATER));
    }
  }

  private FolderEvent expire(HistoryLimits now, Set<RelPath> pinned, boolean idle) {
    if (isAway()) {
      return new FolderEvent.Ask(_ -> underWay = false);
    }
    try {
      if (idle) { // else something may still wait for it
        workspace.discardOlder(STAGED_KEPT, Wanted::isId);
      }
      workspace.expireHistory(now.keep(), now.maxPercent(), item -> pinned.contains(item.path()));
      return new FolderEvent.Ask(_ -> underWay = false);
    } catch (IOException e) {
      return failed(e);
    }
  }

  /// Whether the disk is away: what cannot be seen then is not gone.
  private boolean isAway() {
    return parts.marker().trouble().isPresent();
  }

  private FolderEvent failed(IOException e) {
    parts.log().log(WARNING, "the history of {0}: {1}", parts.name(), e.getMessage());
    return new FolderEvent.Ask(_ -> underWay = false);
  }

  // ---- What was found --------------------------------------------------------------------------

  private void looked(Workspace.Look found) {
    underWay = false;
    List<HistoryItem> changed = found.changed();
    if (!changed.isEmpty()) {
      underWay = true;
      var names = changed.stream().map(this::copyName).toList();
      parts.applier().between(() -> giveBack(changed, names));
    }
    if (found.more()) {
      lookIn(lookAfter);
      lookAfter = Math.min(LOOK_AFTER_MAX, lookAfter * 2);
    }
  }

  private RelPath copyName(HistoryItem item) {
    RelPath path = place(item.path().parent()).resolve(item.path().name());
    for (int number = 1; ; number++) {
      RelPath name = parts.conflictName(path, Optional.empty(), number);
      if (trees.isFree(name)) {
        return name;
      }
    }
  }

  /// Where what was in a directory may stand now: in it, however its name is spelled by now, or
  /// above, if a file has that name.
  private RelPath place(RelPath directory) {
    if (directory.isRoot()) return directory;
    RelPath above = place(directory.parent());
    if (above.depth() < directory.depth() - 1) return above;
    RelPath named = above.resolve(directory.name());
    RelPath stands = trees.disk().names().beside(named).orElse(named);
    return trees.disk().node(stands).isLeaf() ? above : stands;
  }

  private FolderEvent giveBack(List<HistoryItem> items, List<RelPath> names) {
    if (isAway()) {
      return new FolderEvent.Ask(_ -> underWay = false);
    }
    for (int i = 0; i < items.size(); i++) {
      try {
        parts.applier().giveBack(items.get(i), names.get(i));
      } catch (FileAlreadyExistsException e) {
        parts.log().log(WARNING, "{0} is taken, another name is tried", names.get(i));
      } catch (IOException e) {
        return failed(e);
      }
    }
    return new FolderEvent.Ask(_ -> gaveBack(items, names));
  }

  private void gaveBack(List<HistoryItem> items, List<RelPath> names) {
    underWay = false;
    for (int i = 0; i < items.size(); i++) {
      observing.changed(names.get(i));
      parts.tell("conflict-created", items.get(i).path(), Map.of("copy", names.get(i).toString()));
    }
    displaced();
  }
}
