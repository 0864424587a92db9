package lockstep.sync;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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
/// takes the file's name, or gets a name that is no conflict copy's. Thread-safe.
final class Conflicts {
  private static final String ID_CONTEXT = "lockstep/conflict-id/2";
  private static final int ID_LENGTH = 12;
  private static final int ID_LENGTH_MIN = 4;

  /// What was settled here and may not be in the ledger yet.
  private final Set<String> resolved = ConcurrentHashMap.newKeySet();

  private record Found(Folder folder, Conflict conflict, OpenConflict shown) {}

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
    boolean gone = resolved.contains(id) && folder.disk().stat(conflict.copyPath()).isEmpty();
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
    var restorer = Restorer.toEdit(found.folder());
    synchronized (found.folder().errands()) {
      Disk.Stat copy = standing(found);
      switch (keep) {
        case OFFICIAL -> restorer.retire(found.conflict().copyPath(), copy);
        case OTHER -> keepOther(found, restorer, copy);
        case BOTH -> keepBoth(found, restorer);
      }
      restorer.finish();
    }
    resolved.add(found.shown().id());
    return found.shown().resolved();
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

  /// The copy as it stands here. One that has been edited since is not what was listed.
  private static Disk.Stat standing(Found found) throws UserException, IOException {
    RelPath copy = found.conflict().copyPath();
    Map<RelPath, Observed> observed = found.folder().ask(loop -> loop.observed(copy));
    Optional<Disk.Stat> stands = found.folder().disk().stat(copy);
    Observed seen = observed.get(copy);
    if (stands.isEmpty() || seen == null) {
      throw new UserException(
          "the copy '" + copy + "' is not on this device",
          stands.isEmpty()
              ? "it has not arrived yet, or was taken away just now"
              : "it has not been read yet",
          "lockstep status --wait-synced 60, then try again");
    }
    boolean same = seen.node().sameContent(found.conflict().other().node());
    boolean asSeen = stands.get().kind() == Disk.Kind.DIRECTORY || seen.unchanged(stands.get());
    if (!same || !asSeen) {
      throw Restorer.changedMeanwhile(copy);
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
        Map<RelPath, String> missing = restorer.stage(List.of(piece));
        if (!missing.isEmpty()) {
          throw new UserException(
              "cannot read '" + copyPath + "'", missing.get(path) + "", Optional.empty());
        }
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

  private static void keepBoth(Found found, Restorer restorer) throws UserException, IOException {
    RelPath copy = found.conflict().copyPath();
    ConflictName.Parsed parsed =
        ConflictName.parse(copy).orElseThrow(() -> Restorer.changedMeanwhile(copy));
    for (int number = 1; ; number++) {
      RelPath name = ConflictName.settled(parsed, number);
      if (!found.folder().ledger().global().get(name).filter(v -> v.node().isLive()).isPresent()) {
        try {
          restorer.rename(copy, name);
          return;
        } catch (java.nio.file.FileAlreadyExistsException taken) {
          continue; // by something that is not synced yet
        }
      }
    }
  }
}
