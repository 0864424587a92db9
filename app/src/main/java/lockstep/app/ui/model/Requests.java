package lockstep.app.ui.model;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import lockstep.app.ApiClient;
import lockstep.app.Failure;
import lockstep.app.JsonObject;
import lockstep.app.ReportFile;

/// What the desktop asks of the daemon, over the control API (docs/api.md). Every method blocks.
public final class Requests {
  /// So far back it is read who left or was removed.
  private static final int CHANGES_READ_MAX = 1_000;

  private final ApiClient daemon;

  Requests(ApiClient daemon) {
    this.daemon = daemon;
  }

  public List<Folder> folders() throws Failure {
    return daemon.get(ApiClient.path("folders")).objects().stream().map(Folder::of).toList();
  }

  public Folder addFolder(Path path, String name) throws Failure {
    var request = Map.of("path", path, "name", name);
    return Folder.of(daemon.post(ApiClient.path("folders"), request).object());
  }

  /// Whether a code can be read: what is wrong with it is told as of a join.
  public boolean checkInvitation(String code) throws Failure {
    var request = Map.of("code", code, "preview", true);
    return daemon.post(ApiClient.path("join"), request).object().flag("sound");
  }

  public Folder join(String code, Path path) throws Failure {
    var request = Map.of("code", code, "path", path);
    return Folder.of(daemon.post(ApiClient.path("join"), request).object());
  }

  /// Who on this network can be joined with a short code; takes some seconds.
  public List<Nearby> nearby() throws Failure {
    return daemon.get(ApiClient.path("nearby")).objects().stream().map(Nearby::of).toList();
  }

  /// The words to compare, if a join into that place waits for a person elsewhere.
  public Optional<String> pendingWords(Path path) throws Failure {
    return daemon.get(ApiClient.path("join")).objects().stream()
        .filter(join -> join.string("path").equals(path.toString()))
        .map(join -> join.string("words"))
        .findFirst();
  }

  public boolean cancelJoin(Path path) throws Failure {
    return daemon
        .delete(ApiClient.path("join") + ApiClient.query("path", path.toString()))
        .object()
        .flag("cancelled");
  }

  public boolean approve(Applicant asks) throws Failure {
    return answer(asks, "approve").flag("approved");
  }

  public boolean refuse(Applicant asks) throws Failure {
    return answer(asks, "refuse").flag("refused");
  }

  private JsonObject answer(Applicant asks, String answer) throws Failure {
    String path = ApiClient.path("folders", asks.folder(), "members", asks.peerId(), answer);
    return daemon.post(path, Map.of()).object();
  }

  /// What a move of a folder would do.
  public Move.Plan planMove(String folder, Path to) throws Failure {
    var request = Map.of("path", to, "preview", true);
    return Move.Plan.of(daemon.post(ApiClient.path("folders", folder, "move"), request).object());
  }

  /// Moves a folder to another place of this device; returns when it is there.
  public Move.Done move(String folder, Path to) throws Failure {
    JsonObject moved =
        daemon.post(ApiClient.path("folders", folder, "move"), Map.of("path", to)).object();
    return new Move.Done(Path.of(moved.string("path")), moved.strings("left"));
  }

  public boolean cancelMove(String folder) throws Failure {
    return daemon.delete(ApiClient.path("folders", folder, "move")).object().flag("cancelled");
  }

  /// Ends sharing here; the files stay where they are.
  public boolean removeFolder(String folder) throws Failure {
    return daemon
        .delete(ApiClient.path("folders", folder) + ApiClient.query("keepFiles", "true"))
        .object()
        .flag("removed");
  }

  /// The paths that this device does not sync of a folder.
  public Selection selection(Folder folder) throws Failure {
    String path = ApiClient.path("folders", folder.name(), "excludes");
    return Selection.of(folder.path(), daemon.get(path).object());
  }

  /// Has this device sync a path of a folder, with all below it, or stop that.
  public Selection select(Folder folder, Path path, boolean synced) throws Failure {
    String verb = ApiClient.path("folders", folder.name(), synced ? "include" : "exclude");
    var request = Map.of("paths", List.of(path.toString()));
    return Selection.of(folder.path(), daemon.post(verb, request).object());
  }

  public boolean pause(String folder) throws Failure {
    return daemon
        .post(ApiClient.path("folders", folder, "pause"), Map.of())
        .object()
        .flag("paused");
  }

