package lockstep.sync;

import static java.lang.System.Logger.Level.WARNING;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import lockstep.base.Disk;
import lockstep.base.Node;
import lockstep.base.RelPath;

/// Has the [Applier] change the disk and keeps the trees at what became of it: a step that was done
/// moves *Disk* and *Applied*, one that met another disk than its plan knew sends for a look, one
/// that failed becomes trouble. Also settles what a crash left half-recorded. Owned by the folder's
/// loop.
final class Applying {
  private final FolderParts parts;
  private final Trees trees;
  private final Busy busy;
  private final Trouble trouble;
  private final Scans scans;
  private final Observing observing;
  private final Map<RelPath, LastRun.Unfinished> unfinished;

  /// All that were left open, until it is written down what became of them.
  private final Set<Long> openIntents;

  /// Of these, those whose end is on its way to the journal.
  private final Set<Long> ending = new HashSet<>();

  private final List<Step> records = new ArrayList<>();
  private Published published;
  private final Map<RelPath, Step> lastStale = new HashMap<>();
  private Step.Doubted doubted = new Step.Doubted(Set.of());
  private int batchesOut;

  Applying(FolderParts parts, LoopState state, Scans scans, Observing observing, LastRun lastRun) {
    this.parts = parts;
    this.trees = state.trees();
    this.busy = state.busy();
    this.trouble = state.trouble();
    this.scans = scans;
    this.observing = observing;
    this.unfinished = new HashMap<>(lastRun.unfinished());
    trees.replan(unfinished.keySet());
    this.openIntents = new HashSet<>(lastRun.openIntents());
    this.published = lastRun.published();
    records.addAll(lastRun.unrecorded());
  }

  // ---- To be done ----------------------------------------------------------------------------

  void submit(List<Step> steps) {
    if (steps.isEmpty()) {
      return;
    }
    steps.forEach(busy::apply);
    batchesOut++;
    parts.applier().submit(steps);
  }

  /// Disk and ledger agree on the path; that becomes durable with [#submitRecords], and what stands
  /// there with it.
  void record(RelPath path, Applied now) {
    record(path, now, false);
  }

  /// The same where all that stands there is on stable storage, or nothing stands there.
  void recordStable(RelPath path, Applied now) {
    record(path, now, true);
  }

  private void record(RelPath path, Applied now, boolean stable) {
    trees.apply(path, now);
    records.add(new Step.Record(path, now, stable));
  }

  /// The path is ignored, or to come back: that nothing stands there is no news from now on.
  void lookAwayFrom(RelPath path) {
    trees.lookAwayFrom(path).ifPresent(now -> records.add(new Step.Record(path, now, true)));
  }

  /// The path is not ignored any more, and stands as it did, or not.
  void lookAt(RelPath path) {
    recordStable(path, trees.applied(path).attended());
  }

  /// All that this device published up to there is recorded.
  void covered(Published upTo) {
    published = upTo;
    records.add(new Step.Covered(upTo));
  }

  /// From here on what is recorded is in doubt there and nowhere else.
  void doubt(Set<RelPath> roots) {
    doubted = new Step.Doubted(roots);
    records.add(doubted);
  }

  /// Entries of this device's that it had lost, or that another copy of its home wrote, came from a
  /// member. What they say was never done on this disk.
  void tookBack(Published upTo) {
    if (!upTo.equals(published)) {
      covered(upTo);
    }
  }

  void submitRecords() {
    if (trouble.halted().isEmpty()) {
      var settled = new HashSet<>(settled());
      settled.removeAll(ending);
      if (!settled.isEmpty()) records.add(new Step.Settled(settled));
      ending.addAll(settled);
      submit(records);
      records.clear();
    }
  }

  /// The intents of which it is known what became of them.
  private Set<Long> settled() {
    var settled = new HashSet<>(openIntents);
    unfinished.values().forEach(each -> settled.remove(each.intent()));
    return settled;
  }

  /// Whether steps that were left half done stand in the journal as if nothing was known of them,
  /// though it is. After a crash they would account for what its user does to paths that are
  /// published meanwhile.
  boolean isSettling(Collection<RelPath> paths) {
    paths.forEach(this::settleUnfinished);
    return !settled().isEmpty();
  }

