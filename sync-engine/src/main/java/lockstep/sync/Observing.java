package lockstep.sync;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import lockstep.base.Disk;
import lockstep.base.Node;
import lockstep.base.RelPath;
import lockstep.sync.watch.Quiet;

/// Keeps *Disk* at what is known of the disk: asks the [Observer] for a look wherever something may
/// have changed, and takes in what it saw. The watcher only hints, [Quiet] says when a path is
/// worth a look, and a file is hashed only if its `lstat` does not tell its content. Owned by the
/// folder's loop.
final class Observing {
  private static final long SECOND = 1_000_000_000;
  private static final String IGNORE_FILE = ".lockstepignore";

  private final FolderParts parts;
  private final Clockwork clock;
  private final Trees trees;
  private final DiskTree disk;
  private final Busy busy;
  private final Trouble trouble;
  private final Scans scans;
  private final KnownContents contents;
  private final TornSaves torn;
  private final Quiet quiet = new Quiet(Quiet.Limits.USUAL);
  private final Set<RelPath> stale = new HashSet<>();

  /// Directories that could not be read, to be read as soon as a look finds them.
  private final Set<RelPath> unread = new HashSet<>();

  /// Known paths that are said to have vanished, until they have been looked at.
  private final Set<RelPath> vanishing = new HashSet<>();

  /// Directories of which only what they hold is known, and that are being looked at.
  private final Set<RelPath> unknown = new HashSet<>();

  /// Paths that a step has changed or not, until they have been looked at.
  private final Set<RelPath> unsure = new HashSet<>();

  private int looksOut;

  Observing(
      FolderParts parts, LoopState state, Scans scans, KnownContents contents, TornSaves torn) {
    this.parts = parts;
    this.clock = state.clock();
    this.trees = state.trees();
    this.disk = trees.disk();
    this.busy = state.busy();
    this.trouble = state.trouble();
    this.scans = scans;
    this.contents = contents;
    this.torn = torn;
  }

  // ---- Where to look -------------------------------------------------------------------------

  void changed(RelPath path) {
    quiet.changed(path, clock.now());
  }

  void touched(RelPath path) {
    quiet.touched(path, clock.now());
  }

  void writing(RelPath path) {
    quiet.writing(path, clock.now());
  }

  void deleted(RelPath path) {
    if (disk.get(path).isPresent()) vanishing.add(path);
    quiet.deleted(path, clock.now());
  }

  void lookAtWhatIsQuiet() {
    if (quiet.takeOverflow()) {
      scans.scan(RelPath.ROOT, "too much changed at once");
    }
    List<RelPath> ready = new ArrayList<>(quiet.ready(clock.now()));
    ready.forEach(path -> retry(path.parent()));
    ready.removeIf(path -> scans.isIgnored(path, false));
    look(ready);
    clock.wakeAt(quiet.nextDeadline());
  }

  /// What kept a directory from being deleted may have gone, be it ignored otherwise.
  private void retry(RelPath directory) {
    if (trouble.failure(directory).isPresent()) {
      trees.replan(directory);
    }
  }

  /// The disk is not what a plan knew: these paths are planned again once they have been looked at.
  void lookAtStale(List<RelPath> paths) {
    stale.addAll(paths);
    look(paths);
  }

  /// Only a look tells what stands at these paths.
  void lookAtUnsure(List<RelPath> paths) {
    unsure.addAll(paths);
    look(paths);
  }

  private void look(List<RelPath> paths) {
    if (!paths.isEmpty()) {
      parts.observer().look(paths);
      busy.looking();
      looksOut++;
    }
  }

  // ---- What was seen -------------------------------------------------------------------------

  void looked(List<FolderEvent.Look> looks) {
    looksOut--;
    looks.forEach(this::onLook);
    busy.looked();
  }

  /// Nothing can be said of what the directory holds.
  void unread(RelPath directory, String reason) {
    unread.add(directory);
    trouble.cannotSee(directory, reason);
  }

  /// The directory was not there any more when it was to be read.
  void gone(RelPath directory) {
    unread.add(directory);
    deleted(directory);
  }

