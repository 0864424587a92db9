package lockstep.sync;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import lockstep.base.Blake3;
import lockstep.base.Disk;
import lockstep.base.Node;
import lockstep.base.RelPath;
import lockstep.base.Role;
import lockstep.recovery.HistoryItem;
import lockstep.recovery.Outcome;
import lockstep.recovery.Workspace;
import lockstep.sync.transfer.Wanted;

/// Puts contents into a folder on behalf of its user: staged and verified first, installed by one
/// atomic step, with what stood there in the history. To the folder's loop it is an edit like any
/// other, found by looking and published; if a change from elsewhere arrives meanwhile, the two
/// meet as two edits do.
final class Restorer {
  private static final RelPath STAGING = RelPath.of(RelPath.RESERVED + "/staging");
  private static final String PREFIX = "restore-";
  private static final int ID_LENGTH_MAX = 200;
  private static final int ATTEMPTS = 5;

  private final Folder folder;
  private final Disk disk;
  private final Workspace workspace;
  private final Map<RelPath, Integer> modes = new HashMap<>();

  /// A file that is to be somewhere.
  record Piece(RelPath path, Node.File file) {
    /// Of the download; complete, the file goes on under another id.
    String id() {
      return "wanted-" + file.content().root().brief() + "-" + Blake3.of(path.utf8()).brief();
    }
  }

  /// @throws UserException if the folder's directory is not there
  Restorer(Folder folder) throws UserException, IOException {
    this.folder = folder;
    this.disk = folder.disk();
    this.workspace = folder.workspace();
    if (!workspace.marker().equals(Optional.of(folder.ledger().folderId().toString()))) {
      throw new UserException(
          "the folder '" + folder.name() + "' is not there",
          "the marker .lockstep/folder is missing in " + folder.root() + ": is its disk mounted?",
          "lockstep status --folder " + folder.name());
    }
  }

  /// @throws UserException if what this device changes in the folder would not be published
  static Restorer toEdit(Folder folder) throws UserException, IOException {
    Optional<Role> role = folder.ledger().members().role(folder.self().key());
    if (role.filter(Role::mayWrite).isEmpty()) {
      throw new UserException(
          "this device may not change '" + folder.name() + "'",
          "its role is " + role.map(Role::toString).orElse("none: it is no member"),
          "ask an admin of the folder for another role");
    }
    return new Restorer(folder);
  }

  /// A crash during an exchange leaves the user's bytes under the name of what was staged: all that
  /// may be such goes to the history.
  static void settleLeftovers(Workspace workspace) throws IOException {
    for (String id : workspace.stagedIds()) {
      if (id.startsWith(PREFIX)) {
        workspace.rescue(id, target(id));
      }
    }
  }

  private static String idFor(RelPath target) {
    String path = Base64.getUrlEncoder().withoutPadding().encodeToString(target.utf8());
    return PREFIX + (PREFIX.length() + path.length() <= ID_LENGTH_MAX ? path : "long");
  }

  private static RelPath target(String id) {
    try {
      byte[] utf8 = Base64.getUrlDecoder().decode(id.substring(PREFIX.length()));
      RelPath path = RelPath.fromUtf8(utf8);
      return path.isRoot() || id.endsWith("-long") ? STAGING.resolve(id) : path;
    } catch (IllegalArgumentException e) {
      return STAGING.resolve(id);
    }
  }

  // ---- Bytes ---------------------------------------------------------------------------------

  /// Stages files: from this device's files and history, else from members.
  ///
  /// @return why those that could not be had could not
  Map<RelPath, String> stage(List<Piece> pieces) throws IOException {
    var missing = new HashMap<RelPath, String>();
    var wanted = new HashMap<String, Wanted>();
    boolean connected = isConnected();
    for (Piece piece : pieces) {
      boolean here = folder.hasHere(piece.file().content()); // lets the fetcher find it, too
      if (connected || here) {
        wanted.put(
            piece.id(), new Wanted(piece.id(), piece.path(), piece.file(), Optional.empty()));
      } else {
        missing.put(
            piece.path(), "its bytes are not on this device, and no other member is connected");
      }
    }
    try {
      Map<String, String> failed =
          folder
              .errands()
              .bring(folder.fetcher(), List.copyOf(wanted.values()), this::isConnectedNow);
      failed.forEach(
          (id, reason) -> {
            Wanted lost = wanted.get(id);
            if (lost != null) {
              missing.put(
                  lost.path(),
                  "its bytes are not on this device, and no connected member has them: " + reason);
            }
          });
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while fetching", e);
    }
    disk.syncAll();
    return missing;
  }

  private boolean isConnected() throws IOException {
    return !folder.ask(loop -> loop.members().connected()).isEmpty();
  }

  private boolean isConnectedNow() {
    try {
      return isConnected();
    } catch (IOException stopped) {
      return false;
    }
  }

  /// Forgets what was staged and is not used.
  void discard(Piece piece) throws IOException {
    workspace.discard(piece.id());
  }

  /// Where a staged file waits.
  RelPath staged(Piece piece) {
    return STAGING.resolve(piece.id());
  }

  // ---- Names ---------------------------------------------------------------------------------