  /// Whether a step may be done or not at a path.
  boolean isUnfinished(RelPath path) {
    return unfinished.containsKey(path);
  }

  /// The step may be done or not, and was not recorded: only a look at the disk tells.
  private void leaveUnfinished(Step step, long intent) {
    openIntents.add(intent);
    unfinished.put(step.path(), new LastRun.Unfinished(Applier.after(step), intent));
    if (step instanceof Step.Move move) {
      unfinished.put(move.from(), new LastRun.Unfinished(Node.ABSENT, intent));
    }
    observing.lookAtUnsure(paths(step));
  }

  /// A crash, or a disk that failed, between a change of the disk and its record is no edit: it is
  /// known what was meant.
  void settleUnfinished(RelPath path) {
    if (!unfinished.containsKey(path)
        || trouble.unobservable(path).isPresent()
        || observing.isUnsure(path)) {
      return; // or it is not known yet what stands there
    }
    Node meant = unfinished.remove(path).meant();
    Node stands = trees.disk().node(path);
    Applied before = trees.applied(path);
    if (stands.sameContent(meant)) {
      record(path, finished(path, meant, stands));
      parts.tell("recovery-action", path, Map.of("action", "finished what was under way"));
    } else if (!meant.isLive() && !stands.sameContent(before.disk())) {
      recordStable(path, Applied.NOTHING); // it may have come when what was here had gone
    } else if (trees.global(path).sameContent(before.ledger())
        && !stands.sameContent(before.disk())) {
      recordStable(path, Applied.exactly(meant)); // it may be an edit of that, which others undid
    }
  }

  /// With another mode or time it is ours all the same, and still to be made what was meant; unless
  /// that had been here before, for then nothing would tell that it is to be: it is the user's.
  private Applied finished(RelPath path, Node meant, Node stands) {
    if (stands.equals(meant) || !trees.global(path).equals(meant)) {
      return new Applied(meant, stands);
    }
    Node before = trees.applied(path).ledger();
    return before.equals(meant) ? Applied.exactly(meant) : new Applied(before, stands);
  }

  /// Only while nothing is under way: *Applied* is all there is then.
  void tidyJournal() {
    if (!records.isEmpty()) return;
    parts.applier().compactIfUseful(trees.applied(), published, doubted);
  }

  boolean isUnderWay() {
    return batchesOut > 0;
  }

  // ---- What became of it ---------------------------------------------------------------------

  void applied(List<Step.Result> results, int submissions) {
    batchesOut -= submissions;
    for (Step.Result result : results) {
      Step step = result.step();
      List<RelPath> lookAgain = busy.applied(step, result.outcome());
      result.intent().ifPresent(intent -> leaveUnfinished(step, intent));
      if (step instanceof Step.Settled(Set<Long> intents)) ending.removeAll(intents);
      switch (result.outcome()) {
        case Step.Outcome.Done(Optional<Observed> now) -> onDone(step, now);
        case Step.Outcome.Stale() -> onStale(step);
        case Step.Outcome.Unwritten(String reason) -> {
          trouble.suspend(reason);
          keepRecord(step);
          if (!(step instanceof Step.Bookkeeping)) trees.replan(step.path());
        }
        case Step.Outcome.Astray(String reason) -> {
          trouble.distrust(reason);
          keepRecord(step);
        }
        case Step.Outcome.Refused(String reason) -> onFailed(step, reason, false);
        case Step.Outcome.Failed(String reason, boolean halts) -> onFailed(step, reason, halts);
      }
      lookAgain.forEach(observing::changed);
      boolean done = result.outcome() instanceof Step.Outcome.Done;
      if (done && !step.path().isReserved()) {
        trees.replan(step.path());
      }
    }
  }