  public boolean resume(String folder, Resume how) throws Failure {
    Map<String, Boolean> request =
        switch (how) {
          case PLAIN -> Map.of();
          case ACCEPT_DELETIONS -> Map.of("acceptDeletions", true);
          case RESTORE -> Map.of("restore", true);
        };
    return !daemon
        .post(ApiClient.path("folders", folder, "resume"), request)
        .object()
        .flag("paused");
  }

  /// How to go on after a pause.
  public enum Resume {
    PLAIN,
    ACCEPT_DELETIONS,
    RESTORE
  }

  /// An invitation's code.
  ///
  /// @param approve whether to ask here before each device is let in
  public String invite(String folder, String role, String expires, int uses, boolean approve)
      throws Failure {
    var request = Map.of("role", role, "expires", expires, "uses", uses, "approve", approve);
    return daemon
        .post(ApiClient.path("folders", folder, "invitations"), request)
        .object()
        .string("code");
  }

  /// A code that is short enough to be said.
  public String inviteSpoken(String folder, String role, boolean approve) throws Failure {
    var request = Map.of("role", role, "approve", approve, "spoken", true);
    return daemon
        .post(ApiClient.path("folders", folder, "invitations"), request)
        .object()
        .string("code");
  }

  public boolean changeRole(String folder, String peer, String role) throws Failure {
    String path = ApiClient.path("folders", folder, "members", peer);
    return daemon.put(path, Map.of("role", role)).object().text("role").isPresent();
  }

  public boolean removeMember(String folder, String peer) throws Failure {
    return daemon
        .delete(ApiClient.path("folders", folder, "members", peer))
        .object()
        .flag("removed");
  }

  /// Ends the quarantine of a member.
  public boolean heal(String folder, String peer) throws Failure {
    String path = ApiClient.path("folders", folder, "members", peer, "heal");
    return daemon.post(path, Map.of()).object().flag("healed");
  }

  public Limits limits() throws Failure {
    return Limits.of(daemon.get(ApiClient.path("bandwidth")).object());
  }

  /// Limits one way.
  ///
  /// @param way `upload` or `download`
  /// @param bytesPerSecond empty for no limit
  public Limits limit(String way, OptionalLong bytesPerSecond) throws Failure {
    String rate = bytesPerSecond.isPresent() ? bytesPerSecond.getAsLong() + " B/s" : "off";
    return Limits.of(daemon.put(ApiClient.path("bandwidth"), Map.of(way, rate)).object());
  }

  /// Whether the limits hold on the local network, too.
  public Limits limitLocally(boolean too) throws Failure {
    return Limits.of(daemon.put(ApiClient.path("bandwidth"), Map.of("local", too)).object());
  }

  public Preferences preferences() throws Failure {
    return Preferences.of(daemon.get(ApiClient.path("settings")).object());
  }

  /// @param what `keepDays` or `maxPercent`
  public Preferences keepHistory(String what, int number) throws Failure {
    return prefer(Map.of("history", Map.of(what, number)));
  }

  /// Says what is locked by itself in folders that have no rule of their own.
  public Preferences lockByThemselves(LockRule rule) throws Failure {
    return prefer(Map.of("locks", Map.of("files", rule.files())));
  }

  /// Says what is locked by itself in one folder.
  public Preferences lockByThemselves(String folder, LockRule rule) throws Failure {
    return prefer(Map.of("locks", Map.of("folders", Map.of(folder, rule.files()))));
  }

  /// Without a save for so long the work on a file is over.
  public Preferences quietSeconds(int seconds) throws Failure {
    return prefer(Map.of("locks", Map.of("quietSeconds", seconds)));
  }

  /// Whether the router is asked to let others in.
  public Preferences mapPorts(boolean on) throws Failure {
    return prefer(Map.of("network", Map.of("portMapping", on)));
  }

  private Preferences prefer(Map<String, Object> settings) throws Failure {
    return Preferences.of(daemon.put(ApiClient.path("settings"), settings).object());
  }

  /// The state of a file and its reasons, a line each.
  public List<String> why(Path file) throws Failure {
    return daemon.get(ApiClient.path("why") + ApiClient.query("path", file.toString())).strings();
  }

  public Conflict resolve(Conflict conflict, Conflict.Keep keep) throws Failure {
    String path = ApiClient.path("conflicts", conflict.id());
    return Conflict.of(daemon.post(path, Map.of("keep", keep.word)).object());
  }

  /// Takes back how a conflict was settled.
  public Conflict undo(Conflict conflict) throws Failure {
    String path = ApiClient.path("conflicts", conflict.id(), "undo");
    return Conflict.of(daemon.post(path, Map.of()).object());
  }

