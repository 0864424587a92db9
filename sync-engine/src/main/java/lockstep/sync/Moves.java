package lockstep.sync;

import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import lockstep.base.Blake3;
import lockstep.base.Disk;
import lockstep.base.RelPath;
import lockstep.base.TimeSource;
import lockstep.recovery.Directories;
import lockstep.recovery.Disks;
import lockstep.recovery.Journal;
import lockstep.recovery.Workspace;

/// Moves shared folders to other places of this device (docs/decisions/0025-moving-a-folder.md).
///
/// The list of shared folders says where a folder is, and changes in one step: before that the old
/// place is the folder, after it the new one, whatever moment a crash chooses. A [Registry.Transit]
/// beside it says what is to be tidied up then. Thread-safe.
final class Moves implements AutoCloseable {
  /// Passes over a folder that is not synced any more, until its user has not changed it during
  /// one.
  private static final int LAST_PASSES_MAX = 5;

  /// Paths in one record of the journal.
  private static final int NOTED_TOGETHER = 10_000;

  private final Shares shares;
  private final Path home;
  private final Taking taking;
  private final EventHub events;
  private final TimeSource time;
  private final System.Logger log;
  private final Map<Blake3, Move> underWay = new ConcurrentHashMap<>();
  private final Map<Blake3, Thread> tidying = new ConcurrentHashMap<>();
  private volatile boolean closing;

  /// Takes folders down and up again.
  interface Taking {
    /// Ends a folder's run.
    void down(Folder folder) throws IOException;

    /// Has it run in its place, or wait for that to come back.
    void up(Registry.Share share) throws IOException;
  }

  /// @param home this device's state
  Moves(
      Shares shares,
      Path home,
      Taking taking,
      EventHub events,
      TimeSource time,
      System.Logger log) {
    this.shares = shares;
    this.home = home;
    this.taking = taking;
    this.events = events;
    this.time = time;
    this.log = log;
  }

  // ---- What is asked -------------------------------------------------------------------------

  /// What a move would do; refuses as the move would.
  MovePreview preview(String name, Path wish) throws UserException, IOException {
    Registry.Share share = shares.share(name);
    Destination goal = Destination.of(share, wish, shares, home);
    try (Disk old = Disks.open(goal.holdsIt() ? goal.root() : share.root());
        Disk disk = goal.disk()) {
      Measure measure = Measure.of(old);
      MovePreview.Way way =
          goal.holdsIt()
              ? MovePreview.Way.ADOPT
              : isSame(old, disk) ? MovePreview.Way.RENAME : MovePreview.Way.COPY;
      long room = 0;
      if (way == MovePreview.Way.COPY) {
        requireFit(share, goal, measure, disk);
        room = measure.room();
      }
      return new MovePreview(
          share.root(),
          goal.root(),
          way,
          measure.files(),
          measure.bytes(),
          room,
          disk.usableBytes());
    }
  }

  private static boolean isSame(Disk one, Disk other) throws IOException {
    return one.stat(RelPath.ROOT)
        .map(Disk.Stat::device)
        .equals(other.stat(RelPath.ROOT).map(Disk.Stat::device));
  }

  private static void requireFit(Registry.Share share, Destination goal, Measure measure, Disk disk)
      throws UserException, IOException {
    if (measure.obstacle().isPresent()) {
      throw refusal(
          share,
          goal.root(),
          "it is on another disk, and " + measure.obstacle().get() + ", which cannot be copied",
          "move that away first, or delete it");
    }
    if (disk.usableBytes() < measure.room()) {
      throw refusal(
          share,
          goal.root(),
          "it needs %d MB there, and %d MB are free"
              .formatted(megabytes(measure.room()), disk.usableBytes() / 1_000_000),
          "make room, or choose another disk");
    }
  }

  private static long megabytes(long bytes) {
    return Math.ceilDiv(bytes, 1_000_000);
  }

  private static UserException refusal(Registry.Share share, Path goal, String why, String advice) {
    return new UserException("cannot move '" + share.name() + "' to '" + goal + "'", why, advice);
  }

