package lockstep.sync;

import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import lockstep.base.Disk;
import lockstep.base.Node;
import lockstep.base.RelPath;
import lockstep.ledger.Change;
import lockstep.ledger.Conflict;
import lockstep.ledger.Payload;

/// One shared folder: the loop that owns its three trees.
///
/// Events come in one at a time and are handled to their end; then the loop takes a *turn*: it plans the
/// paths that something happened to, publishes what the user changed, hands steps to the [Applier] and
/// wishes to the [Fetcher]. Whatever takes time happens elsewhere and comes back as an event, so the
/// trees need no lock.
///
///     disk  → Watcher, Scanner → Disk ─┐
///                                      ├→ Planner → Publish → Ledger.append → members
///     member → Ledger.accept → Global ─┘         └→ Download … → Fetcher → Applier → disk
final class FolderLoop {
  /// Events handled before a turn, so that bursts are planned as one.
  private static final int EVENTS_PER_TURN = 4096;

  /// Changes gathered before they are published while more are being hashed.
  private static final int PUBLISH_BATCH = 1000;

  private static final long PUBLISH_DELAY = 100_000_000L;

  /// How long new files wait to be seen together with what vanished, so that they make a rename.
  private static final long RENAME_WINDOW = 170_000_000L;

  private static final long SCAN_PATIENCE = 3_000_000_000L;

  private final FolderParts parts;
  private final Clockwork clock;
  private final Trees trees;
  private final DiskTree disk;
  private final Busy busy;
  private final Trouble trouble;
  private final Scans scans;
  private final KnownContents contents;
  private final Observing observing;
  private final Map<RelPath, Node> unfinished; // what open intents of the last run were to leave

  private final Set<Long> openIntents;

  // What is under way, by path.
  private final Set<RelPath> outbox = new LinkedHashSet<>(); // differs from Applied, not published
  private final Set<RelPath> heldDeletes = new HashSet<>(); // until everything has been looked at
  private final Map<RelPath, Wanted> fetching = new HashMap<>();
  private final Members members;

  private OptionalLong vanished = OptionalLong.empty(); // when a name last did
  private final List<Step> records = new ArrayList<>();
  private int batchesOut;
  private OptionalLong outboxSince = OptionalLong.empty();
  private boolean paused;
  private boolean wasInSync;
  private boolean stopped;
  private final List<Waiter> waiters = new ArrayList<>();
  private final Rate rate;

  /// Somebody who waits for the folder to be in sync.
  private record Waiter(int afterScans, Runnable done) {}

  FolderLoop(
      FolderParts parts,
      Map<RelPath, Applied> applied,
      Map<RelPath, Node> unfinished,
      Set<Long> openIntents,
      boolean paused) {
    this.parts = parts;
    this.unfinished = new HashMap<>(unfinished);
    this.openIntents = new HashSet<>(openIntents);
    this.clock = new Clockwork(parts.time());
    this.trees = new Trees(parts.ledger(), applied);
    this.disk = trees.disk();
    this.busy = new Busy();
    this.trouble = new Trouble(parts, clock);
    var state = new LoopState(clock, trees, busy, trouble);
    this.scans = new Scans(parts, state);
    this.contents = new KnownContents(parts, disk);
    this.observing = new Observing(parts, state, scans, contents);
    this.members = new Members(parts.ledger(), parts.self());
    this.rate = new Rate(parts.time());
    this.paused = paused;
  }

  /// Runs until [FolderEvent.Stop].
  void run(Mailbox mailbox) throws InterruptedException {
    while (!stopped) {
      Optional<FolderEvent> event = mailbox.take(clock.untilNext());
      for (int handled = 0; event.isPresent(); handled++) {
        handle(event.get());
        event = handled < EVENTS_PER_TURN ? mailbox.poll() : Optional.empty();
      }
      turn();
    }
    mailbox.close();
    contents.writeIndex();
  }

