package lockstep.sync;

import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
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
  private final Decisions decisions;
  private final Fetching fetching;
  private final Applying applying;
  private final Set<RelPath> outbox = new LinkedHashSet<>(); // differs from Applied, not published
  private final Set<RelPath> heldDeletes = new HashSet<>(); // until everything has been looked at
  private final Members members;

  private OptionalLong vanished = OptionalLong.empty(); // when a name last did
  private OptionalLong outboxSince = OptionalLong.empty();
  private boolean paused;
  private boolean wasInSync;
  private boolean stopped;
  private final List<Waiter> waiters = new ArrayList<>();
  private final Rate rate;

  /// Somebody who waits for the folder to be in sync.
  private record Waiter(int afterScans, Runnable done) {}

  FolderLoop(FolderParts parts, LastRun lastRun, boolean paused) {
    this.parts = parts;
    this.clock = new Clockwork(parts.time());
    this.trees = new Trees(parts.ledger(), lastRun.applied());
    this.disk = trees.disk();
    this.busy = new Busy();
    this.trouble = new Trouble(parts, clock);
    var state = new LoopState(clock, trees, busy, trouble);
    this.scans = new Scans(parts, state);
    this.contents = new KnownContents(parts, disk);
    this.observing = new Observing(parts, state, scans, contents);
    this.decisions = new Decisions(trees, scans, trouble);
    this.fetching = new Fetching(parts, state, decisions);
    this.applying = new Applying(parts, state, scans, observing, lastRun);
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
      case FolderEvent.Applied(var results, int submissions) ->
          applying.applied(results, submissions);
      case FolderEvent.Staged(var ready) -> applying.submit(fetching.staged(ready));
      case FolderEvent.FetchFailed(Wanted wanted, String reason, boolean retry) ->
          fetching.failed(wanted, reason, retry);
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
      applying.settleUnfinished(path);
      Decision decision = decisions.decide(path);
      if (postponed(decision)) {
        continue;
      }
      trees.planned(path);
      if (decision instanceof Decision.Publish(_, Node.Absent _) && observing.isUnderWay()) {
        heldDeletes.add(path);
        continue;
      }
      outbox.remove(path);
      fetching.keepOrCancel(decision);
      switch (decision) {
        case Decision.Nothing _ -> trouble.succeed(path);
        case Decision.Wait _ -> {}
        case Decision.Publish _ -> addToOutbox(path);
        case Decision.Accept(_, Node ledger) ->
            applying.record(path, new Applied(ledger, disk.node(path)));
        case Decision.KeepBoth both -> plan.aside(both, copyName(both, plan));
        case Decision.Download download -> plan.download(download);
        case Decision.Delete delete -> plan.delete(delete);
        case Decision.MakeDirectory _, Decision.MakeSymlink _, Decision.SetMetadata _ ->
            plan.step(decision);
      }
    }
    fetching.want(plan.downloads());
    applying.submit(plan.steps());
  }

  /// Modes that lock a directory wait until nothing has to be put into it.
  private boolean postponed(Decision decision) {
    return switch (decision) {
      case Decision.SetMetadata(_, Node.Directory(int mode)) ->
          (mode & 0300) != 0300 && (fetching.isUnderWay() || busy.isApplying());
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

  private RelPath copyName(Decision.KeepBoth both, Plan plan) {
    for (int number = 1; ; number++) {
      RelPath copy = parts.conflictName(both.path(), disk.get(both.path()), number);
      boolean free = !trees.global(copy).isLive() && disk.get(copy).isEmpty() && !plan.takes(copy);
      if (free) {
        return copy;
      }
    }
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
      applying.record(change.path(), Applied.exactly(change.node()));
      String type = change.node().isLive() ? "file-published" : "file-deleted";
      parts.tell(type, change.path(), Map.of());
    }
  }

  /// What the outbox comes to now: a path that needs something else by now goes back to planning.
  private List<Change> changes() {
    var changes = new ArrayList<Change>();
    for (RelPath path : outbox) {
      if (decisions.decide(path) instanceof Decision.Publish(_, Node node)) {
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

  void halt(String reason) {
    trouble.halt(reason);
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
    applying.submitRecords();
    contents.writeIndex(idle());
    if (idle() && !applying.isUnderWay()) {
      applying.tidyJournal();
    }
  }

  /// Whether the disk shows all that this device knows of.
  private boolean applyingDone() {
    return scans.sawAll()
        && trees.allPlanned()
        && !observing.isStale()
        && !fetching.isUnderWay()
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
        applyingDone() && trouble.halted().isEmpty(), pendingFiles(), fetching.bytes(), clock);
    boolean now = inSync();
    if (now && !wasInSync) {
      parts.tell("folder-in-sync", RelPath.ROOT, Map.of());
    }
    wasInSync = now;
    if (now && !applying.isUnderWay() && members.allHaveEverything()) {
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
    return fetching.files() + busy.applying();
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
        fetching.bytes(),
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
    return new Explanation(path, decisions, scans.rules(), disk, members)
        .lines(
            trouble.failure(path),
            busy.isHashing(path),
            busy.isApplying(path),
            fetching.isUnderWay(path),
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
