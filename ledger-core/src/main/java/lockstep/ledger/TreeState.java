package lockstep.ledger;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import lockstep.base.Node;
import lockstep.base.PublicKey;
import lockstep.base.RelPath;
import lockstep.base.Version;
import lockstep.base.VersionVector;
import lockstep.conflict.ConflictSolver;
import lockstep.conflict.Resolution;
import org.jspecify.annotations.Nullable;

/// The state behind [GlobalTree]. Not thread-safe.
///
/// The usual change knows everything that its path has seen: it replaces the row's version, and
/// that is all. For a change that raced, all versions of its path are gathered from the log and
/// folded by [ConflictSolver]; what comes out is the same whatever arrived first. Changes are
/// applied in dependency order, batch by batch; [#settle] ends a batch.
final class TreeState {
  /// Fetches one version of a path from the entry that stated it.
  @FunctionalInterface
  interface Source {
    Version version(Origin origin, RelPath path) throws IOException;
  }

  /// What a directory gets that is there only because something lives below it.
  private static final Node IMPLIED = new Node.Directory(0755);

  private final PathTable paths = new PathTable();
  private final VersionTable versions = new VersionTable();
  private final Columns.Ints liveChildren = new Columns.Ints();
  private final PastVersions past = new PastVersions();

  /// Resolutions of the paths where copies stand.
  private final Map<Integer, Resolution> contests = new HashMap<>();

  /// Rows to fold at the end of the batch.
  private final Set<Integer> raced = new LinkedHashSet<>();

  /// Rows whose file or link must make way, since something lives below.
  private final Set<Integer> displaced = new HashSet<>();

  private final CopyPlaces copies = new CopyPlaces(this);
  private final NamedCopies namedCopies = new NamedCopies(this);
  private long files;
  private long directories;
  private long bytes;

  /// Applies one entry's changes.
  ///
  /// @param changes with bases as this ledger names things
  /// @param changed told which paths may now hold something else
  void apply(Origin origin, List<Change> changes, Consumer<RelPath> changed) {
    VersionVector base = VersionVector.EMPTY;
    VersionVector history = origin.history(base);
    for (Change change : changes) {
      if (!change.base().equals(base)) {
        base = change.base();
        history = origin.history(base);
        copies.settle(base);
      }
      int row = paths.intern(change.path());
      namedCopies.note(row, change.path());
      apply(row, origin, change, history, changed);
      changed.accept(change.path());
    }
  }

  private void apply(
      int row, Origin origin, Change change, VersionVector history, Consumer<RelPath> changed) {
    Origin current = versions.origin(row);
    if (!raced.isEmpty() && raced.contains(row)
        || current != null && !succeeds(row, current, history)) {
      past.race(row, current, origin);
      raced.add(row);
      return;
    }
    if (current != null) past.add(row, current, origin);
    Resolution contest = contests.isEmpty() ? null : contests.get(row);
    if (contest != null) {
      Version official = VersionTable.version(origin, change.node(), history).under(change.epoch());
      contests.put(row, new Resolution(official, history, contest.copies()));
      copies.touch();
    }
    put(row, origin, change.node(), history, change.epoch(), changed);
  }

  /// Whether a version knew all that went into the row: then it is official, whatever raced before.
  private boolean succeeds(int row, Origin current, VersionVector history) {
    return history.includes(current.writer(), current.sequence())
        && versions.history(row).includedIn(history);
  }

  private void put(
      int row,
      Origin origin,
      Node node,
      VersionVector history,
      long epoch,
      Consumer<RelPath> changed) {
    boolean wasLive = isLive(row);
    count(row, -1);
    versions.put(row, origin, node, history, epoch);
    changedAt(row, wasLive, changed);
    if (!displaced.isEmpty() && displaced.contains(row)) copies.touch(); // it shows this version
  }

  /// Ends a batch: folds what raced and gives the copies their places.
  ///
  /// @param names the names of devices, for those of the copies
  void settle(Source source, Function<PublicKey, String> names, Consumer<RelPath> changed)
      throws IOException {
    for (int row : raced) {
      resolve(row, source, changed);
    }
    raced.clear();
    copies.place(names, changed);
  }

  private void resolve(int row, Source source, Consumer<RelPath> changed) throws IOException {
    RelPath path = paths.path(row);
    Map<Version, Origin> all = new HashMap<>();
    for (Origin origin : past.all(row)) {
      all.put(source.version(origin, path), origin);
    }
    Resolution resolution = ConflictSolver.resolve(all.keySet());
    if (resolution.copies().isEmpty()) {
      contests.remove(row);
    } else {
      contests.put(row, resolution);
    }
    copies.touch();
    Version official = resolution.official();
    Origin origin = all.get(official);
    if (origin == null) throw new IllegalStateException("no origin of " + official);
    put(row, origin, official.node(), resolution.history(), official.epoch(), changed);
  }

  // What stands where

  private int kind(int row) {
    Node placed = copies.nodeAt(row);
    if (placed != null)
      return placed instanceof Node.Symlink ? VersionTable.SYMLINK : VersionTable.FILE;
    return isImplied(row) ? VersionTable.DIRECTORY : versions.kind(row);
  }

  private boolean isImplied(int row) {
    return liveChildren.get(row) > 0 && versions.origin(row) != null;
  }

  boolean isLive(int row) {
    return kind(row) != VersionTable.ABSENT || liveChildren.get(row) > 0;
  }

