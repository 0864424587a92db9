package lockstep.sync;

import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import lockstep.base.Content;
import lockstep.base.Node;
import lockstep.base.RelPath;
import lockstep.conflict.ConflictName;
import lockstep.ledger.Conflict;

/// Turns what happened to paths into what is to be done: decides each path that is not planned yet
/// and sends the decision on its way, into the outbox or into the [Plan] of the turn. Paths whose
/// time has not come are left for a later turn: those that are busy, and deletions as long as what
/// is missing may yet be found under another name. Owned by the folder's loop.
final class Planning {
  private final FolderParts parts;
  private final Trees trees;
  private final DiskTree disk;
  private final Busy busy;
  private final Trouble trouble;
  private final Observing observing;
  private final Decisions decisions;
  private final Outbox outbox;
  private final Fetching fetching;
  private final Applying applying;
  private final LeftOut leftOut;
  private Contests contests = Contests.of(List.of());

  Planning(
      FolderParts parts,
      LoopState state,
      Observing observing,
      Decisions decisions,
      Outbox outbox,
      Fetching fetching,
      Applying applying,
      LeftOut leftOut) {
    this.parts = parts;
    this.leftOut = leftOut;
    this.trees = state.trees();
    this.disk = trees.disk();
    this.busy = state.busy();
    this.trouble = state.trouble();
    this.observing = observing;
    this.decisions = decisions;
    this.outbox = outbox;
    this.fetching = fetching;
    this.applying = applying;
  }

  boolean isDone() {
    return trees.allPlanned() && !outbox.holdsDeletes();
  }

  Plan plan() {
    boolean mayBeFound = observing.mayFindMore() && !outbox.hasHeldLongEnough();
    if (!mayBeFound) outbox.release();
    contests = Contests.of(trees.global().conflicts());
    trees.replan(decisions.namesakes().waitingFor(trees.unplanned()));
    var plan = new Plan(disk);
    List<RelPath> unplanned = trees.unplanned();
    unplanned.forEach(path -> respell(path, plan));
    for (RelPath path : unplanned) {
      boolean waits = busy.has(path) || plan.respells(path) || awaitsOriginal(path);
      // What waits is planned when that has ended; a conflict copy may have been, with its file.
      if (!waits && trees.isUnplanned(path)) {
        plan(path, mayBeFound, plan);
      }
    }
    return plan;
  }

  /// What becomes of a conflict copy depends on what the user made of the file it is a copy of, and
  /// the other way round.
  private boolean awaitsOriginal(RelPath path) {
    return contests.at(path).filter(conflict -> busy.isHashing(conflict.path())).isPresent()
        || trees.regained(path).filter(busy::has).isPresent();
  }

  /// What is to come to a path does not come: what waits for it may.
  void failed(RelPath path) {
    trees.replan(decisions.namesakes().waitingFor(List.of(path)));
  }

  /// Renames a directory before anything is decided of what it holds.
  private void respell(RelPath path, Plan plan) {
    Optional<RelPath> from = disk.names().beside(path);
    if (from.isPresent()
        && disk.get(path).isEmpty() // else it has gone, and is about to be looked at
        && !busy.isApplyingBelow(from.get())
        && !busy.isApplyingBelow(path)
        && decisions.decide(path) instanceof Decision.MakeDirectory make) {
      for (Conflict conflict : contests.of(path)) {
        if (inherit(conflict)) trees.replan(conflict.copyPath());
      }
      plan.respell(from.get(), make);
      outbox.withdraw(from.get());
    }
  }