  void listed(FolderEvent.Listed listed) {
    unread.remove(listed.directory());
    trees.replan(trouble.nowObservable(listed.directory()));
    var here = new HashSet<RelPath>();
    for (FolderEvent.Look look : listed.looks()) {
      here.add(look.path());
      onLook(look);
    }
    for (RelPath path : listed.elsewhere()) {
      here.add(path);
      trouble.cannotObserve(path, "other-file-system: what is mounted there is not synced");
    }
    for (String name : listed.unrepresentable()) {
      trouble.note(listed.directory(), "the name '" + name + "' is no UTF-8 and cannot be synced");
    }
    var missing = new ArrayList<RelPath>();
    for (RelPath path : disk.children(listed.directory())) {
      if (!here.contains(path) && !busy.isApplying(path)) {
        missing.add(path);
      }
    }
    trouble.unobservableIn(listed.directory()).stream()
        .filter(path -> !here.contains(path) && !scans.isIgnored(path, false))
        .forEach(missing::add);
    look(missing); // it may have come after its directory was read
  }

  private void onLook(FolderEvent.Look look) {
    RelPath path = look.path();
    if (path.isRoot()) {
      return;
    }
    vanishing.remove(path);
    unknown.remove(path);
    if (busy.isApplying(path)) {
      busy.lookAgain(path);
      return;
    }
    if (busy.isOldNews(path)) {
      changed(path);
      return;
    }
    if (look.trouble().isPresent()) {
      stale.remove(path); // it is planned once it can be seen
      trouble.cannotSee(path, look.trouble().get());
      return;
    }
    unsure.remove(path);
    if (unread.remove(path) && isDirectory(look)) {
      scans.scan(path, "it could not be read"); // until then nothing is known of what it holds
    } else {
      trees.replan(trouble.nowObservable(path));
    }
    if (stale.remove(path)) {
      trees.replan(path);
    }
    if (look.stat().isEmpty()) {
      forget(path);
      lookAtNamesake(path); // a hint may have been about that
      return;
    }
    Disk.Stat stat = look.stat().get();
    switch (stat.kind()) {
      case DIRECTORY -> observe(path, new Observed(stat, directory(stat)));
      case SYMLINK -> observeLink(path, stat, look.link().orElse(""));
      case FILE -> observeFile(path, stat);
      case OTHER ->
          trouble.cannotObserve(path, "it is neither file, directory nor link: not synced");
    }
  }

  private static boolean isDirectory(FolderEvent.Look look) {
    return look.stat().filter(stat -> stat.kind() == Disk.Kind.DIRECTORY).isPresent();
  }

  private static Node.Directory directory(Disk.Stat stat) {
    return new Node.Directory(stat.mode() & Node.MODE_MASK);
  }

  private void observeLink(RelPath path, Disk.Stat stat, String target) {
    try {
      observe(path, new Observed(stat, new Node.Symlink(target)));
    } catch (IllegalArgumentException e) {
      trouble.cannotObserve(path, String.valueOf(e.getMessage()));
    }
  }

  private void observeFile(RelPath path, Disk.Stat stat) {
    Optional<Observed> known = disk.get(path);
    if (known.isPresent() && known.get().unchanged(stat) && !mayHideSave(stat)) {
      return;
    }
    if (busy.isHashing(path)) {
      busy.lookAgain(path);
      return;
    }
    boolean maybeTorn = torn.maybe(path);
    Optional<Node.File> node =
        (known.isEmpty() && !mayHideSave(stat)
                ? contents.recall(path, stat)
                : Optional.<Node.File>empty())
            .filter(file -> !maybeTorn || file.sameContent(trees.applied(path).disk()));
    if (node.isPresent()) {
      observe(path, new Observed(stat, node.get()));
    } else {
      busy.hash(path);
      parts.observer().hash(path, stat, maybeTorn);
    }
  }

  /// File systems that fold case often count time in seconds, or in two: a save that keeps the size
  /// then leaves no trace in what `lstat` says if it comes soon after another.
  private boolean mayHideSave(Disk.Stat stat) {
    return disk.names().folding().isAny()
        && stat.modifiedNanos() % SECOND == 0
        && Math.abs(nowNanos() - stat.modifiedNanos()) < 10 * SECOND;
  }

  private long nowNanos() {
    Instant now = parts.time().wallTime();
    return now.getEpochSecond() * SECOND + now.getNano();
  }