  private long size(int row) {
    Node placed = copies.nodeAt(row);
    if (placed != null) return placed instanceof Node.File file ? file.content().size() : 0;
    return versions.size(row);
  }

  private void count(int row, int sign) {
    switch (kind(row)) {
      case VersionTable.FILE -> {
        files += sign;
        bytes += sign * size(row);
      }
      case VersionTable.SYMLINK -> files += sign;
      case VersionTable.DIRECTORY -> directories += sign;
      default -> {}
    }
  }

  /// Follows up a change of a row that was taken out of the counts before it, up through all the
  /// directories that come or go with it. A loop, since a hostile path can be thousands deep.
  private void changedAt(int row, boolean wasLive, Consumer<RelPath> changed) {
    count(row, 1);
    noteChange(row);
    boolean was = wasLive;
    for (int at = row; at != PathTable.ROOT && isLive(at) != was; ) {
      int difference = was ? -1 : 1;
      at = paths.parent(at);
      was = isLive(at);
      childTurned(at, difference, changed);
    }
  }

  private void childTurned(int row, int difference, Consumer<RelPath> changed) {
    if (row == PathTable.ROOT) return;
    int kind = kind(row);
    count(row, -1);
    liveChildren.set(row, liveChildren.get(row) + difference);
    count(row, 1);
    noteChange(row);
    if (kind(row) != kind) changed.accept(paths.path(row));
  }

  private void noteChange(int row) {
    boolean inTheWay =
        liveChildren.get(row) > 0
            && (versions.kind(row) == VersionTable.FILE
                || versions.kind(row) == VersionTable.SYMLINK);
    if (inTheWay ? displaced.add(row) : !displaced.isEmpty() && displaced.remove(row)) {
      copies.touch();
    }
    copies.touch(row);
  }

  // For CopyPlaces

  Map<Integer, Resolution> contests() {
    return contests;
  }

  Set<Integer> displaced() {
    return displaced;
  }

  PathTable paths() {
    return paths;
  }

  /// The official version of a row by its own entries.
  Version official(int row) {
    Resolution contest = contests.get(row);
    return contest == null ? versions.version(row) : contest.official();
  }

  /// Runs a change of the copy that stands at a row.
  void place(int row, Runnable change, Consumer<RelPath> changed) {
    boolean wasLive = isLive(row);
    count(row, -1);
    change.run();
    changedAt(row, wasLive, changed);
    changed.accept(paths.path(row));
  }

  // For readers

  Optional<Version> get(RelPath path) {
    int row = paths.find(path);
    return row == PathTable.NONE ? Optional.empty() : Optional.ofNullable(effective(row));
  }

  private @Nullable Version effective(int row) {
    CopyPlaces.Copy copy = copies.at(row);
    if (copy != null) return copy.version(versions.history(row));
    if (versions.origin(row) == null) return null;
    Version own = official(row);
    return isImplied(row) && versions.kind(row) != VersionTable.DIRECTORY ? implied(own) : own;
  }

  private static Version implied(Version own) {
    return new Version(
        own.writer(),
        own.sequence(),
        own.clock(),
        own.entry(),
        own.savedAt(),
        IMPLIED,
        own.history(),
        own.epoch());
  }

  /// The base of the next change. One that takes the name from a displaced file does not thereby
  /// know its content: it races with it, and the copy stands.
  VersionVector known(RelPath path) {
    int row = paths.find(path);
    if (row == PathTable.NONE || displaced.contains(row)) return VersionVector.EMPTY;
    CopyPlaces.Copy copy = copies.at(row);
    VersionVector history = versions.history(row);
    return copy == null ? history : copy.version(history).history();
  }

  Optional<GlobalTree.MadeWay> madeWay(RelPath path) {
    int row = paths.find(path);
    CopyPlaces.Copy copy = row == PathTable.NONE ? null : copies.at(row);
    if (copy == null
        || !displaced.contains(copy.lost())
        || !copy.loser().entry().equals(official(copy.lost()).entry())) {
      return Optional.empty();
    }
    return Optional.of(madeWay(row, copy));
  }

  private GlobalTree.MadeWay madeWay(int row, CopyPlaces.Copy copy) {
    int lost = copy.lost();
    return new GlobalTree.MadeWay(
        paths.path(lost), paths.path(row), copy.loser().node(), versions.history(lost));
  }

  Optional<GlobalTree.MadeWay> madeWayAt(RelPath path) {
    int row = paths.find(path);
    if (row == PathTable.NONE || !displaced.contains(row)) return Optional.empty();
    return copies.of(official(row), row).map(at -> madeWay(at, copies.existing(at)));
  }

  void forEachLive(BiConsumer<RelPath, Version> visitor) {
    for (int row = 1; row < paths.size(); row++) {
      if (kind(row) != VersionTable.ABSENT) {
        visitor.accept(paths.path(row), effective(row));
      }
    }
  }

  long files() {
    return files;
  }

  long directories() {
    return directories;
  }

  long bytes() {
    return bytes;
  }

  List<Conflict> conflicts() {
    return copies.conflicts();
  }

  boolean isDerivedCopy(int row) {
    return copies.at(row) != null;
  }

  List<Conflict> openConflicts() {
    List<Conflict> open = new ArrayList<>(conflicts());
    open.addAll(namedCopies.standing());
    open.sort(Comparator.comparing(Conflict::copyPath));
    return open;
  }
}