  private void onDone(Step step, Optional<Observed> now) {
    trouble.succeed(step.path());
    lastStale.remove(step.path());
    if (step instanceof Step.Settled(Set<Long> intents)) openIntents.removeAll(intents);
    if (step instanceof Step.Bookkeeping) {
      return;
    }
    RelPath path = step.path();
    Applied after = Applier.applied(step, now);
    trees.apply(path, after);
    if (step instanceof Step.Move move) {
      trees.apply(move.from(), Applied.NOTHING);
      observing.forget(move.from());
      trees.replan(move.from());
    }
    if (step instanceof Step.Respell(RelPath from, _, _)) {
      respelt(from, path);
    }
    if (now.isPresent()) {
      observing.observe(path, now.get());
    } else {
      observing.forget(path);
      trees.replan(path.parent());
    }
    if (after.disk() instanceof Node.File file) {
      parts.indexChunks(file.content());
    }
    tellOf(step);
    if (step instanceof Step.MoveAside aside) {
      lookAtCopy(aside);
    }
  }

  /// All that a directory holds has gone with it, and is known as it was.
  private void respelt(RelPath from, RelPath to) {
    observing.moved(from, to);
    noteSealed(from, to);
    for (RelPath path : List.copyOf(trees.applied().keySet())) {
      if (path.startsWith(from)) {
        RelPath now = path.rebase(from, to);
        if (!now.equals(to)) record(now, trees.applied(path));
        record(path, Applied.NOTHING);
        trees.replan(List.of(path, now));
      }
    }
    scans.scan(to, "its name is spelled anew");
  }

  private void noteSealed(RelPath from, RelPath to) {
    try {
      parts.locking().log().respelled(from, to);
    } catch (IOException e) {
      parts.log().log(WARNING, "where read-only files went is not written down: {0}", e);
    }
  }

  /// The copy is a new file of this device's user, to be found like any other.
  private void lookAtCopy(Step.MoveAside aside) {
    observing.changed(aside.copy());
    if (aside.expected().kind() == Disk.Kind.DIRECTORY) {
      scans.scan(aside.copy(), "it was moved aside");
    }
  }

  private void tellOf(Step step) {
    switch (step) {
      case Step.Install _, Step.Move _, Step.MakeSymlink _ ->
          parts.tell("file-received", step.path(), Map.of());
      case Step.Delete _ -> parts.tell("file-deleted", step.path(), Map.of());
      case Step.MoveAside aside -> tellOf(aside);
      case Step.MakeDirectory _, Step.Respell _, Step.SetMetadata _, Step.Bookkeeping _ -> {}
    }
  }

  private void tellOf(Step.MoveAside aside) {
    var details = new HashMap<>(Map.of("copy", aside.copy().toString()));
    if (aside.torn().isPresent()) {
      details.put("action", "put a save aside that was cut off when the machine went down");
      details.put("reason", aside.torn().get());
    }
    parts.tell(
        aside.torn().isPresent() ? "recovery-action" : "conflict-created", aside.path(), details);
  }

  /// The disk is looked at, and the paths are planned again. A step that is stale twice though
  /// nothing new was seen would go round in circles: it is left for later.
  private void onStale(Step step) {
    if (step.equals(lastStale.put(step.path(), step))) {
      lastStale.remove(step.path());
      onFailed(step, "something keeps changing it", false);
      paths(step).forEach(trouble::cannotSettle);
      return;
    }
    observing.lookAtStale(paths(step));
  }

  private static List<RelPath> paths(Step step) {
    return step instanceof Step.Move move
        ? List.of(move.path(), move.from())
        : List.of(step.path());
  }

  /// What was to be done is planned again, but of a record only this knows.
  private void keepRecord(Step step) {
    switch (step) {
      case Step.Record(RelPath path, _, boolean stable) ->
          records.add(new Step.Record(path, trees.recorded(path), stable));
      case Step.Covered _ -> covered(published);
      case Step.Doubted _ -> records.add(step);
      default -> {}
    }
  }

  private void onFailed(Step step, String reason, boolean halts) {
    if (halts) {
      trouble.halt(reason);
      trees.replan(step.path());
      return;
    }
    paths(step).forEach(path -> trouble.fail(path, reason));
    trouble.suspendIfFull(bytes(step));
    if (trees.disk().names().folding().isAny()) {
      observing.changed(step.path()); // what has its name may be unknown as yet
    }
    if (trees.disk().node(step.path()) instanceof Node.Directory) {
      scans.scan(step.path(), "it is in the way");
    }
  }

  private static long bytes(Step step) {
    return step instanceof Step.Install install ? install.file().content().size() : 0;
  }
}
