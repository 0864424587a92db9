package lockstep.sync;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import lockstep.base.Blake3;
import lockstep.base.Content;
import lockstep.base.Disk;
import lockstep.base.Node;
import lockstep.base.PeerId;
import lockstep.base.RelPath;
import lockstep.base.Version;
import lockstep.conflict.ConflictName;
import lockstep.ledger.Conflict;

/// The open conflicts of a device's folders, and what a person does about them. A conflict is
/// settled on the disk, as its user could do it by hand, and so everywhere: the copy is deleted,
/// takes the file's name, or gets a name that is no conflict copy's. That can be taken back the
/// same way until the daemon ends, and through the history after it. Thread-safe.
final class Conflicts {
  private static final String ID_CONTEXT = "lockstep/conflict-id/2";
  private static final int ID_LENGTH = 12;
  private static final int ID_LENGTH_MIN = 4;

  /// What was settled here since the start, by its id; it may not be in the ledger yet.
  private final Map<String, Settlement> settled = new ConcurrentHashMap<>();

  private record Found(Folder folder, Conflict conflict, OpenConflict shown) {}

  /// How a conflict was settled.
  ///
  /// @param kept where the version that was kept has been since then; of both, the copy's
  /// @param stat what that looked like, if it was put there
  private record Settlement(
      Found found, OpenConflict.Keep keep, RelPath kept, Optional<Disk.Stat> stat) {}

  List<OpenConflict> list(List<Folder> folders) throws IOException {
    return find(folders).stream().map(Found::shown).toList();
  }

  private List<Found> find(List<Folder> folders) throws IOException {
    var found = new ArrayList<Found>();
    for (Folder folder : folders) {
      for (Conflict conflict : folder.ledger().global().openConflicts()) {
        found.add(new Found(folder, conflict, shown(folder, conflict)));
      }
    }
    return found;
  }

  private OpenConflict shown(Folder folder, Conflict conflict) throws IOException {
    String id = id(folder.ledger().folderId(), conflict, isDerived(folder, conflict));
    boolean gone = settled.containsKey(id) && folder.disk().stat(conflict.copyPath()).isEmpty();
    return new OpenConflict(
        id,
        folder.name(),
        conflict.path().toString(),
        conflict.copyPath().toString(),
        side(folder, conflict.official()),
        side(folder, conflict.other()),
        gone ? OpenConflict.State.RESOLVED : OpenConflict.State.OPEN);
  }

  /// Derived copies are numbered anew when one of several is settled, so their names say nothing
  /// lasting: the version that lost does.
  static String id(Blake3 folder, Conflict conflict, boolean derived) {
    RelPath path = derived ? conflict.path() : conflict.copyPath();
    byte[] lost = conflict.other().entry().bytes();
    return Blake3.derived(ID_CONTEXT, folder.bytes(), path.utf8(), lost)
        .toString()
        .substring(0, ID_LENGTH);
  }

  /// Whether the copy has no entry of its own: then its writer is a mark and nobody's.
  private static boolean isDerived(Folder folder, Conflict conflict) {
    Optional<Version> stands = folder.ledger().global().get(conflict.copyPath());
    return stands.isPresent() && !stands.get().writer().equals(conflict.other().writer());
  }

  private static OpenConflict.Side side(Folder folder, Version version) {
    var author = version.writer().device();
    Optional<Content> content =
        version.node() instanceof Node.File file ? Optional.of(file.content()) : Optional.empty();
    return new OpenConflict.Side(
        new PeerId(author),
        folder.ledger().nameOf(author),
        version.savedAt(),
        content.map(Content::size).orElse(0L),
        content.map(Content::root));
  }

  /// Settles a conflict.
  ///
  /// @param id or its beginning
  OpenConflict resolve(List<Folder> folders, String id, OpenConflict.Keep keep)
      throws UserException, IOException {
    Found found = one(find(folders), id);
    RelPath copyPath = found.conflict().copyPath();
    var restorer = Restorer.toEdit(found.folder());
    RelPath kept = found.conflict().path();
    synchronized (found.folder().errands()) {
      Disk.Stat copy = standing(found.folder(), copyPath, found.conflict().other().node());
      switch (keep) {
        case OFFICIAL -> restorer.retire(copyPath, copy);
        case OTHER -> keepOther(found, restorer, copy);
        case BOTH -> kept = keepBoth(found, restorer);
      }
      restorer.finish();
      Optional<Disk.Stat> stat = found.folder().disk().stat(kept);
      settled.put(found.shown().id(), new Settlement(found, keep, kept, stat));
    }
    return found.shown().resolved();
  }

