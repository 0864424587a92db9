package lockstep.sync;

import static java.lang.System.Logger.Level.ERROR;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import lockstep.base.RelPath;
import lockstep.recovery.NoRoomException;

/// What keeps a folder, or some paths of it, from being synced, in words for its user. A *halted*
/// folder neither publishes nor changes the disk, for its directory, its disk or its ledger is not
/// to be trusted. On a *full* disk what needs no room goes on: deletions, renames, files that still
/// fit. A path that is *unobservable* is left alone with all below it, since nothing can be said of
/// them. A path that *failed* is tried again after a while; the rest goes on. Owned by the folder's
/// loop.
final class Trouble {
  private static final long RETRY_SOON = 1_000_000_000L;
  private static final long RETRY_AFTER = 15_000_000_000L;
  private static final long PROBE_EVERY = 3_000_000_000L;

  /// What a folder needs to get anything done, beside the file itself.
  private static final long ROOM = 1 << 20;

  private final FolderParts parts;
  private final Clockwork clock;
  private final TreeMap<RelPath, String> unobservable = new TreeMap<>();

  /// Of these, those that any file may be, a known one under a new name as well.
  private final Set<RelPath> unseen = new HashSet<>();

  private final Set<RelPath> waiting = new HashSet<>();
  private final Map<RelPath, String> failed = new HashMap<>();

  /// Of these, those that may do when they are tried again.
  private final Set<RelPath> unsettled = new HashSet<>();

  private final TreeMap<RelPath, String> standless = new TreeMap<>();
  private OptionalLong retryAt = OptionalLong.empty();
  private Optional<String> halted = Optional.empty();

  /// Why the directory cannot be trusted, until it is and was looked through.
  private Optional<String> strange = Optional.empty();

  private OptionalLong markerAt = OptionalLong.empty();
  private OptionalLong probeAt = OptionalLong.empty();
  private long probedAt;

  /// Why the disk takes no more bytes, or not enough.
  private Optional<String> full = Optional.empty();

  /// The size of the smallest file that a full disk had no room for.
  private long roomless;

  /// Whether a write has just failed on the full disk.
  private boolean isPausing;

  Trouble(FolderParts parts, Clockwork clock) {
    this.parts = parts;
    this.clock = clock;
  }

  // ---- Of the folder -------------------------------------------------------------------------

  /// Halts until somebody resumes.
  void halt(String reason) {
    halt(reason, halted);
    probeAt = OptionalLong.empty();
  }

  private void halt(String reason, Optional<String> before) {
    tellIfNew(reason, before);
    halted = Optional.of(reason);
  }

  private void tellIfNew(String reason, Optional<String> before) {
    if (before.isEmpty() || !before.get().equals(reason)) {
      parts.log().log(ERROR, "folder {0} stopped: {1}", parts.name(), reason);
      parts.tell("problem", RelPath.ROOT, Map.of("reason", reason));
    }
  }

  void resume() {
    halted = Optional.empty();
    full = Optional.empty();
    isPausing = false;
    roomless = 0;
    probeAt = OptionalLong.empty();
  }

  /// Something could not be written. Halts until the disk takes bytes again; that is found out by
  /// trying. (Not for a failed sync: the next would succeed although bytes are lost.) On a full
  /// disk only for a moment: what frees room may need so little that it works.
  void suspend(String reason) {
    if (halted.isEmpty()) {
      suspended(lack(roomless).orElseGet(() -> new IOException(reason)));
      isPausing = full.isPresent();
    }
  }

  private void suspended(IOException why) {
    String reason = Applier.reason(why);
    if (why instanceof NoRoomException) {
      tellIfNew(reason, full);
      full = Optional.of(reason);
      halted = Optional.empty();
    } else {
      halt(reason, halted);
    }
    probeAt = OptionalLong.of(clock.now() + PROBE_EVERY);
  }

  private Optional<IOException> lack(long bytes) {
    try {
      parts.applier().probe(bytes + ROOM);
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of(e);
    }
  }