  /// @param note a word to the others
  public Lock lock(Path file, String note) throws Failure {
    return lock(ApiClient.path("lock"), file, note);
  }

  /// Asks whoever has locked a file to let go of it.
  public Lock askToRelease(Path file, String note) throws Failure {
    return lock(ApiClient.path("lock", "ask"), file, note);
  }

  private Lock lock(String path, Path file, String note) throws Failure {
    var request = Map.of("path", file, "note", note);
    return Lock.of(daemon.post(path, request).object());
  }

  /// @param force why somebody else's lock is broken, if it is that
  public boolean unlock(Path file, Optional<String> force) throws Failure {
    var request = new LinkedHashMap<String, Object>();
    request.put("path", file);
    force.ifPresent(reason -> request.put("force", true));
    force.ifPresent(reason -> request.put("reason", reason));
    return daemon.post(ApiClient.path("unlock"), request).object().flag("unlocked");
  }

  public List<Invitation> invitations(String folder) throws Failure {
    return daemon.get(ApiClient.path("folders", folder, "invitations")).objects().stream()
        .map(Invitation::of)
        .toList();
  }

  public boolean revokeInvitation(String folder, String id) throws Failure {
    return daemon
        .delete(ApiClient.path("folders", folder, "invitations", id))
        .object()
        .flag("revoked");
  }

  /// Ends the daemon.
  public boolean stop() throws Failure {
    return daemon.post(ApiClient.path("stop"), Map.of()).object().flag("stopping");
  }

  public List<PastVersion> history(Path file) throws Failure {
    return daemon
        .get(ApiClient.path("history") + ApiClient.query("path", file.toString()))
        .objects()
        .stream()
        .map(PastVersion::of)
        .toList();
  }

  /// Brings back a file in the version named.
  public Restored restore(Path path, String version) throws Failure {
    return restore(Map.of("path", path, "version", version));
  }

  /// Brings back what was deleted, as it was last.
  public Restored restore(Path path) throws Failure {
    return restore(Map.of("path", path));
  }

  /// Makes a file, or all that was in a directory, again what it was at a moment.
  public Restored restore(Path path, Instant at) throws Failure {
    return restore(Map.of("path", path, "at", at.toString()));
  }

  private Restored restore(Map<String, Object> request) throws Failure {
    return Restored.of(daemon.post(ApiClient.path("restore"), request).object());
  }

  /// What that would do.
  public Restored.Plan planRestore(Path path, Instant at) throws Failure {
    var request = Map.of("path", path, "at", at.toString(), "preview", true);
    return Restored.Plan.of(daemon.post(ApiClient.path("restore"), request).object());
  }

  /// Takes back what was brought back last in a folder.
  public Restored.Undone undoRestore(Path path) throws Failure {
    var request = Map.of("path", path);
    return Restored.Undone.of(daemon.post(ApiClient.path("restore", "undo"), request).object());
  }

  /// The devices that belonged to folders once.
  public List<Former> former(List<Folder> folders) throws Failure {
    var all = new ArrayList<Former>();
    for (Folder folder : folders) {
      all.addAll(Former.of(folder, changes(folder.name(), CHANGES_READ_MAX)));
    }
    return List.copyOf(all);
  }

  /// The last entries of a folder's ledger, newest first.
  public List<Change> changes(String folder, int limit) throws Failure {
    return Change.together(
        daemon
            .get(ApiClient.path("folders", folder, "ledger") + ApiClient.query("limit", "" + limit))
            .objects()
            .stream()
            .map(Change::of)
            .toList());
  }

  public List<Finding> examine() throws Failure {
    return daemon.get(ApiClient.path("doctor")).objects().stream().map(Finding::of).toList();
  }

  /// Does about a finding what the program can do, and looks again.
  public List<Finding> mend(Finding finding) throws Failure {
    var request = Map.of("remedy", finding.remedy().orElseThrow());
    return daemon.post(ApiClient.path("doctor", "mend"), request).objects().stream()
        .map(Finding::of)
        .toList();
  }

  /// Writes a report for developers into a new file.
  ///
  /// @param names whether names of files, folders and devices are wanted in it
  public Path report(Path file, boolean names) throws Failure {
    var request = Map.of("names", names);
    String text = daemon.post(ApiClient.path("doctor", "report"), request).object().string("text");
    ReportFile.write(file, text);
    return file;
  }
}