  /// @param mayBeFound whether what vanished may be found under another name in a moment
  private void plan(RelPath path, boolean mayBeFound, Plan plan) {
    applying.settleUnfinished(path);
    contests.at(path).ifPresent(this::inherit);
    for (Conflict conflict : contests.of(path)) {
      boolean makesWay = isInTheWay(conflict) && !busy.has(conflict.copyPath());
      if (makesWay || inherit(conflict)) plan(conflict.copyPath(), mayBeFound, plan);
    }
    Decision decision =
        contests.at(path).filter(this::isInTheWay).isPresent()
            ? new Decision.Delete(path)
            : decisions.decide(path);
    boolean isIgnored = decision instanceof Decision.Ignored;
    if (isPostponed(decision) || !isIgnored && isYetToBeSeen(path)) {
      return;
    }
    if (!isIgnored) giveBack(path);
    trees.planned(path);
    outbox.remove(path);
    if (decision instanceof Decision.Publish(_, Node.Absent _) && mayBeFound) {
      outbox.hold(path);
      return;
    }
    fetching.keepOrCancel(decision);
    decisions.namesakes().decided(decision);
    trouble.stands(path);
    if (isIgnored) {
      leftOut.ignores(path);
    } else {
      leftOut.syncs(path);
    }
    giveWay(path, decision);
    switch (decision) {
      case Decision.Nothing _ -> {
        trouble.succeed(path);
        if (trees.recorded(path).unattended()) lookAt(path);
      }
      case Decision.Taken taken -> {
        // What is only coming may fail, too: who failed before does not go first again then.
        if (disk.get(taken.by()).isPresent()) trouble.succeed(path);
        if (taken.by().parent().equals(path.parent())) trouble.cannotStand(path, taken.reason());
      }
      case Decision.Ignored _ -> trouble.succeed(path);
      case Decision.Wait _ -> {
        if (trouble.unobservable(path).isPresent()) trouble.waits(path);
      }
      case Decision.Publish _ -> outbox.add(path);
      case Decision.Accept(_, Node ledger) -> accept(path, ledger);
      case Decision.KeepBoth both -> plan.aside(both, copyName(both, plan));
      case Decision.SetAside torn -> plan.aside(torn, recoveredName(torn.path(), plan));
      case Decision.Download download -> plan.download(download);
      case Decision.Delete delete -> plan.delete(delete);
      case Decision.MakeDirectory _, Decision.MakeSymlink _, Decision.SetMetadata _ ->
          plan.step(decision);
    }
  }

  /// What its user deleted comes back, for somebody else has made another version of it. That may
  /// take its time, and whatever they make of it meanwhile, be it what it was: that nothing stands
  /// here says nothing any more. (What is only locked by others comes back, too, but may be on its
  /// way to another name.)
  private void giveWay(RelPath path, Decision decision) {
    boolean comesBack =
        switch (decision) {
          case Decision.Taken _, Decision.Download _, Decision.MakeSymlink _ -> true;
          default -> false;
        };
    Applied applied = trees.applied(path);
    if (comesBack
        && applied.disk().isLive()
        && !disk.node(path).isLive()
        && !trees.global(path).sameContent(applied.ledger())) {
      applying.lookAwayFrom(path);
    }
  }

  /// Disk and ledger have come to the same by themselves. That nothing stands there has to be true:
  /// what stands there all the same would be new, and a deleted file would come back with it.
  private void accept(RelPath path, Node ledger) {
    Node here = disk.node(path);
    if (here.isLive() || observing.isGone(path)) {
      applying.record(path, new Applied(ledger, here));
    }
  }

  /// The path is not ignored any more, and stands as it did, or, which has to be true, not at all.
  private void lookAt(RelPath path) {
    if (disk.node(path).isLive() || observing.isGone(path)) {
      applying.lookAt(path);
    }
  }

  /// Whether the path was ignored until just now: what is known of it may be old.
  private boolean isYetToBeSeen(RelPath path) {
    return trees.recorded(path).unattended() && observing.isLooking();
  }

  /// Modes that lock a directory wait until nothing has to be put into it.
  private boolean isPostponed(Decision decision) {
    return switch (decision) {
      case Decision.SetMetadata(_, Node.Directory(int mode)) ->
          (mode & 0300) != 0300 && (fetching.isUnderWay() || busy.isApplying());
      case Decision.MakeDirectory _ when disk.names().beside(decision.path()).isPresent() ->
          true; // what has its name is busy, else it would be respelled
      case Decision.Download(RelPath path, Node.File file) ->
          isOnTheMove(file.content()) || !isKeptElsewhere(path);
      case Decision.MakeSymlink _, Decision.MakeDirectory _ -> !isKeptElsewhere(decision.path());
      case Decision.Delete(RelPath path) -> isYetToBeKnown(path) || !isKeptElsewhere(path);
      case Decision.Publish(RelPath path, Node.Absent _) ->
          contests.at(path).filter(this::willMoveAside).isPresent();
      case Decision.Accept(RelPath path, Node.Absent _) -> observing.isWaitingFor(path);
      case Decision.KeepBoth(RelPath path, _) ->
          contests.of(path).stream().anyMatch(copy -> isInTheWay(copy) || isComing(copy))
              || awaitsCopy(path);
      default -> false;
    };
  }

  /// Whether what a directory holds is being hashed: it cannot be deleted before that is.
  private boolean isYetToBeKnown(RelPath path) {
    return disk.node(path) instanceof Node.Directory && busy.isHashingBelow(path);
  }

  /// Whether a step is changing a file with that very content: what it is to be copied from is not
  /// where it was, and not yet known where it goes.
  private boolean isOnTheMove(Content content) {
    return disk.places(content).stream().anyMatch(place -> busy.isApplying(place.path()));
  }