  /// What was settled in a folder cannot be taken back here any more.
  void forget(Folder folder) {
    settled.values().removeIf(settlement -> settlement.found().folder() == folder);
  }

  /// Takes back what [#resolve] did since the start: the conflict is open again, everywhere.
  ///
  /// @param id or its beginning
  /// @throws UserException also if somebody has worked on what was kept
  OpenConflict undo(String id) throws UserException, IOException {
    Settlement settlement = settlement(id);
    Folder folder = settlement.found().folder();
    Conflict conflict = settlement.found().conflict();
    Node other = conflict.other().node();
    var restorer = Restorer.toEdit(folder);
    synchronized (folder.errands()) {
      switch (settlement.keep()) {
        case OFFICIAL -> bringCopyBack(folder, conflict, restorer);
        case OTHER -> {
          Disk.Stat kept = untouched(settlement);
          stageOfficial(conflict, restorer);
          if (other instanceof Node.Directory) {
            restorer.rename(conflict.path(), conflict.copyPath());
          } else {
            bringCopyBack(folder, conflict, restorer); // first, so that no crash finds neither
          }
          bringOfficialBack(conflict, restorer, kept);
        }
        case BOTH -> {
          untouched(settlement);
          restorer.rename(settlement.kept(), conflict.copyPath());
        }
      }
      restorer.finish();
      settled.remove(settlement.found().shown().id());
    }
    return settlement.found().shown();
  }

  private Settlement settlement(String id) throws UserException {
    List<Settlement> meant =
        settled.entrySet().stream()
            .filter(each -> id.length() >= ID_LENGTH_MIN && each.getKey().startsWith(id))
            .map(Map.Entry::getValue)
            .toList();
    if (meant.size() != 1) {
      throw new UserException(
          "'" + id + "' was not settled here just now",
          "only what was settled on this device can be taken back so, until its daemon ends",
          "lockstep history PATH, then lockstep restore PATH --version VERSION");
    }
    return meant.getFirst();
  }

  /// What was kept, as it stands now. It may not have been looked at since.
  private static Disk.Stat untouched(Settlement settlement) throws UserException, IOException {
    Folder folder = settlement.found().folder();
    Optional<Disk.Stat> now = folder.disk().stat(settlement.kept());
    Optional<Observed> then = settlement.stat().map(stat -> new Observed(stat, Node.ABSENT));
    return now.isPresent() && then.filter(seen -> seen.unchanged(now.get())).isPresent()
        ? now.get()
        : standing(folder, settlement.kept(), settlement.found().conflict().other().node());
  }

  private static void bringCopyBack(Folder folder, Conflict conflict, Restorer restorer)
      throws UserException, IOException {
    RelPath copy = conflict.copyPath();
    switch (conflict.other().node()) {
      case Node.File file -> {
        var piece = new Restorer.Piece(copy, file);
        stage(restorer, piece);
        restorer.place(piece, copy);
      }
      case Node.Symlink link -> restorer.link(copy, link, true);
      case Node.Directory _, Node.Absent _ -> {
        Path path = folder.root().resolve(copy.toString());
        var all =
            new Restoration.Request(path, Optional.empty(), Optional.empty(), Optional.empty());
        new Restoring(folder, copy, all).run();
      }
    }
  }

  /// Before anything is changed, so that copy and file come back at one moment.
  private static void stageOfficial(Conflict conflict, Restorer restorer)
      throws UserException, IOException {
    if (conflict.official().node() instanceof Node.File file) {
      stage(restorer, new Restorer.Piece(conflict.path(), file));
    }
  }

  /// What [#stageOfficial] has staged, if it is a file.
  private static void bringOfficialBack(Conflict conflict, Restorer restorer, Disk.Stat kept)
      throws UserException, IOException {
    RelPath path = conflict.path();
    switch (conflict.official().node()) {
      case Node.File file -> restorer.install(new Restorer.Piece(path, file));
      case Node.Symlink link -> restorer.link(path, link, false);
      case Node.Directory(int mode) -> restorer.makeDirectory(path, mode);
      case Node.Absent _ -> restorer.retire(path, kept);
    }
  }