  /// Something did not work out that needs so many bytes: if the disk is full, that is the folder's
  /// trouble, not that of one path after the other.
  void suspendIfFull(long bytes) {
    if (halted.isEmpty() && clock.now() - probedAt > PROBE_EVERY) {
      probedAt = clock.now();
      Optional<IOException> lack = lack(bytes);
      if (lack.isPresent()) {
        roomless = full.isEmpty() ? bytes : Math.min(roomless, bytes);
        suspended(lack.get());
      }
    }
  }

  /// Tries whether a disk takes bytes again.
  ///
  /// @return whether the folder was suspended and goes on from now
  boolean hasRoomAgain() {
    if (probeAt.isEmpty()) {
      return false;
    }
    if (clock.now() - probeAt.getAsLong() < 0) {
      clock.wakeAt(probeAt);
      return false;
    }
    isPausing = false;
    Optional<IOException> lack = lack(roomless);
    lack.ifPresent(this::suspended);
    clock.wakeAt(probeAt);
    if (lack.isPresent()) {
      return false;
    }
    retryAt = OptionalLong.of(clock.now());
    resume();
    return true;
  }

  /// Whether a disk is full: what needs no room goes on.
  boolean isFull() {
    return full.isPresent();
  }

  /// Whether there may be room for a file of so many bytes.
  boolean mayFit(long bytes) {
    return full.isEmpty() || bytes < roomless;
  }

  /// Why nothing may be written now, if that is so.
  Optional<String> halted() {
    return halted.or(() -> strange).or(() -> isPausing ? full : Optional.empty());
  }

  /// Why the folder, or what needs room in it, does not go on now.
  Optional<String> stopped() {
    return halted().or(() -> full);
  }

  /// Whether the directory is the shared folder at this moment; if not, the folder halts.
  boolean markerStands() {
    Optional<String> wrong = parts.marker().trouble();
    wrong.ifPresent(this::distrust);
    return wrong.isEmpty();
  }

  /// The directory is not the shared folder, or was not a moment ago.
  void distrust(String reason) {
    tellIfNew(reason, strange);
    strange = Optional.of(reason);
    markerAt = OptionalLong.of(clock.now() + PROBE_EVERY);
  }

  /// Whether the directory that was strange is the folder again. It stays halted: what was seen of
  /// it meanwhile is worth nothing.
  boolean isMarkerBack() {
    if (markerAt.isEmpty() || clock.now() - markerAt.getAsLong() < 0) {
      clock.wakeAt(markerAt);
      return false;
    }
    markerAt = OptionalLong.empty();
    return markerStands();
  }

  /// The directory is the folder, and was looked through since it is.
  void trust() {
    strange = Optional.empty();
  }

  // ---- Of paths ------------------------------------------------------------------------------

  /// It is known what stands there: nothing that is synced.
  void cannotObserve(RelPath path, String reason) {
    unobservable.put(path, reason);
    unseen.remove(path);
  }

  /// The disk does not tell what stands there.
  void cannotSee(RelPath path, String reason) {
    unobservable.put(path, reason);
    unseen.add(path);
  }

  /// Paths in a directory of which nothing can be said.
  List<RelPath> unobservableIn(RelPath directory) {
    return unobservable.isEmpty()
        ? List.of()
        : unobservable.keySet().stream()
            .filter(path -> !path.isRoot() && path.parent().equals(directory))
            .toList();
  }

  /// Paths below one of which nothing could be said.
  List<RelPath> unobservableBelow(RelPath path) {
    return unobservable.isEmpty()
        ? List.of()
        : unobservable.tailMap(path, false).keySet().stream()
            .takeWhile(each -> each.startsWith(path))
            .toList();
  }

  /// Whether the disk tells what stands at each path.
  boolean seesAll() {
    return unseen.isEmpty();
  }

  /// Nothing can be decided for a path before more can be observed.
  void waits(RelPath path) {
    waiting.add(path);
  }