  /// Handles one event to its end. The simulator calls this, and [#turn], directly.
  void handle(FolderEvent event) {
    switch (event) {
      case FolderEvent.Touched(RelPath path) -> observing.changed(path);
      case FolderEvent.Brushed(RelPath path) -> observing.touched(path);
      case FolderEvent.Writing(RelPath path) -> observing.writing(path);
      case FolderEvent.Vanished(RelPath path) -> {
        vanished = OptionalLong.of(clock.now());
        observing.deleted(path);
      }
      case FolderEvent.Rescan(RelPath directory, String because) -> scans.scan(directory, because);
      case FolderEvent.Looked(var looks) -> observing.looked(looks);
      case FolderEvent.Listed listed -> observing.listed(listed);
      case FolderEvent.Unread(RelPath directory, String reason) ->
          trouble.cannotObserve(directory, reason);
      case FolderEvent.ScanEnded ended -> scans.ended(ended);
      case FolderEvent.Hashed hashed -> observing.hashed(hashed);
      case FolderEvent.Applied(var results, int submissions) -> onApplied(results, submissions);
      case FolderEvent.Staged(var ready) -> onStaged(ready);
      case FolderEvent.FetchFailed(Wanted wanted, String reason, boolean retry) ->
          onFetchFailed(wanted, reason, retry);
      case FolderEvent.Progress(long bytes) -> rate.add(bytes);
      case FolderEvent.PeerUp(SyncSession session) -> onPeerUp(session);
      case FolderEvent.PeerDown(SyncSession session, String reason) -> onPeerDown(session, reason);
      case FolderEvent.FromPeer(SyncSession session, SyncMessage message) ->
          onMessage(session, message);
      case FolderEvent.Drained(SyncSession session) -> members.drained(session);
      case FolderEvent.Ask(var task) -> task.accept(this);
      case FolderEvent.Stop() -> stopped = true;
    }
  }

  /// Acts on all that was learned since the last turn.
  void turn() {
    if (stopped) {
      return;
    }
    clock.clear();
    observing.lookAtWhatIsQuiet();
    scans.scanNowAndThen();
    if (trouble.halted().isEmpty() && !paused) {
      trees.replan(trouble.toRetry());
      plan();
      publish();
    }
    pump();
    tidy();
    announce();
  }

  // ---- Planning ------------------------------------------------------------------------------

  private Decision decide(RelPath path) {
    boolean directory =
        disk.node(path) instanceof Node.Directory || trees.global(path) instanceof Node.Directory;
    if (scans.isIgnored(path, directory)) {
      return new Decision.Wait(path, "ignored");
    }
    Optional<String> unobservable = trouble.unobservable(path);
    if (unobservable.isPresent()) {
      return new Decision.Wait(path, unobservable.get());
    }
    return Planner.decide(path, trees.global(path), disk.node(path), trees.applied(path));
  }

  private void plan() {
    if (!scans.sawAll()
        || (trees.allPlanned() && heldDeletes.isEmpty())
        || members.awaitsMore(clock)) {
      return;
    }
    var plan = new Plan(disk);
    if (!observing.isUnderWay()) {
      trees.replan(heldDeletes);
      heldDeletes.clear();
    }
    for (RelPath path : trees.unplanned()) {
      if (busy.has(path)) {
        continue; // planned again when that has ended
      }
      settleUnfinished(path);
      Decision decision = decide(path);
      if (postponed(decision)) {
        continue;
      }
      trees.planned(path);
      if (decision instanceof Decision.Publish(_, Node.Absent _) && observing.isUnderWay()) {
        heldDeletes.add(path);
        continue;
      }
      outbox.remove(path);
      keepOrCancelFetch(decision);
      switch (decision) {
        case Decision.Nothing _ -> trouble.succeed(path);
        case Decision.Wait _ -> {}
        case Decision.Publish _ -> addToOutbox(path);
        case Decision.Accept(_, Node ledger) -> record(path, new Applied(ledger, disk.node(path)));
        case Decision.KeepBoth both -> plan.aside(both, copyName(both, plan));
        case Decision.Download download -> plan.download(download);
        case Decision.Delete delete -> plan.delete(delete);
        case Decision.MakeDirectory _, Decision.MakeSymlink _, Decision.SetMetadata _ ->
            plan.step(decision);
      }
    }
    carryOut(plan);
  }

  /// Modes that lock a directory wait until nothing has to be put into it.
  private boolean postponed(Decision decision) {
    return switch (decision) {
      case Decision.SetMetadata(_, Node.Directory(int mode)) ->
          (mode & 0300) != 0300 && (!fetching.isEmpty() || busy.isApplying());
      case Decision.Download(RelPath path, _) -> !keptElsewhere(path);
      default -> false;
    };
  }

  /// When another's version takes the name, this device's goes on under the conflict copy's: the
  /// copy is made first, while the bytes are still here.
  private boolean keptElsewhere(RelPath path) {
    Node here = disk.node(path);
    if (!here.isLive()) {
      return true;
    }
    return trees.global().conflicts().stream()
        .filter(conflict -> conflict.path().equals(path))
        .map(Conflict::copyPath)
        .noneMatch(
            copy ->
                trees.global(copy).sameContent(here)
                    && !disk.node(copy).isLive()
                    && trouble.failure(copy).isEmpty());
  }

