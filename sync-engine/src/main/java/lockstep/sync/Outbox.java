package lockstep.sync;

import java.io.IOException;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;
import lockstep.base.Content;
import lockstep.base.DurabilityException;
import lockstep.base.Node;
import lockstep.base.RelPath;
import lockstep.ledger.Change;
import lockstep.ledger.GlobalTree;
import lockstep.ledger.Payload;

/// The paths whose changes by this device's user are not in the ledger yet. They wait until they
/// may be published, and a moment longer where that makes a better batch: while more is being
/// looked at, and so that what vanished here and appeared there is published as one and makes a
/// rename elsewhere. Owned by the folder's loop.
final class Outbox {
  /// Changes gathered before they are published while more are being hashed.
  private static final int BATCH = 1000;

  private static final long JUDGE_EVERY = 5_000_000_000L;
  private static final long HASH_PATIENCE = 100_000_000L;

  /// How long all waits for a scan to end, a deletion for what is being hashed, and what is new for
  /// what vanished.
  private static final long SCAN_PATIENCE = 3_000_000_000L;

  /// How long a deletion is held at most. In a folder where something is saved all the time there
  /// is no moment in which everything has been looked at.
  private static final long HOLD_PATIENCE = 60_000_000_000L;

  /// How long what is new in a new directory waits for that to be looked at. Published before its
  /// directory, it makes one elsewhere that no entry knows, and that stays when this one is
  /// renamed.
  private static final long DIRECTORY_PATIENCE = 500_000_000L;

  /// How long a save waits for the first answer of others to the lock that it was made under.
  private static final long LOCK_PATIENCE = 3_000_000_000L;

  /// Others have the bytes of a new name for as long as the old one stands there.
  private static final Comparator<Change> DELETIONS_LAST =
      Comparator.comparing(change -> !change.node().isLive());

  private final FolderParts parts;
  private final Clockwork clock;
  private final Trees trees;
  private final Busy busy;
  private final Trouble trouble;
  private final Observing observing;
  private final Scans scans;
  private final Decisions decisions;
  private final Applying applying;
  private final Members members;
  private final Braking braking;
  private final Set<RelPath> paths = new LinkedHashSet<>();
  private final Set<RelPath> held = new HashSet<>();

  /// What is to be published as soon as it is on stable storage, and whether it is.
  private final Map<RelPath, Change> securing = new LinkedHashMap<>();

  private boolean secured;
  private OptionalLong heldSince = OptionalLong.empty();
  private OptionalLong waitingSince = OptionalLong.empty();
  private OptionalLong askingSince = OptionalLong.empty();

  /// What is being hashed may be the same file under its new name.
  private boolean somethingIsGone;

  private boolean judged;
  private long judgedAt;

  Outbox(
      FolderParts parts,
      LoopState state,
      Observing observing,
      Scans scans,
      Decisions decisions,
      Applying applying,
      Members members,
      Braking braking) {
    this.parts = parts;
    this.clock = state.clock();
    this.trees = state.trees();
    this.busy = state.busy();
    this.trouble = state.trouble();
    this.observing = observing;
    this.scans = scans;
    this.decisions = decisions;
    this.applying = applying;
    this.members = members;
    this.braking = braking;
    this.judgedAt = clock.now() - JUDGE_EVERY;
  }

  void add(RelPath path) {
    paths.add(path);
    somethingIsGone |= trees.disk().get(path).isEmpty();
    judged = false;
    if (waitingSince.isEmpty()) {
      waitingSince = OptionalLong.of(clock.now());
    }
  }

  void remove(RelPath path) {
    paths.remove(path);
  }

  /// The directory gets another name: what is changed below it is published under that.
  void withdraw(RelPath directory) {
    List<RelPath> below = paths.stream().filter(path -> path.startsWith(directory)).toList();
    below.forEach(paths::remove);
    trees.replan(below);
  }

  /// A deletion that waits until everything has been looked at.
  void hold(RelPath path) {
    held.add(path);
    if (heldSince.isEmpty()) heldSince = OptionalLong.of(clock.now());
  }

  boolean holdsDeletes() {
    return !held.isEmpty();
  }

  boolean hasHeldLongEnough() {
    return heldSince.isPresent() && !isStillBefore(heldSince.getAsLong() + HOLD_PATIENCE);
  }

  /// What was held may be planned again.
  void release() {
    trees.replan(held);
    held.clear();
    heldSince = OptionalLong.empty();
  }

  /// Where a file stands instead of a directory, what that held is gone for certain. The file comes
  /// to others with these deletions, or it would have to make way for what it has replaced.
  private void releaseWhatFilesReplaced() {
    List<RelPath> replaced = held.stream().filter(this::isReplaced).toList();
    replaced.forEach(held::remove);
    replaced.forEach(this::add);
  }