  private static void stage(Restorer restorer, Restorer.Piece piece)
      throws UserException, IOException {
    Map<RelPath, String> missing = restorer.stage(List.of(piece));
    if (!missing.isEmpty()) {
      throw new UserException(
          "cannot read '" + piece.path() + "'", missing.get(piece.path()) + "", Optional.empty());
    }
  }

  private static Found one(List<Found> all, String id) throws UserException {
    List<Found> meant =
        all.stream()
            .filter(found -> found.shown().state() == OpenConflict.State.OPEN)
            .filter(found -> found.shown().id().startsWith(id))
            .toList();
    if (id.length() < ID_LENGTH_MIN || meant.isEmpty()) {
      throw new UserException(
          "there is no open conflict '" + id + "'",
          all.isEmpty()
              ? "no folder of this device has a conflict"
              : "an id has " + ID_LENGTH + " letters and digits, of which the first four may do",
          "lockstep conflicts");
    }
    if (meant.size() > 1) {
      throw new UserException(
          "'" + id + "' could be any of " + meant.size() + " conflicts",
          "their ids are "
              + String.join(", ", meant.stream().map(found -> found.shown().id()).toList()),
          "lockstep conflicts resolve with more of the id");
    }
    return meant.getFirst();
  }

  /// A version as it stands here. What has been edited since is not what was listed.
  private static Disk.Stat standing(Folder folder, RelPath path, Node version)
      throws UserException, IOException {
    Map<RelPath, Observed> observed = folder.ask(loop -> loop.observed(path));
    Optional<Disk.Stat> stands = folder.disk().stat(path);
    Observed seen = observed.get(path);
    if (stands.isEmpty() || seen == null) {
      throw new UserException(
          "'" + path + "' is not on this device",
          stands.isEmpty()
              ? "it has not arrived yet, or was taken away just now"
              : "it has not been read yet",
          "lockstep status --wait-synced 60, then try again");
    }
    boolean same = seen.node().sameContent(version);
    boolean asSeen = stands.get().kind() == Disk.Kind.DIRECTORY || seen.unchanged(stands.get());
    if (!same || !asSeen) {
      throw Restorer.changedMeanwhile(path);
    }
    return stands.get();
  }

  /// The copy's content takes the name first; until the copy is gone too the conflict stays open,
  /// so that nothing depends on both happening.
  private static void keepOther(Found found, Restorer restorer, Disk.Stat copy)
      throws UserException, IOException {
    RelPath path = found.conflict().path();
    RelPath copyPath = found.conflict().copyPath();
    switch (found.conflict().other().node()) {
      case Node.File file -> {
        var piece = new Restorer.Piece(path, file);
        stage(restorer, piece);
        restorer.install(piece);
        restorer.retire(copyPath, copy);
      }
      case Node.Symlink link -> {
        restorer.link(path, link, false);
        restorer.retire(copyPath, copy);
      }
      case Node.Directory _ -> {
        Optional<Disk.Stat> stands = found.folder().disk().stat(path);
        if (stands.isPresent()) {
          restorer.retire(path, stands.get());
        }
        restorer.rename(copyPath, path);
      }
      case Node.Absent _ -> throw Restorer.changedMeanwhile(copyPath);
    }
  }

  /// @return the name that the copy has now
  private static RelPath keepBoth(Found found, Restorer restorer)
      throws UserException, IOException {
    RelPath copy = found.conflict().copyPath();
    ConflictName.Parsed parsed =
        ConflictName.parse(copy).orElseThrow(() -> Restorer.changedMeanwhile(copy));
    for (int number = 1; ; number++) {
      RelPath name = ConflictName.settled(parsed, number);
      if (!found.folder().ledger().global().get(name).filter(v -> v.node().isLive()).isPresent()) {
        try {
          restorer.rename(copy, name);
          return name;
        } catch (java.nio.file.FileAlreadyExistsException taken) {
          continue; // by something that is not synced yet
        }
      }
    }
  }
}