  /// A crash between a change of the disk and its record is no edit: the journal says what was
  /// meant.
  private void settleUnfinished(RelPath path) {
    Node meant = unfinished.remove(path);
    if (meant != null && disk.node(path).sameContent(meant)) {
      record(path, new Applied(meant, disk.node(path)));
      parts.tell("recovery-action", path, Map.of("action", "finished what was under way"));
    }
  }

  private void keepOrCancelFetch(Decision decision) {
    Wanted wanted = fetching.get(decision.path());
    if (wanted == null) {
      return;
    }
    if (decision instanceof Decision.Download(_, Node.File file) && file.equals(wanted.file())) {
      return;
    }
    fetching.remove(decision.path());
    parts.fetcher().cancel(List.of(wanted.id()));
  }

  private RelPath copyName(Decision.KeepBoth both, Plan plan) {
    for (int number = 1; ; number++) {
      RelPath copy = parts.conflictName(both.path(), disk.get(both.path()), number);
      boolean free = !trees.global(copy).isLive() && disk.get(copy).isEmpty() && !plan.takes(copy);
      if (free) {
        return copy;
      }
    }
  }

  private void carryOut(Plan plan) {
    var wanted = new ArrayList<Wanted>();
    for (Decision.Download download : plan.downloads()) {
      Wanted already = fetching.get(download.path());
      if (already == null) {
        var want = parts.wanted(download.path(), download.file(), disk.node(download.path()));
        fetching.put(download.path(), want);
        wanted.add(want);
      }
    }
    if (!wanted.isEmpty()) {
      parts.fetcher().want(wanted);
    }
    submit(plan.steps());
  }

  private void submit(List<Step> steps) {
    if (steps.isEmpty()) {
      return;
    }
    for (Step step : steps) {
      busy.apply(step);
    }
    batchesOut++;
    parts.applier().submit(steps);
  }

  private void record(RelPath path, Applied now) {
    trees.apply(path, now);
    records.add(new Step.Record(path, now));
  }

  // ---- Publishing ----------------------------------------------------------------------------

  private void addToOutbox(RelPath path) {
    outbox.add(path);
    if (outboxSince.isEmpty()) {
      outboxSince = OptionalLong.of(clock.now());
    }
  }

  private void publish() {
    if (outbox.isEmpty()) {
      outboxSince = OptionalLong.empty();
      return;
    }
    if (!members.mayPublish() || worthWaiting() || !trouble.markerStands()) {
      return;
    }
    List<Change> changes = changes();
    outbox.clear();
    outboxSince = OptionalLong.empty();
    try {
      if (!changes.isEmpty()) {
        trees.replan(parts.ledger().append(List.of(new Payload.Changes(changes))).changed());
      }
    } catch (java.io.IOException e) {
      changes.forEach(change -> outbox.add(change.path()));
      trouble.halt("the ledger cannot be written: " + e.getMessage());
      return;
    }
    for (Change change : changes) {
      record(change.path(), Applied.exactly(change.node()));
      String type = change.node().isLive() ? "file-published" : "file-deleted";
      parts.tell(type, change.path(), Map.of());
    }
  }

  /// What the outbox comes to now: a path that needs something else by now goes back to planning.
  private List<Change> changes() {
    var changes = new ArrayList<Change>();
    for (RelPath path : outbox) {
      if (decide(path) instanceof Decision.Publish(_, Node node)) {
        changes.add(new Change(path, node, trees.global().known(path)));
      } else {
        trees.replan(path);
      }
    }
    return changes;
  }

  /// While more is being looked at, more changes make a better batch, and what vanished here and
  /// appeared there is published as one; not for long.
  private boolean worthWaiting() {
    long since = outboxSince.orElse(clock.now());
    if (scans.areUnderWay() && stillBefore(since + SCAN_PATIENCE)) {
      return true;
    }
    boolean renaming = vanished.isPresent() && outbox.stream().anyMatch(this::isNew);
    if (renaming && stillBefore(vanished.getAsLong() + RENAME_WINDOW)) {
      return true;
    }
    return busy.isHashing() && outbox.size() < PUBLISH_BATCH && stillBefore(since + PUBLISH_DELAY);
  }

