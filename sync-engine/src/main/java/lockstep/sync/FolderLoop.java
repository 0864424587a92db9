package lockstep.sync;

import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;
import lockstep.base.Content;
import lockstep.base.Disk;
import lockstep.base.DiskFile;
import lockstep.base.DurabilityException;
import lockstep.base.Node;
import lockstep.base.PeerViolationException;
import lockstep.base.PublicKey;
import lockstep.base.RelPath;
import lockstep.sync.ignore.Excludes;
import lockstep.sync.transfer.Wanted;

/// One shared folder: the loop that owns its three trees.
///
/// Events come in one at a time and are handled to their end, each by the side of the loop that it
/// concerns; then the loop takes a *turn*: what happened is planned, what the user changed is
/// published, what others changed is fetched and applied, and everybody is told how far this device
/// is. Whatever takes time happens elsewhere and comes back as an event, so the trees need no lock.
///
///     disk   → Observing (Scans, Quiet) → Disk ─┐             ┌→ Outbox → Ledger.append → members
///                                               ├→ Planning ──┤
///     member → Members → Ledger.accept → Global ┘             └→ Fetching → Applying → disk
final class FolderLoop {
  /// Events handled before a turn, so that bursts are planned as one.
  private static final int EVENTS_PER_TURN = 4096;

  private final FolderParts parts;
  private final Clockwork clock;
  private final Trees trees;
  private final DiskTree disk;
  private final Busy busy;
  private final Trouble trouble;
  private final Scans scans;
  private final KnownContents contents;
  private final TornSaves torn;
  private final Observing observing;
  private final Decisions decisions;
  private final Sources sources;
  private final Fetching fetching;
  private final Applying applying;
  private final Members members;
  private final Braking braking;
  private final Outbox outbox;
  private final LeftOut leftOut;
  private final Planning planning;
  private final Locks locks;
  private final Guarding guarding;
  private final HighWater highWater;
  private final HistoryKeeping history;
  private final Rate rate;
  private final ForkWatch forks;
  private final Waiters waiters;
  private Set<PublicKey> lastMembers;
  private boolean paused;
  private boolean wasInSync;
  private boolean stopped;

  FolderLoop(FolderParts parts, LastRun lastRun, boolean paused) {
    this.parts = parts;
    this.clock = new Clockwork(parts.time());
    this.highWater = new HighWater(parts);
    Set<RelPath> doubted = highWater.wasRestored() ? Set.of(RelPath.ROOT) : lastRun.doubted();
    var former = new Former(parts.ledger(), doubted);
    this.trees = new Trees(parts.ledger(), lastRun.applied(), former, parts.observer().folding());
    this.disk = trees.disk();
    this.busy = new Busy();
    this.trouble = new Trouble(parts, clock);
    var state = new LoopState(clock, trees, busy, trouble);
    this.scans = new Scans(parts, state);
    this.contents = new KnownContents(parts, disk);
    this.torn = new TornSaves(parts, state, scans);
    this.observing = new Observing(parts, state, scans, contents, torn);
    var namesakes = new Namesakes(trees, path -> trouble.failure(path).isPresent());
    this.decisions = new Decisions(trees, scans, trouble, torn, namesakes, new Standings());
    this.sources = new Sources(trees);
    this.fetching = new Fetching(parts, state, decisions, sources);
    this.applying = new Applying(parts, state, scans, observing, lastRun);
    if (!doubted.isEmpty()) applying.doubt(doubted);
    this.members = new Members(parts.ledger(), parts.self());
    this.braking = new Braking(parts, state, decisions, applying, sources);
    this.outbox = new Outbox(parts, state, observing, scans, decisions, applying, members, braking);
    this.leftOut = new LeftOut(trees, applying);
    this.planning =
        new Planning(parts, state, observing, decisions, outbox, fetching, applying, leftOut);
    this.locks = new Locks(parts, state, scans, observing, outbox, members, decisions);
    this.guarding = new Guarding(parts, state, scans, observing, decisions);
    this.history = new HistoryKeeping(parts, state, observing);
    this.forks = new ForkWatch(parts);
    this.waiters = new Waiters(scans);
    this.rate = new Rate(parts.time());
    this.lastMembers = Set.copyOf(parts.ledger().members().current().keySet());
    this.paused = paused;
  }