  private boolean isReplaced(RelPath path) {
    for (RelPath above = path.parent(); !above.isRoot(); above = above.parent()) {
      if (paths.contains(above)) return trees.disk().node(above).isLeaf();
    }
    return false;
  }

  /// A member came whose ledger may say something else of what waits here.
  void replan() {
    trees.replan(paths);
  }

  boolean contains(RelPath path) {
    return paths.contains(path) || securing.containsKey(path);
  }

  /// All that wait, in order.
  List<RelPath> waiting() {
    return Stream.concat(paths.stream(), securing.keySet().stream()).distinct().sorted().toList();
  }

  boolean isEmpty() {
    return paths.isEmpty() && securing.isEmpty();
  }

  int size() {
    return paths.size() + securing.size();
  }

  /// Puts all that waits into the ledger, if it may and it is time: what stands there is brought to
  /// stable storage first, or a power cut would make a deletion or an edit of a save.
  void publish() {
    if (!securing.isEmpty()) {
      if (secured
          && members.mayPublish()
          && trouble.markerStands()
          && !applying.isSettling(securing.keySet())) {
        publishSecured();
      }
      return;
    }
    if (paths.isEmpty()) {
      waitingSince = OptionalLong.empty();
      somethingIsGone = false;
      return;
    }
    if (isWorthWaiting()) return;
    releaseWhatFilesReplaced();
    if (isTooMuch() || !members.mayPublish() || isLockAskedFor() || !trouble.markerStands()) {
      return;
    }
    paths.removeIf(this::isThereAfterAll);
    if (!trouble.markerStands()) {
      return;
    }
    changes(paths).forEach(change -> securing.put(change.path(), change));
    paths.clear();
    waitingSince = OptionalLong.empty();
    somethingIsGone = false;
    if (!securing.isEmpty()) {
      parts.observer().secure(List.copyOf(securing.keySet()));
    }
  }

  /// Whether others have been asked for a lock and have not answered yet: once they have promised
  /// it, what was saved under it wins over what was saved elsewhere at the same time.
  private boolean isLockAskedFor() {
    if (decisions.standings().asked().stream().noneMatch(paths::contains)) {
      askingSince = OptionalLong.empty();
      return false;
    }
    if (askingSince.isEmpty()) askingSince = OptionalLong.of(clock.now());
    long until = askingSince.getAsLong() + LOCK_PATIENCE;
    if (clock.now() - until >= 0) return false;
    clock.wakeAt(until);
    return true;
  }

  /// What was to be published is on stable storage, unless the disk was away: then nothing of it
  /// was there to be brought to it.
  void secured(Optional<IOException> failure) {
    secured = failure.isEmpty() && trouble.markerStands();
    if (!secured) startAnew();
    failure.ifPresent(e -> cannot("what was saved cannot be brought to the disk", e));
  }

  private void publishSecured() {
    List<RelPath> gone = securing.values().stream().filter(this::isGone).map(Change::path).toList();
    if (!trouble.markerStands()) {
      return;
    }
    gone.forEach(observing::forget);
    List<Change> changes = changes(List.copyOf(securing.keySet()));
    if (!isAllSecured(changes)) {
      startAnew();
      return;
    }
    securing.clear();
    secured = false;
    try {
      if (!changes.isEmpty()) {
        append(changes);
      }
    } catch (IOException e) {
      changes.forEach(change -> paths.add(change.path()));
      cannot("the ledger cannot be written", e);
    }
  }

  /// Whether what was brought to the disk is not there any more, nor are its bytes: others would
  /// wait for what nobody has.
  private boolean isGone(Change change) {
    RelPath path = change.path();
    return change.node().isLive() && !busy.isApplying(path) && !parts.observer().stands(path);
  }

  /// What vanished here may have appeared where it is gone from again: it is published with its
  /// last name, so a deletion goes only with all that it was to go with.
  private boolean isAllSecured(List<Change> changes) {
    boolean isWhole = changes.size() == securing.size() || deletedBy(changes).isEmpty();
    return isWhole && changes.stream().allMatch(this::isSecured);
  }

  /// Whether it is what was brought to the disk, and stays there: what was changed in a directory
  /// goes with that when its name is spelled anew.
  private boolean isSecured(Change change) {
    Change was = securing.get(change.path());
    return was != null && was.node().equals(change.node()) && !busy.isRespelling(change.path());
  }

  /// By planning, for a deletion may have to be held again.
  private void startAnew() {
    trees.replan(securing.keySet());
    securing.clear();
    secured = false;
    clock.wakeAt(clock.now());
  }

  private void append(List<Change> changes) throws IOException {
    List<RelPath> deleted = deletedBy(changes);
    List<Content> lost = braking.lost(deleted);
    trees.replan(parts.ledger().append(List.of(new Payload.Changes(changes))).changed());
    changes.forEach(this::onPublished);
    applying.covered(Published.all(parts.ledger()));
    braking.published(deleted, lost);
  }