  void hashed(FolderEvent.Hashed hashed) {
    RelPath path = hashed.path();
    trees.replan(path);
    boolean isOvertaken = busy.isOvertaken(path);
    if (busy.hashed(path) || isOvertaken) {
      changed(path);
    }
    if (isOvertaken) {
      return;
    }
    if (hashed.trouble().isPresent()) {
      trouble.cannotSee(path, hashed.trouble().get());
    } else if (hashed.content().isEmpty()) {
      changed(path); // it changed while it was read: once more when it is quiet
    } else if (!parts.indexChunks(hashed.content().get())) {
      changed(path); // its chunks were forgotten just now with another file that had them
    } else {
      trees.replan(trouble.nowObservable(path));
      torn.judged(hashed);
      observe(
          path, new Observed(hashed.stat(), Observed.file(hashed.stat(), hashed.content().get())));
    }
  }

  // ---- What becomes of Disk ------------------------------------------------------------------

  /// This stands at the path.
  void observe(RelPath path, Observed seen) {
    Observed observed = parts.seals().inTruth(path, seen);
    Node before = disk.node(path);
    if (before instanceof Node.Directory && !(observed.node() instanceof Node.Directory)) {
      forget(path);
    }
    contents.put(path, observed);
    lookAtParent(path);
    lookAtNamesake(path); // only one of the two can stand
    boolean isNews = scans.sawAll() ? !observed.node().equals(before) : !trees.isSettled(path);
    if (isNews) {
      differs(path);
    }
  }

  /// What stood at a path, with all below it, stands at another now, as it was.
  void moved(RelPath from, RelPath to) {
    disk.copy(from).forEach((path, observed) -> observe(path.rebase(from, to), observed));
    forget(from);
  }

  /// The news of a directory may have been lost: a scan misses only what it knew.
  private void lookAtParent(RelPath path) {
    RelPath parent = path.parent();
    if (!parent.isRoot()
        && disk.get(parent).isEmpty()
        && !busy.isApplying(parent)
        && unknown.add(parent)) {
      look(List.of(parent));
    }
  }

  private void lookAtNamesake(RelPath path) {
    disk.names().beside(path).ifPresent(other -> look(List.of(other)));
  }

  /// Nothing stands at the path.
  void forget(RelPath path) {
    contents.remove(path).forEach(this::differs);
    trouble.unobservableBelow(path).forEach(below -> trees.replan(trouble.nowObservable(below)));
  }

  private void differs(RelPath path) {
    trees.replan(path);
    if (scans.sawAll() && path.name().equals(IGNORE_FILE)) {
      scans.rulesChanged();
    }
  }

  /// Whether looks or walks are under way.
  boolean isLooking() {
    return scans.areUnderWay() || looksOut > 0;
  }

  /// Whether more of the disk's state is about to be known.
  boolean isUnderWay() {
    return mayFindMore() || quiet.nextDeadline().isPresent();
  }

  /// Whether what vanished may be found under another name in a moment.
  boolean mayFindMore() {
    return isLooking() || busy.isHashing() || quiet.isAnyAboutToSettle();
  }

  /// Whether a path is about to be looked at.
  boolean isWaitingFor(RelPath path) {
    return quiet.isWaiting(path) || looksOut > 0;
  }

  /// Whether a name that may have gone is about to be looked at: what is new may be the same file.
  boolean isSomethingVanishing() {
    for (var paths = vanishing.iterator(); paths.hasNext(); paths.remove()) {
      if (isWaitingFor(paths.next())) return true; // else it is ignored by now
    }
    return false;
  }

  /// Whether nothing stands at a path at this very moment, on the disk that is the folder's: that
  /// it was seen to be gone may have been while the disk was away. If not, the path is looked at.
  boolean isGone(RelPath path) {
    boolean gone = !parts.observer().stands(path) && trouble.markerStands();
    if (!gone) lookAtStale(List.of(path));
    return gone;
  }

  /// Whether plans that the disk did not bear out wait for a look.
  boolean isStale() {
    return !stale.isEmpty();
  }

  /// Whether a step may have changed what stands at a path, and it was not looked at since.
  boolean isUnsure(RelPath path) {
    return unsure.contains(path);
  }

  /// Whether the disk was another at a path than was known, and has not been looked at since.
  boolean isStale(RelPath path) {
    return stale.contains(path);
  }
}