  /// Runs until [FolderEvent.Stop].
  void run(Mailbox mailbox) throws InterruptedException {
    while (!stopped) {
      Optional<FolderEvent> event = mailbox.take(untilNext());
      for (int handled = 0; event.isPresent(); handled++) {
        handle(event.get());
        event = handled < EVENTS_PER_TURN ? mailbox.poll() : Optional.empty();
      }
      turn();
    }
    mailbox.close();
    hangUp(mailbox);
    contents.writeIndex();
  }

  /// Ends all conversations, so that members begin new ones if the folder runs again.
  private void hangUp(Mailbox mailbox) {
    members.hangUp();
    Optional<FolderEvent> left = mailbox.poll();
    while (left.isPresent()) {
      if (left.get() instanceof FolderEvent.PeerUp(SyncSession late)) late.reset();
      left = mailbox.poll();
    }
  }

  /// How long the loop may wait for an event before it takes its next turn, in nanoseconds.
  OptionalLong untilNext() {
    return clock.untilNext();
  }

  /// Handles one event to its end. The simulator calls this, and [#turn], directly.
  void handle(FolderEvent event) {
    switch (event) {
      case FolderEvent.Touched(RelPath path) -> {
        observing.changed(path);
        locks.appeared(path);
      }
      case FolderEvent.Brushed(RelPath path) -> observing.touched(path);
      case FolderEvent.Writing(RelPath path) -> {
        observing.writing(path);
        locks.appeared(path);
      }
      case FolderEvent.Vanished(RelPath path) -> {
        observing.deleted(path);
        locks.vanished(path);
      }
      case FolderEvent.Rescan(RelPath directory, String because) -> scans.scan(directory, because);
      case FolderEvent.Looked(var looks) -> observing.looked(looks);
      case FolderEvent.Listed listed -> {
        guarding.learn(listed);
        observing.listed(listed);
        locks.listed(listed.directory(), listed.marks());
      }
      case FolderEvent.Unread(RelPath directory, String reason) ->
          observing.unread(directory, reason);
      case FolderEvent.Gone(RelPath directory) -> observing.gone(directory);
      case FolderEvent.ScanEnded ended -> scans.ended(ended);
      case FolderEvent.Hashed hashed -> observing.hashed(hashed);
      case FolderEvent.Secured(var failure) -> outbox.secured(failure);
      case FolderEvent.Applied(var results, int submissions) -> {
        applying.applied(results, submissions);
        fetching.applied(results);
        history.displaced();
      }
      case FolderEvent.Sealed sealed -> guarding.sealed(sealed);
      case FolderEvent.Handle(RelPath path, boolean open) -> locks.handle(path, open);
      case FolderEvent.Staged(var ready) -> fetching.staged(ready);
      case FolderEvent.FetchFailed(Wanted wanted, var why) -> {
        fetching.failed(wanted, why);
        planning.failed(wanted.path());
      }
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
    boolean halted = trouble.halted().isPresent();
    if (trouble.hasRoomAgain()) {
      lookAgain(halted);
    }
    if (trouble.isMarkerBack()) {
      scans.seeAnew();
    }
    braking.recheck(observing.isUnderWay());
    locks.turn();
    if (members.hasHeardSomebody()) {
      trees.heardOthers();
    }
    if (trouble.halted().isEmpty() && !paused && !braking.isOn()) {
      guarding.findStrays();
      trees.replan(trouble.toRetry());
      trees.replan(fetching.nowFitting());
      applying.submit(fetching.installs());
      plan();
      guarding.turn();
      if (!braking.isOn()) {
        outbox.publish();
      }
    }
    settleForks();
    highWater.note();
    forks.check();
    lookForMembers();
    pump();
    tidy();
    announce();
  }

  private void lookForMembers() {
    Set<PublicKey> now = parts.ledger().members().current().keySet();
    if (!now.equals(lastMembers)) {
      lastMembers = Set.copyOf(now);
      parts.membersChanged().run();
    }
  }

  /// The disk takes bytes again. What was more than full may have been away, and what was seen of
  /// it meanwhile is worth nothing.
  private void lookAgain(boolean halted) {
    if (halted) {
      scans.seeAnew();
    } else {
      scans.scan(RelPath.ROOT, "the disk takes bytes again");
    }
  }

  private void plan() {
    if (scans.sawAll() && !planning.isDone() && !members.awaitsMore(clock)) {
      Plan plan = planning.plan();
      if (braking.stops(plan)) {
        return;
      }
      applying.submitRecords();
      fetching.want(plan.downloads());
      applying.submit(sources.sparing(plan.steps()));
    }
  }

  void halt(String reason, boolean lasting) {
    if (lasting) {
      trouble.halt(reason);
    } else {
      trouble.suspend(reason);
    }
  }

  // ---- Members -------------------------------------------------------------------------------

  private void settleForks() {
    try {
      trees.replan(members.settleForks());
    } catch (IOException e) {
      halt("the ledger cannot be written: " + e.getMessage(), e instanceof DurabilityException);
    }
  }

  private void pump() {
    try {
      members.pump(clock);
    } catch (IOException e) {
      trouble.halt("the ledger cannot be read: " + e.getMessage());
    }
  }

  private void onPeerUp(SyncSession session) {
    members.up(session);
    parts.fetcher().providers(members.connected());
    parts.log().log(INFO, "folder {0}: connected to {1}", parts.name(), session.peer());
    outbox.replan();
  }

  private void onPeerDown(SyncSession session, String reason) {
    if (members.down(session)) {
      parts.fetcher().providers(members.connected());
      parts.log().log(INFO, "folder {0}: {1} left: {2}", parts.name(), session.peer(), reason);
    }
  }

  private void onMessage(SyncSession session, SyncMessage message) {
    try {
      if (message instanceof SyncMessage.Locks(var said)) {
        locks.receive(said);
        return;
      }
      Set<RelPath> changed = members.take(session, message);
      trees.replan(changed);
      if (!changed.isEmpty() && trees.isInDoubt()) outbox.replan();
      applying.tookBack(Published.all(parts.ledger()));
    } catch (PeerViolationException e) {
      parts.tell("security-alert", RelPath.ROOT, Map.of("reason", String.valueOf(e.getMessage())));
      parts.log().log(WARNING, "{0} broke the protocol: {1}", session.peer(), e.getMessage());
      session.reset();
    } catch (IOException e) {
      halt("the ledger cannot be written: " + e.getMessage(), e instanceof DurabilityException);
      session.reset(); // what it sent must come again
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
    torn.turn();
    contents.tidy(idle(), clock);
    boolean idle = idle() && !applying.isUnderWay();
    if (idle) {
      applying.tidyJournal();
    }
    history.turn(idle, trouble.isFull());
  }

  /// Whether the disk shows all that this device knows of.
  private boolean applyingDone() {
    return scans.sawAll()
        && trees.allPlanned()
        && trouble.isSettled()
        && !observing.isStale()
        && !fetching.isUnderWay()
        && !busy.isApplying();
  }

  private boolean idle() {
    return applyingDone() && !observing.isUnderWay();
  }

  private boolean inSync() {
    return idle()
        && !outbox.holdsDeletes()
        && outbox.isEmpty()
        && !guarding.isSearching()
        && stopped().isEmpty()
        && !paused;
  }

  private void announce() {
    members.announce(
        applyingDone() && stopped().isEmpty(),
        new Backlog(pendingFiles(), fetching.missingBytes(), leftOut.files(), leftOut.bytes()),
        clock);
    boolean now = inSync();
    if (now && !wasInSync) {
      parts.tell("folder-in-sync", RelPath.ROOT, Map.of());
    }
    wasInSync = now;
    if (now) {
      trees.trustApplied(trouble.paths()).ifPresent(applying::doubt);
      braking.settled();
    }
    if (now && !applying.isUnderWay() && members.allHaveEverything()) {
      waiters.inSync();
    }
  }

  /// Calls `done` once every save closed before now is published and every connected member has it.
  void whenSynced(Runnable done) {
    waiters.add(done);
    trouble.retryNow();
  }

  /// Stops syncing more of the folder, at once.
  ///
  /// @param durable is called once that outlasts a crash
  void exclude(Excludes all, Runnable durable) {
    scans.exclude(all);
    for (RelPath path : trees.all()) {
      if (decisions.decide(path) instanceof Decision.Ignored) {
        leftOut.ignores(path); // at once: what waits to be planned may wait for long
        trees.replan(path);
      }
    }
    applying.submitRecords();
    parts
        .applier()
        .between(
            () -> {
              durable.run();
              return new FolderEvent.Ask(_ -> {});
            });
  }

  /// Syncs more of the folder again.
  ///
  /// @param seen is called once what stands there was looked at
  void include(Excludes all, Runnable seen) {
    scans.include(all, seen);
  }

  /// What was changed here and is told to nobody, since this device may not write; in order.
  List<RelPath> unshared() {
    return members.mayWrite() ? List.of() : outbox.waiting();
  }

  /// Has what the others share stand again in place of all that is unshared, which goes to the
  /// history.
  ///
  /// @return what that was
  List<RelPath> revert() {
    List<RelPath> changed = unshared();
    braking.takeBack(changed);
    return changed;
  }

  /// Why the folder's directory is not to be trusted.
  Optional<String> markerTrouble() {
    return parts.marker().trouble();
  }

  HistoryKeeping history() {
    return history;
  }

  TornSaves torn() {
    return torn;
  }

  void scanOften() {
    scans.scanOften();
  }

  void pause() {
    paused = true;
  }

  void resume(Resumption how) {
    paused = false;
    trouble.resume();
    braking.resume(how);
    scans.scan(RelPath.ROOT, "resumed");
  }

  /// What is on its way to the disk: files that are fetched, paths that steps are changing.
  int underWay() {
    return fetching.files() + busy.applying();
  }

  private long pendingFiles() {
    return fetching.files() + busy.files();
  }

  FolderStatus status() {
    var global = trees.global();
    return new FolderStatus(
        parts.name(),
        parts.ledger().folderId(),
        parts.root(),
        state(),
        stopped(),
        global.files(),
        global.directories(),
        global.bytes(),
        pendingFiles(),
        fetching.missingBytes(),
        leftOut.files(),
        leftOut.bytes(),
        outbox.size(),
        global.openConflicts().size(),
        locks.count(),
        rate.bytesPerSecond(),
        problems(),
        members.status(leftOut.files()),
        Optional.empty());
  }

  /// Why the folder does nothing by itself, if that is so.
  private Optional<String> stopped() {
    return trouble.stopped().or(braking::reason);
  }

  private List<FolderStatus.Problem> problems() {
    return Stream.concat(forks.problems().stream(), trouble.problems().stream()).toList();
  }

  private FolderState state() {
    if (trouble.stopped().isPresent()) {
      return FolderState.ERROR;
    }
    if (paused || braking.isOn()) {
      return FolderState.PAUSED;
    }
    if (!scans.sawAll()) {
      return FolderState.SCANNING;
    }
    return idle() ? FolderState.IN_SYNC : FolderState.SYNCING;
  }

  /// Says in plain words how a path stands.
  List<String> why(RelPath path) {
    var explanation = new Explanation(path, decisions, scans.rules(), disk, members);
    List<String> lines =
        explanation.lines(
            trouble.failure(path),
            busy.isHashing(path),
            busy.isApplying(path),
            fetching.isUnderWay(path),
            outbox.contains(path),
            stopped(),
            paused);
    Stream<String> copies =
        trees.global().openConflicts().stream()
            .flatMap(conflict -> Explanation.of(conflict, path).stream());
    return Stream.of(locks.view().why(path).stream(), lines.stream(), copies)
        .flatMap(each -> each)
        .toList();
  }

  Locks locks() {
    return locks;
  }

  /// A copy of the disk's tree, from a path down.
  Map<RelPath, Observed> observed(RelPath from) {
    return disk.copy(from);
  }

  /// Files that held a content when they were last looked at. Thread-safe.
  List<DiskTree.Place> places(Content content) {
    return disk.places(content);
  }

  /// A local file that holds a content, if one still looks as it did when it was hashed, for
  /// whoever serves or copies it. Thread-safe.
  ///
  /// @param distrusted places whose bytes are known not to be what they should
  /// @param teller hears what has changed without anybody having said so
  Optional<DiskFile> open(
      Disk on, Content content, Predicate<DiskTree.Place> distrusted, Consumer<FolderEvent> teller)
      throws IOException {
    for (DiskTree.Place place : disk.places(content)) {
      if (distrusted.test(place)) {
        continue;
      }
      try {
        DiskFile file = on.open(place.path());
        if (new Observed(place.stat(), Node.ABSENT).unchanged(file.stat())) {
          return Optional.of(file);
        }
        file.close();
        teller.accept(new FolderEvent.Brushed(place.path()));
      } catch (NoSuchFileException e) {
        continue; // renamed or deleted just now: the next place may do
      }
    }
    return Optional.empty();
  }
}