  private void cannot(String what, IOException e) {
    String reason = what + ": " + e.getMessage();
    if (e instanceof DurabilityException) {
      trouble.halt(reason);
    } else {
      trouble.suspend(reason);
    }
  }

  /// Whether what looked deleted stands there: the disk may have been away when it was looked at.
  /// The marker is checked before and after.
  private boolean isThereAfterAll(RelPath path) {
    boolean there = trees.disk().get(path).isEmpty() && parts.observer().stands(path);
    if (there) {
      scans.scan(path.parent(), "something stands there after all");
      trees.replan(path); // or it was seen a moment before it went
    }
    return there;
  }

  /// Asked also while it may not be published, so that its user learns of it before others do; but
  /// then not with every path that is added.
  private boolean isTooMuch() {
    if (judged || !members.mayWrite()) {
      return false;
    }
    if (!members.mayPublish() && (busy.isHashing() || isStillBefore(judgedAt + JUDGE_EVERY))) {
      return false;
    }
    judgedAt = clock.now();
    judged = !braking.stopsPublishing(paths);
    return !judged;
  }

  private static List<RelPath> deletedBy(List<Change> changes) {
    return changes.stream().filter(change -> !change.node().isLive()).map(Change::path).toList();
  }

  /// What they come to now: a path that needs something else by now goes back to planning.
  private List<Change> changes(Collection<RelPath> from) {
    var changes = new LinkedHashMap<RelPath, Change>();
    for (RelPath path : from) {
      if (decisions.decide(path) instanceof Decision.Publish(_, Node node)
          && trees.regained(path).isEmpty()
          && !applying.isUnfinished(path)) {
        changes.put(path, change(path, node));
      } else {
        trees.replan(path);
      }
    }
    for (RelPath path : List.copyOf(changes.keySet())) {
      trees.global().madeWay(path).ifPresent(file -> doAwayWith(file, changes));
      trees.global().madeWayAt(path).ifPresent(file -> keepCopyOf(file, changes));
    }
    return changes.values().stream().sorted(DELETIONS_LAST).toList();
  }

  private Change change(RelPath path, Node node) {
    return new Change(path, node, trees.global().known(path), decisions.standings().epoch(path));
  }

  /// The copy of a file that made way for a directory is settled. With it goes the file, or it
  /// would have its name again when the directory goes: what stands there now supersedes it.
  private void doAwayWith(GlobalTree.MadeWay file, Map<RelPath, Change> changes) {
    Change change = changes.get(file.path());
    Node stands = change == null ? trees.disk().node(file.path()) : change.node();
    if (change != null || !stands.isLeaf()) {
      changes.put(file.path(), new Change(file.path(), stands, file.known()));
    }
  }

  /// A directory for which a file made way is changed or deleted: nobody who does that has the file
  /// in mind. Its copy becomes a file of its own.
  private void keepCopyOf(GlobalTree.MadeWay file, Map<RelPath, Change> changes) {
    Change change = changes.get(file.path());
    Node copy = trees.disk().node(file.copy());
    if (change != null && !changes.containsKey(file.copy()) && copy.sameContent(file.node())) {
      changes.put(file.copy(), new Change(file.copy(), copy, trees.global().known(file.copy())));
      changes.put(file.path(), new Change(file.path(), change.node(), file.known()));
    }
  }

  private void onPublished(Change change) {
    applying.recordStable(change.path(), Applied.exactly(change.node()));
    String type = change.node().isLive() ? "file-published" : "file-deleted";
    parts.tell(type, change.path(), Map.of());
  }

  private boolean isWorthWaiting() {
    long since = waitingSince.orElse(clock.now());
    boolean hashing = busy.isHashing();
    boolean renaming = holdsDeletes() || observing.isSomethingVanishing();
    boolean settling =
        scans.areUnderWay()
            || (hashing && somethingIsGone)
            || (renaming && paths.stream().anyMatch(this::isNew));
    if (settling && isStillBefore(since + SCAN_PATIENCE)) {
      return true;
    }
    if (paths.stream().anyMatch(this::isBeforeItsDirectory)
        && isStillBefore(since + DIRECTORY_PATIENCE)) {
      return true;
    }
    return hashing && paths.size() < BATCH && isStillBefore(since + HASH_PATIENCE);
  }

  private boolean isBeforeItsDirectory(RelPath path) {
    RelPath directory = path.parent();
    return !directory.isRoot()
        && trees.disk().get(path).isPresent()
        && !(trees.global(directory) instanceof Node.Directory)
        && !paths.contains(directory);
  }

  private boolean isNew(RelPath path) {
    return !trees.applied().containsKey(path);
  }

  private boolean isStillBefore(long moment) {
    boolean before = clock.now() - moment < 0;
    if (before) {
      clock.wakeAt(moment);
    }
    return before;
  }
}