  /// Installs a staged file, whatever file or link stands at its path; that goes to the history.
  void install(Piece piece) throws UserException, IOException {
    install(piece, piece.path(), false);
  }

  /// Installs where nothing stands.
  void place(Piece piece, RelPath target) throws UserException, IOException {
    install(piece, target, true);
  }

  private void install(Piece piece, RelPath target, boolean mustBeFree)
      throws UserException, IOException {
    makeParents(target);
    String id = idFor(target);
    workspace.rescue(id, target);
    disk.rename(staged(piece), STAGING.resolve(id));
    installStaged(id, target, mustBeFree);
  }

  /// Installs where just `damaged` stands, and marks what goes to the history as no version that
  /// anybody saved: its time is not one that the ledger knows with that content.
  ///
  /// @return false if something else stands there by now; then nothing was changed
  boolean mend(Piece piece, Disk.Stat damaged, long nowNanos) throws IOException {
    String id = idFor(piece.path());
    workspace.rescue(id, piece.path());
    disk.rename(staged(piece), STAGING.resolve(id));
    try {
      Outcome outcome = workspace.install(id, piece.path(), Optional.of(damaged));
      if (outcome instanceof Outcome.Installed(_, Optional<HistoryItem> displaced)) {
        if (displaced.isPresent()) {
          disk.setModified(displaced.get().place(), nowNanos);
        }
        changed(piece.path());
        return true;
      }
      return false;
    } finally {
      workspace.rescue(id, piece.path());
    }
  }

  void link(RelPath target, Node.Symlink link, boolean mustBeFree)
      throws UserException, IOException {
    makeParents(target);
    String id = idFor(target);
    workspace.rescue(id, target);
    workspace.stageSymlink(id, link.target());
    installStaged(id, target, mustBeFree);
  }

  private void installStaged(String id, RelPath target, boolean mustBeFree)
      throws UserException, IOException {
    try {
      for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
        Optional<Disk.Stat> stands = disk.stat(target);
        checkReplaceable(target, stands, mustBeFree);
        if (workspace.install(id, target, stands) instanceof Outcome.Installed) {
          changed(target);
          return;
        }
      }
      throw new UserException(
          "cannot restore '" + target + "'",
          "something else writes to that name without pause",
          "close the program that does, and try again");
    } finally {
      workspace.rescue(id, target); // ours or, should the worst happen, the user's
    }
  }

  private static void checkReplaceable(
      RelPath target, Optional<Disk.Stat> stands, boolean mustBeFree) throws UserException {
    if (stands.isEmpty()) {
      return;
    }
    Disk.Kind kind = stands.get().kind();
    if (mustBeFree || kind == Disk.Kind.DIRECTORY || kind == Disk.Kind.OTHER) {
      String what =
          kind == Disk.Kind.DIRECTORY ? "a directory" : kind == Disk.Kind.FILE ? "a file" : "it";
      throw new UserException(
          "cannot restore to '" + target + "'",
          what + " stands there, and it is not to be replaced",
          "lockstep restore PATH --to ANOTHER_PATH");
    }
  }

  /// @return whether it was made
  boolean makeDirectory(RelPath directory, int mode) throws IOException {
    makeParents(directory);
    try {
      disk.makeDirectory(directory, mode | 0700);
      if ((mode & 0700) != 0700) {
        modes.put(directory, mode);
      }
      changed(directory);
      return true;
    } catch (FileAlreadyExistsException e) {
      return false;
    }
  }

  private void makeParents(RelPath path) throws IOException {
    RelPath parent = path.parent();
    if (!parent.isRoot() && disk.stat(parent).isEmpty()) {
      makeDirectory(parent, 0755);
    }
  }

  /// Takes a file, a link or a whole directory away, into the history.
  void retire(RelPath path, Disk.Stat expected) throws UserException, IOException {
    if (expected.kind() == Disk.Kind.DIRECTORY) {
      for (Disk.Listed entry : disk.list(path)) {
        retire(path.resolve(entry.name()), entry.stat());
      }
    }
    if (workspace.retire(path, expected) instanceof Outcome.Changed) {
      throw changedMeanwhile(path);
    }
    changed(path);
  }

  /// Gives something another name, which must be free.
  void rename(RelPath from, RelPath to) throws IOException {
    disk.rename(from, to);
    changed(from);
    changed(to);
    if (disk.stat(to).map(Disk.Stat::kind).equals(Optional.of(Disk.Kind.DIRECTORY))) {
      folder.accept(new FolderEvent.Rescan(to, "it was renamed"));
    }
  }

  static UserException changedMeanwhile(RelPath path) {
    return new UserException(
        "'" + path + "' was changed at this very moment",
        "what stands there is not what was there when you asked; nothing of it was touched",
        "look at it, and try again");
  }

  /// Watching may be limited: the loop is told.
  private void changed(RelPath path) {
    folder.accept(new FolderEvent.Touched(path));
  }

  /// Makes all that was done durable, and gives directories that their owner may not write to their
  /// modes: everything is in them by now.
  void finish() throws IOException {
    for (var each : modes.entrySet()) {
      disk.setMode(each.getKey(), each.getValue());
    }
    modes.clear();
    disk.syncAll();
    folder.kept().refresh();
  }
}