  /// What this device had under a name has lost it and goes on as a copy, but meanwhile the user
  /// has changed or deleted it: that was done to the copy.
  ///
  /// @return whether the copy was not known to this device before
  private boolean inherit(Conflict conflict) {
    RelPath copy = conflict.copyPath();
    boolean isNew = trees.applied(copy).equals(Applied.NOTHING) && !disk.node(copy).isLive();
    if (!isNew
        || busy.has(copy)
        || busy.isHashing(conflict.path())
        || trouble.unobservable(conflict.path()).isPresent()) {
      return false;
    }
    applying.settleUnfinished(conflict.path()); // else our own install is taken for the user's work
    Node had = trees.applied(conflict.path()).ledger();
    if (!isLoser(conflict) || disk.node(conflict.path()).sameContent(had)) {
      return false;
    }
    applying.recordStable(copy, Applied.exactly(trees.global(copy)));
    return true;
  }

  /// The opposite: what was a copy has its name again, but not what the user made of it meanwhile.
  private void giveBack(RelPath copy) {
    trees
        .regained(copy)
        .filter(_ -> trouble.unobservable(copy).isEmpty())
        .filter(_ -> disk.node(copy).isLive() || observing.isGone(copy))
        .ifPresent(
            name -> {
              applying.recordStable(name, Applied.exactly(trees.global(name)));
              trees.replan(name);
            });
  }

  /// Whether a version that made way for a directory has its name again, and what the user made of
  /// its copy is yet to be told: that was done to the version, and what stands here comes after it.
  private boolean awaitsCopy(RelPath path) {
    return trees.applied(path).ledger() instanceof Node.Directory
        && trees.unplanned().stream()
            .filter(each -> ConflictName.original(each).filter(path::equals).isPresent())
            .anyMatch(copy -> busy.has(copy) || trees.regained(copy).isPresent());
  }

  /// Whether it is what this device had under the name.
  private boolean isLoser(Conflict conflict) {
    return trees.applied(conflict.path()).ledger().sameContent(conflict.other().node());
  }

  /// Whether what the user made of the losing version is about to take the copy's name.
  private boolean willMoveAside(Conflict conflict) {
    return isLoser(conflict)
        && (busy.has(conflict.path())
            || decisions.decide(conflict.path()) instanceof Decision.KeepBoth);
  }

  /// Whether an old version stands where what the user made of the losing version belongs. It goes
  /// first: nobody has the bytes of the losing version itself, which would be fetched to that
  /// place.
  private boolean isInTheWay(Conflict conflict) {
    RelPath copy = conflict.copyPath();
    Node stands = disk.node(copy);
    return (stands instanceof Node.File || stands instanceof Node.Symlink)
        && stands.equals(trees.applied(copy).disk())
        && !stands.sameContent(trees.global(copy))
        && trouble.failure(copy).isEmpty()
        && isLoser(conflict)
        && decisions.decide(conflict.path()) instanceof Decision.KeepBoth;
  }

  /// Whether something is about to have the name under which what the user made of the losing
  /// version would go on.
  private boolean isComing(Conflict conflict) {
    return isLoser(conflict) && busy.has(conflict.copyPath());
  }

  /// When another's version takes the name, this device's goes on under the conflict copy's: the
  /// copy is made first, while the bytes are still here.
  private boolean isKeptElsewhere(RelPath path) {
    Node here = disk.node(path);
    if (!here.isLive()) {
      return true;
    }
    return contests.of(path).stream()
        .map(Conflict::copyPath)
        .noneMatch(
            copy ->
                trees.global(copy).sameContent(here)
                    && !disk.node(copy).isLive()
                    && trouble.failure(copy).isEmpty()
                    && !(decisions.decide(copy) instanceof Decision.Taken));
  }

  private RelPath copyName(Decision.KeepBoth both, Plan plan) {
    for (Conflict conflict : contests.of(both.path())) {
      RelPath copy = conflict.copyPath();
      if (isLoser(conflict)
          && disk.get(copy).isEmpty()
          && disk.names().beside(copy).isEmpty()
          && !plan.takes(copy)) {
        return copy;
      }
    }
    Optional<Observed> local = disk.get(both.path());
    return free(number -> parts.conflictName(both.path(), local, number), plan);
  }

  private RelPath recoveredName(RelPath path, Plan plan) {
    Optional<Observed> local = disk.get(path);
    return free(number -> parts.recoveredName(path, local, number), plan);
  }

  /// The first of these names that nothing has.
  private RelPath free(IntFunction<RelPath> names, Plan plan) {
    for (int number = 1; ; number++) {
      RelPath name = names.apply(number);
      if (trees.isFree(name) && !plan.takes(name)) {
        return name;
      }
    }
  }
}