  /// Moves a folder; returns when it is in its new place. Whoever waits may give up waiting, not
  /// the move.
  Moved move(String name, Path wish) throws UserException, IOException, InterruptedException {
    Registry.Share share = shares.share(name);
    var move = new Move(share, Destination.of(share, wish, shares, home));
    if (tidying.containsKey(share.id())) {
      throw refusal(
          share, wish, "what it left where it was before is being deleted", "wait for that");
    }
    if (underWay.putIfAbsent(share.id(), move) != null) {
      throw refusal(
          share, wish, "it is being moved already", "lockstep folder move '" + name + "' --cancel");
    }
    Thread.ofVirtual().name("move").start(move.task);
    try {
      return move.task.get();
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case UserException refused -> throw refused;
        case IOException failed -> throw failed;
        case null, default -> throw new IllegalStateException(e.getCause());
      }
    }
  }

  /// Gives up a move that has not reached its end.
  ///
  /// @return whether there was one that could be given up
  boolean cancel(String name) throws UserException {
    Move move = underWay.get(shares.share(name).id());
    return move != null && move.cancel();
  }

  /// Refuses what would hinder a move.
  void requireStanding(String name) throws UserException {
    Optional<Registry.Share> share = shares.find(name);
    if (share.isPresent()
        && (underWay.containsKey(share.get().id()) || tidying.containsKey(share.get().id()))) {
      throw refusal(share.get());
    }
  }

  /// What somebody is told who wants to do something with a folder that is between two places.
  static UserException refusal(Registry.Share share) {
    return new UserException(
        "the folder '" + share.name() + "' cannot be used now",
        "it is being moved to another place",
        "wait for that, or `lockstep folder move '" + share.name() + "' --cancel`");
  }

  static FolderStatus status(Registry.Share share) {
    return FolderStatus.idle(
        share.name(), share.id(), share.root(), FolderState.SCANNING, Optional.empty());
  }

  /// The same with how far it is on its way, if it is on one.
  FolderStatus with(FolderStatus status) {
    Move move = underWay.get(status.id());
    return move == null ? status : status.with(move.progress());
  }

  // ---- One move ------------------------------------------------------------------------------

  /// One folder on its way.
  private final class Move {
    private final Registry.Share share;
    private final Destination goal;
    final FutureTask<Moved> task = new FutureTask<>(this::run);
    private volatile MoveProgress progress;

    /// Guarded by this, as is the next: whoever cancels may not come too late without knowing.
    private boolean cancelled;

    private boolean isThere;

    Move(Registry.Share share, Destination goal) {
      this.share = share;
      this.goal = goal;
      this.progress = new MoveProgress(goal.root(), MoveProgress.Phase.SWITCHING, 0, 0);
    }

    synchronized boolean cancel() {
      cancelled = !isThere;
      return cancelled;
    }

    synchronized MoveProgress progress() {
      return cancelled
          ? new MoveProgress(goal.root(), MoveProgress.Phase.CANCELLING, 0, 0)
          : progress;
    }

    private synchronized void requireWanted() throws UserException {
      if (cancelled || closing) {
        throw new UserException(
            "'" + share.name() + "' was not moved",
            cancelled ? "the move was cancelled" : "Lockstep is stopping",
            "it is where it was: " + share.root());
      }
    }

    /// From here on it cannot be cancelled.
    private synchronized void passTheEnd() throws UserException {
      requireWanted();
      isThere = true;
    }

    private void enter(MoveProgress.Phase phase, long bytesTotal) {
      progress = new MoveProgress(goal.root(), phase, 0, bytesTotal);
    }

    private void advance(long bytes) throws UserException {
      MoveProgress now = progress;
      progress = new MoveProgress(now.to(), now.phase(), now.bytes() + bytes, now.bytesTotal());
      requireWanted();
    }

    /// Returns when it has ended, however that was.
    void await() {
      try {
        task.get();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } catch (ExecutionException told) {
        // whoever asked for the move was told
      }
    }

    private Moved run() throws UserException, IOException {
      try {
        List<RelPath> left =
            goal.holdsIt() ? adopt() : hasOneDisk() && rename() ? List.of() : copy();
        List<String> names =
            left.stream().map(path -> path.isRoot() ? "." : path.toString()).toList();
        events.tell(
            "folder-moved",
            Optional.of(share.name()),
            Optional.empty(),
            Optional.empty(),
            Map.of("from", share.root().toString(), "to", goal.root().toString()));
        log.log(INFO, "{0} was moved from {1} to {2}", share.name(), share.root(), goal.root());
        return new Moved(statusNow(), names);
      } finally {
        underWay.remove(share.id());
      }
    }

    private FolderStatus statusNow() {
      return shares.status().stream()
          .filter(status -> status.id().equals(share.id()))
          .findFirst()
          .orElseGet(() -> status(share));
    }

    private boolean hasOneDisk() throws IOException {
      try (Disk old = Disks.open(share.root());
          Disk disk = goal.disk()) {
        return isSame(old, disk);
      }
    }

    /// The folder runs no longer, and will in that place.
    private Registry.Share takeDown() throws IOException {
      Registry.Share now = current();
      Optional<Folder> folder = shares.isBetween(now);
      if (folder.isPresent()) taking.down(folder.get());
      return now;
    }

    /// As it is now: it may have been paused meanwhile.
    private Registry.Share current() {
      return shares.all().stream()
          .filter(one -> one.id().equals(share.id()))
          .findFirst()
          .orElse(share);
    }

    /// Its place changes: this is the one moment.
    ///
    /// @return whether the list of folders says so, too
    private boolean arrive(Registry.Share arrived) throws IOException {
      Registry.Share before = shares.find(share.name()).orElse(share);
      shares.isBetween(arrived);
      try {
        shares.write();
        return true;
      } catch (IOException e) {
        boolean isWritten =
            shares.read().stream()
                .anyMatch(one -> one.id().equals(share.id()) && one.root().equals(arrived.root()));
        if (isWritten) return true;
        shares.isBetween(before);
        throw e;
      }
    }

    // ---- A place that its user has made

    private List<RelPath> adopt() throws UserException, IOException {
      passTheEnd();
      boolean isTheVeryOne = isSameDirectory();
      Registry.Share now = takeDown();
      try {
        if (!isTheVeryOne) doubt();
        arrive(now.at(goal.root(), Optional.empty()));
      } finally {
        taking.up(current());
      }
      return List.of();
    }

    /// Whether the folder has been running in that directory all the time, under its old name.
    private boolean isSameDirectory() throws IOException {
      Optional<Folder> folder = shares.running(share.id());
      if (folder.isEmpty()) return false;
      try (Disk there = Disks.open(goal.root())) {
        Optional<Disk.Stat> mine = folder.get().disk().stat(RelPath.ROOT);
        Optional<Disk.Stat> its = there.stat(RelPath.ROOT);
        return mine.isPresent()
            && its.isPresent()
            && mine.get().inode() != 0
            && mine.get().inode() == its.get().inode()
            && mine.get().device() == its.get().device();
      }
    }

    /// It may be an old copy, or not all of the folder: that it lacks something is no deletion, and
    /// what it has of before is no edit.
    private void doubt() throws IOException {
      Path place = home.resolve("journal").resolve(share.id().toString());
      Journal.Opened opened = Journal.open(Directories.create(place));
      try (Journal journal = opened.journal()) {
        var batch = new Journal.Batch();
        int noted = 0;
        for (var entry : opened.applied().entrySet()) {
          if (!entry.getKey().isReserved()) {
            Applied applied = Applied.decode(entry.getValue());
            batch.put(entry.getKey(), applied.unattendedNow().encoded());
            if (++noted % NOTED_TOGETHER == 0) {
              journal.commit(batch);
              batch = new Journal.Batch();
            }
          }
        }
        var all = new Step.Doubted(Set.of(RelPath.ROOT));
        journal.commit(batch.put(Step.Doubted.PLACE, all.encoded()));
      }
    }

    // ---- On the same disk

    /// @return false, and nothing has changed, if it turns out to be another one
    private boolean rename() throws UserException, IOException {
      passTheEnd();
      shares.transit(share.id(), Optional.of(new Registry.Transit.Toward(goal.root())));
      Registry.Share now = takeDown();
      boolean renamed = false;
      try {
        renamed = relocate();
        if (renamed) arriveByName(now.at(goal.root(), Optional.empty()));
      } finally {
        try {
          if (!renamed) shares.transit(share.id(), Optional.empty());
        } finally {
          taking.up(current());
        }
      }
      synchronized (this) {
        isThere = renamed;
      }
      return renamed;
    }

    private boolean relocate() throws IOException {
      try {
        return Directories.relocate(share.root(), goal.root());
      } catch (IOException e) {
        if (Destination.isAt(goal.root(), share)) return true; // that it is stable was not told
        throw e;
      }
    }

    /// The directory has its new name, whether that can be written down now or not: the next start
    /// sees it.
    private void arriveByName(Registry.Share arrived) {
      try {
        arrive(arrived);
      } catch (IOException e) {
        log.log(
            WARNING, "the new place of {0} is not noted yet: {1}", share.name(), e.getMessage());
        shares.isBetween(arrived);
      }
    }

    // ---- To another disk

    private List<RelPath> copy() throws UserException, IOException {
      try (Disk old = Disks.open(share.root())) {
        Measure measure = Measure.of(old);
        try (Disk disk = goal.disk()) {
          requireFit(share, goal, measure, disk);
        }
        enter(MoveProgress.Phase.COPYING, measure.all());
        shares.transit(share.id(), Optional.of(new Registry.Transit.Toward(goal.root())));
        try (Disk place = made()) {
          return copy(old, place);
        }
      }
    }

    private Disk made() throws IOException {
      try {
        return Disks.open(Directories.create(goal.root()));
      } catch (IOException e) {
        shares.transit(share.id(), Optional.empty());
        throw e;
      }
    }

    private List<RelPath> copy(Disk old, Disk place) throws UserException, IOException {
      var copy = new TreeCopy(old, place, time, this::advance);
      try {
        Workspace.beginArrival(place, share.id().toString());
        copy.pass();
        bringOver(copy, place);
      } catch (UserException | IOException | RuntimeException failed) {
        giveUp(copy, place);
        throw failed;
      }
      try {
        Workspace.endArrival(place);
      } catch (IOException e) {
        log.log(WARNING, "{0} is still called a copy: {1}", goal.root(), e.getMessage());
      }
      taking.up(current());
      return tidyUp(copy);
    }

    /// What has changed while the folder was copied, then the change of places.
    private void bringOver(TreeCopy copy, Disk place) throws UserException, IOException {
      enter(MoveProgress.Phase.SWITCHING, 0);
      Registry.Share now = takeDown();
      for (int pass = 1; copy.pass() > 0; pass++) {
        if (pass == LAST_PASSES_MAX) {
          throw refusal(
              share,
              goal.root(),
              "files in it keep changing",
              "close the programs that write to it, and try again");
        }
      }
      copy.finish();
      Workspace.writeMarker(place, share.id().toString());
      passTheEnd();
      arrive(now.at(goal.root(), Optional.of(new Registry.Transit.From(share.root()))));
    }

    private void giveUp(TreeCopy copy, Disk place) {
      try {
        copy.discard();
        clearAway(place);
        if (!goal.exists()) Directories.deleteIfEmpty(goal.root());
        shares.transit(share.id(), Optional.empty());
      } catch (IOException e) {
        log.log(
            WARNING, "what was copied to {0} cannot be deleted: {1}", goal.root(), e.getMessage());
      }
      try {
        if (shares.running(share.id()).isEmpty()) taking.up(current());
      } catch (IOException e) {
        log.log(WARNING, "{0} cannot be opened again: {1}", share.name(), e.getMessage());
      }
    }

    private List<RelPath> tidyUp(TreeCopy copy) throws IOException {
      enter(MoveProgress.Phase.REMOVING, progress.bytesTotal());
      try {
        List<RelPath> left = copy.removeOriginal();
        Directories.deleteIfEmpty(share.root());
        shares.transit(share.id(), Optional.empty());
        return left;
      } catch (UserException stopping) {
        return List.of(RelPath.ROOT); // the next start goes on with it
      } catch (IOException e) {
        log.log(WARNING, "{0} cannot be deleted: {1}", share.root(), e.getMessage());
        return List.of(RelPath.ROOT);
      }
    }
  }

  // ---- After a crash -------------------------------------------------------------------------

  /// Finds out where a folder is whose move a crash may have cut off; to be called before it is
  /// opened.
  Registry.Share settled(Registry.Share share) {
    try {
      return switch (share.transit().orElse(null)) {
        case Registry.Transit.Toward(Path goal) -> settled(share, goal);
        case Registry.Transit.From _ -> {
          endArrival(share.root());
          yield share;
        }
        case null -> share;
      };
    } catch (IOException e) {
      log.log(WARNING, "the move of {0} cannot be settled: {1}", share.name(), e.getMessage());
      return share;
    }
  }

  private static Registry.Share settled(Registry.Share share, Path goal) throws IOException {
    boolean isHere = Destination.isAt(share.root(), share);
    if (!isHere && Destination.isAt(goal, share)) {
      return share.at(goal, Optional.empty());
    }
    if (!isHere) {
      return share; // its disk is away: a later start may know more
    }
    discard(share, goal);
    return share.with(Optional.empty());
  }

  private static void discard(Registry.Share share, Path goal) throws IOException {
    if (!Directories.exists(goal)) {
      return;
    }
    try (Disk old = Disks.open(share.root());
        Disk place = Disks.open(goal)) {
      Optional<String> arrival = Workspace.arrival(place);
      boolean isOurs = arrival.equals(Optional.of(share.id().toString()));
      if (isOurs) TreeCopy.discard(old, place);
      if (isOurs || arrival.isEmpty()) { // not begun, or nearly gone: then it is empty
        clearAway(place);
        Directories.deleteIfEmpty(goal);
      }
    }
  }

  /// What only a copy has goes last.
  private static void clearAway(Disk place) throws IOException {
    Workspace.endArrival(place);
    try {
      place.remove(RelPath.of(RelPath.RESERVED));
    } catch (NoSuchFileException | DirectoryNotEmptyException e) {
      // somebody else keeps something there
    }
  }

  private static void endArrival(Path root) throws IOException {
    if (Directories.exists(root)) {
      try (Disk place = Disks.open(root)) {
        Workspace.endArrival(place);
      }
    }
  }

  /// Goes on with what was to be deleted when the last run ended.
  void resume() {
    for (Folder folder : shares.running()) {
      Optional<Registry.Share> share = shares.find(folder.name());
      if (share.isPresent()
          && share.get().transit().orElse(null) instanceof Registry.Transit.From(Path old)) {
        Thread tidy =
            Thread.ofVirtual().name("tidy").unstarted(() -> tidyUp(folder, share.get(), old));
        tidying.put(share.get().id(), tidy);
        tidy.start();
      }
    }
  }

  private void tidyUp(Folder folder, Registry.Share share, Path old) {
    try {
      List<RelPath> left = Directories.exists(old) ? removeWhatIsHere(folder, old) : List.of();
      Directories.deleteIfEmpty(old);
      shares.transit(share.id(), Optional.empty());
      if (!left.isEmpty()) {
        log.log(WARNING, "{0} was moved; {1} stays in {2}", share.name(), left.getFirst(), old);
      }
    } catch (UserException stopping) {
      log.log(INFO, "the rest of {0} is deleted after the next start", old);
    } catch (IOException e) {
      log.log(WARNING, "{0} cannot be deleted: {1}", old, e.getMessage());
    } finally {
      tidying.remove(share.id());
    }
  }

  private List<RelPath> removeWhatIsHere(Folder folder, Path old)
      throws UserException, IOException {
    try (Disk left = Disks.open(old)) {
      String id = folder.ledger().folderId().toString();
      if (Workspace.marker(left).filter(marker -> !marker.equals(id)).isPresent()) {
        return List.of(RelPath.ROOT); // another folder has its place there by now
      }
      return Removal.comparing(left, folder.disk(), this::requireOpen).run();
    }
  }

  private void requireOpen(long bytes) throws UserException {
    if (closing) {
      throw new UserException("it is not done", "Lockstep is stopping", Optional.empty());
    }
  }

  /// Gives up what can be given up, and waits for the rest.
  @Override
  public void close() {
    closing = true;
    underWay.values().forEach(Move::await);
    tidying.values().forEach(Moves::join);
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