  /// @return what is to be planned anew, if the path could not be observed before: itself, and all
  ///   that waited, since what waited for this path is among that
  Collection<RelPath> nowObservable(RelPath path) {
    if (unobservable.remove(path) == null) {
      return List.of();
    }
    unseen.remove(path);
    var released = new ArrayList<>(waiting);
    released.add(path);
    waiting.clear();
    return released;
  }

  /// Why nothing can be said of a path: it or a directory on the way cannot be looked at.
  Optional<String> unobservable(RelPath path) {
    if (unobservable.isEmpty()) {
      return Optional.empty();
    }
    for (RelPath each = path; ; each = each.parent()) {
      String reason = unobservable.get(each);
      if (reason != null) {
        return Optional.of(reason);
      }
      if (each.isRoot()) {
        return Optional.empty();
      }
    }
  }

  /// The path is tried again soon, and until then the folder is not in sync; if it has failed
  /// before, after a while, for then it is as it will be until somebody helps.
  void fail(RelPath path, String reason) {
    String before = failed.put(path, reason);
    if (!reason.equals(before)) {
      parts.tell("problem", path, Map.of("reason", reason));
    }
    if (before == null) {
      unsettled.add(path);
      retryIn(RETRY_SOON);
    } else {
      unsettled.remove(path);
      retryIn(RETRY_AFTER);
    }
  }

  /// What failed does so because the path keeps changing: it is tried again soon, however often.
  void cannotSettle(RelPath path) {
    unsettled.add(path);
    retryIn(RETRY_SOON);
  }

  private void retryIn(long nanos) {
    long at = clock.now() + nanos;
    if (retryAt.isEmpty() || retryAt.getAsLong() - at > 0) retryAt = OptionalLong.of(at);
  }

  /// Somebody wants to know how things stand now: what failed is tried again before the folder is
  /// called in sync.
  void retryNow() {
    unsettled.addAll(failed.keySet());
    if (!failed.isEmpty()) retryIn(0);
  }

  /// Whether nothing is left that is to be tried again soon.
  boolean isSettled() {
    return unsettled.isEmpty();
  }

  /// Something in a directory cannot be synced however often it is tried.
  void note(RelPath directory, String reason) {
    failed.put(directory, reason);
  }

  /// The disk cannot hold what belongs at the path, for as long as something has its name.
  void cannotStand(RelPath path, String reason) {
    if (!reason.equals(standless.put(path, reason))) {
      parts.tell("problem", path, Map.of("reason", reason));
    }
  }

  /// Whether the version that belongs at a path cannot be brought there as things are.
  boolean isStuck(RelPath path) {
    return failed.containsKey(path) || standless.containsKey(path);
  }

  void stands(RelPath path) {
    standless.remove(path);
  }

  void succeed(RelPath path) {
    failed.remove(path);
    unsettled.remove(path);
  }

  Optional<String> failure(RelPath path) {
    return Optional.ofNullable(failed.get(path));
  }

  /// The paths that failed, once it is time to try them again.
  List<RelPath> toRetry() {
    if (failed.isEmpty() || retryAt.isEmpty()) {
      return List.of();
    }
    if (clock.now() - retryAt.getAsLong() < 0) {
      clock.wakeAt(retryAt);
      return List.of();
    }
    retryAt = OptionalLong.empty();
    unsettled.clear(); // from now on the plan says what is missing
    return List.copyOf(failed.keySet());
  }

  /// Paths that are not as they should be, for whatever reason.
  Set<RelPath> paths() {
    if (unobservable.isEmpty() && failed.isEmpty() && standless.isEmpty()) return Set.of();
    var paths = new HashSet<>(unobservable.keySet());
    paths.addAll(failed.keySet());
    paths.addAll(standless.keySet());
    return paths;
  }

  List<FolderStatus.Problem> problems() {
    var problems = new ArrayList<FolderStatus.Problem>();
    unobservable.forEach(
        (path, why) -> problems.add(new FolderStatus.Problem(path.toString(), why)));
    standless.forEach((path, why) -> problems.add(new FolderStatus.Problem(path.toString(), why)));
    failed.forEach((path, why) -> problems.add(new FolderStatus.Problem(path.toString(), why)));
    return problems;
  }
}