  private boolean isNew(RelPath path) {
    return !trees.applied().containsKey(path);
  }

  private boolean stillBefore(long moment) {
    clock.wakeAt(moment);
    return clock.now() - moment < 0;
  }

  // ---- What came back ------------------------------------------------------------------------

  private void onApplied(List<Step.Result> results, int submissions) {
    batchesOut -= submissions;
    for (Step.Result result : results) {
      Step step = result.step();
      boolean lookAgain = busy.applied(step);
      switch (result.outcome()) {
        case Step.Outcome.Done(Optional<Observed> now) -> onDone(step, now);
        case Step.Outcome.Stale() -> lookAfterStale(step);
        case Step.Outcome.Failed(String reason, boolean halts) -> onFailed(step, reason, halts);
      }
      if (lookAgain) {
        observing.changed(step.path());
      }
      if (!(result.outcome() instanceof Step.Outcome.Stale)) {
        trees.replan(step.path());
      }
    }
  }

  /// The disk is not what the plan knew: it is planned again once it has been looked at.
  private void lookAfterStale(Step step) {
    var paths = new ArrayList<RelPath>(List.of(step.path()));
    if (step instanceof Step.Move move) {
      paths.add(move.from());
    }
    observing.lookAtStale(paths);
  }

  private void onDone(Step step, Optional<Observed> now) {
    trouble.succeed(step.path());
    if (step instanceof Step.Record) {
      return;
    }
    RelPath path = step.path();
    Applied after = Applier.applied(step, now);
    if (after.equals(Applied.NOTHING)) {
      trees.forgetApplied(path);
    } else {
      trees.apply(path, after);
    }
    if (step instanceof Step.Move move) {
      trees.forgetApplied(move.from());
      observing.forget(move.from());
      trees.replan(move.from());
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
  }

  private void tellOf(Step step) {
    switch (step) {
      case Step.Install _, Step.Move _, Step.MakeSymlink _ ->
          parts.tell("file-received", step.path(), Map.of());
      case Step.Delete _ -> parts.tell("file-deleted", step.path(), Map.of());
      case Step.MoveAside aside -> {
        parts.tell("conflict-created", aside.path(), Map.of("copy", aside.copy().toString()));
        observing.changed(aside.copy());
        if (aside.expected().kind() == Disk.Kind.DIRECTORY) {
          scans.scan(aside.copy(), "it was moved aside");
        }
      }
      case Step.MakeDirectory _, Step.SetMetadata _, Step.Record _ -> {}
    }
  }

  private void onFailed(Step step, String reason, boolean halts) {
    if (halts) {
      trouble.halt(reason);
      return;
    }
    trouble.fail(step.path(), reason);
  }

  void halt(String reason) {
    trouble.halt(reason);
  }

  private void onStaged(List<Wanted> ready) {
    var steps = new ArrayList<Step>();
    for (Wanted wanted : ready) {
      RelPath path = wanted.path();
      if (!wanted.equals(fetching.get(path))) {
        continue; // the plan changed meanwhile
      }
      fetching.remove(path);
      boolean still =
          !busy.has(path)
              && decide(path) instanceof Decision.Download(_, Node.File file)
              && file.equals(wanted.file());
      if (still) {
        steps.add(
            new Step.Install(path, wanted.id(), wanted.file(), disk.get(path).map(Observed::stat)));
        trees.planned(path);
      } else {
        trees.replan(path);
      }
    }
    submit(steps);
  }

  private void onFetchFailed(Wanted wanted, String reason, boolean retry) {
    if (fetching.remove(wanted.path(), wanted)) {
      trouble.fail(wanted.path(), reason + (retry ? "" : " (no member has it)"));
    }
  }

  // ---- Members -------------------------------------------------------------------------------

  private void pump() {
    try {
      members.pump();
    } catch (java.io.IOException e) {
      trouble.halt("the ledger cannot be read: " + e.getMessage());
    }
  }

  private void onPeerUp(SyncSession session) {
    members.up(session);
    parts.fetcher().providers(members.connected());
    parts.log().log(INFO, "folder {0}: connected to {1}", parts.name(), session.peer());
    trees.replan(outbox);
  }

  private void onPeerDown(SyncSession session, String reason) {
    if (members.down(session)) {
      parts.fetcher().providers(members.connected());
      parts.log().log(INFO, "folder {0}: {1} left: {2}", parts.name(), session.peer(), reason);
    }
  }

  private void onMessage(SyncSession session, SyncMessage message) {
    try {
      for (RelPath path : members.take(session, message)) {
        trees.replan(path);
      }
    } catch (lockstep.base.PeerViolationException e) {
      parts.tell("security-alert", RelPath.ROOT, Map.of("reason", String.valueOf(e.getMessage())));
      parts.log().log(WARNING, "{0} broke the protocol: {1}", session.peer(), e.getMessage());
      session.reset();
    } catch (java.io.IOException e) {
      trouble.halt("the ledger cannot be written: " + e.getMessage());
    }
  }

  /// The ledger was changed by this device (membership): tell everybody.
  void ledgerChanged(Set<RelPath> changed) {
    trees.replan(changed);
  }

  Members members() {
    return members;
  }

  // ---- State ---------------------------------------------------------------------------------

  private void tidy() {
    if (!records.isEmpty()) {
      batchesOut++;
      parts.applier().submit(records);
      records.clear();
    }
    contents.writeIndex(idle());
    if (idle() && batchesOut == 0) {
      parts.applier().compactIfUseful(trees.applied(), openIntents);
      openIntents.clear();
    }
  }

  /// Whether the disk shows all that this device knows of.
  private boolean applyingDone() {
    return scans.sawAll()
        && trees.allPlanned()
        && !observing.isStale()
        && fetching.isEmpty()
        && !busy.isApplying();
  }

  private boolean idle() {
    return applyingDone() && !observing.isUnderWay();
  }

  private boolean inSync() {
    return idle()
        && heldDeletes.isEmpty()
        && outbox.isEmpty()
        && trouble.halted().isEmpty()
        && !paused;
  }

  private void announce() {
    members.announce(
        applyingDone() && trouble.halted().isEmpty(), pendingFiles(), pendingBytes(), clock);
    boolean now = inSync();
    if (now && !wasInSync) {
      parts.tell("folder-in-sync", RelPath.ROOT, Map.of());
    }
    wasInSync = now;
    if (now && batchesOut == 0 && members.allHaveEverything()) {
      waiters.removeIf(
          waiter -> {
            boolean done = scans.fullDone() >= waiter.afterScans();
            if (done) {
              waiter.done().run();
            }
            return done;
          });
    }
  }

  /// Calls `done` once every save closed before now is published and every connected member has it.
  void whenSynced(Runnable done) {
    // A scan that is under way may have passed a file already: only one that begins now counts.
    waiters.add(new Waiter(scans.fullDoneAfterNext(), done));
    scans.scan(RelPath.ROOT, "somebody waits for the folder to be in sync");
  }

  void scanOften() {
    scans.scanOften();
  }

  void pause(boolean pause) {
    paused = pause;
    if (!pause) {
      trouble.resume();
      scans.scan(RelPath.ROOT, "resumed");
    }
  }

  private long pendingFiles() {
    return fetching.size() + busy.applying();
  }

  private long pendingBytes() {
    long bytes = 0;
    for (Wanted wanted : fetching.values()) {
      bytes += wanted.file().content().size();
    }
    return bytes;
  }

  FolderStatus status() {
    var global = trees.global();
    return new FolderStatus(
        parts.name(),
        parts.ledger().folderId(),
        parts.root(),
        state(),
        trouble.halted(),
        global.files(),
        global.directories(),
        global.bytes(),
        pendingFiles(),
        pendingBytes(),
        outbox.size(),
        global.conflicts().size(),
        0,
        rate.bytesPerSecond(),
        trouble.problems(),
        members.status());
  }

  private FolderState state() {
    if (trouble.halted().isPresent()) {
      return FolderState.ERROR;
    }
    if (paused) {
      return FolderState.PAUSED;
    }
    if (!scans.sawAll()) {
      return FolderState.SCANNING;
    }
    return idle() ? FolderState.IN_SYNC : FolderState.SYNCING;
  }

  /// Says in plain words how a path stands.
  List<String> why(RelPath path) {
    return new Explanation(path, this::decide, scans.rules(), disk, members)
        .lines(
            trouble.failure(path),
            busy.isHashing(path),
            busy.isApplying(path),
            fetching.containsKey(path),
            outbox.contains(path),
            trouble.halted(),
            paused);
  }

  /// A copy of the disk's tree.
  Map<RelPath, Observed> observed() {
    return disk.copy();
  }

  /// Files that hold a content, for whoever serves or copies it. Thread-safe.
  List<DiskTree.Place> places(lockstep.base.Content content) {
    return disk.places(content);
  }
}
