package lockstep.sync;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import lockstep.base.Node;
import lockstep.base.RelPath;
import lockstep.ledger.Conflict;
import lockstep.sync.ignore.Excludes;
import lockstep.sync.ignore.IgnoreRules;

/// Puts the state of one path into plain words (`lockstep why`).
record Explanation(
    RelPath path, Decisions decisions, IgnoreRules rules, DiskTree disk, Members members) {

  List<String> lines(
      Optional<String> failure,
      boolean hashing,
      boolean applying,
      boolean fetching,
      boolean unpublished,
      Optional<String> halted,
      boolean paused) {
    var lines = new ArrayList<String>();
    boolean directory =
        disk.node(path) instanceof Node.Directory
            || decisions.trees().global(path) instanceof Node.Directory;
    Optional<IgnoreRules.Rule> rule = rules.match(path, directory);
    if (rule.isPresent()) {
      lines.add("ignored: it is not synced here");
      lines.add(
          "because line %d of %s says '%s'"
              .formatted(rule.get().line(), rule.get().file(), rule.get().text()));
      if (rule.get().file().equals(Excludes.FILE)) {
        lines.add("that was chosen on this device; `lockstep folder include` takes it back");
      }
      return lines;
    }
    halted.ifPresent(reason -> lines.add("error: the folder is stopped: " + reason));
    if (paused) {
      lines.add("paused: the folder is paused; `lockstep folder resume` goes on");
    }
    failure.ifPresent(reason -> lines.add("error: " + reason + "; it is tried again by itself"));
    if (hashing) {
      lines.add("being read: its content is being hashed");
    } else if (applying) {
      lines.add("being written: a new version is being put in place");
    } else if (fetching) {
      lines.add(
          members.connected().isEmpty()
              ? "waiting: no member that could have its content is connected"
              : "downloading: its content is on the way from a member");
    } else if (unpublished && !members.mayWrite()) {
      lines.add("not shared: it was changed here, and this device only reads the folder");
    } else if (unpublished) {
      lines.add("not published: the change is kept until a member is connected");
    } else {
      lines.add(state(decisions.decide(path)));
    }
    return lines;
  }

  /// What an open conflict means for one of the two paths that it concerns.
  static Optional<String> of(Conflict conflict, RelPath path) {
    if (path.equals(conflict.path())) {
      return Optional.of(
          "conflict: another version stands beside it as '"
              + conflict.copyPath().name()
              + "'; `lockstep conflicts` settles it");
    }
    return path.equals(conflict.copyPath())
        ? Optional.of(
            "conflict: it is another version of '"
                + conflict.path().name()
                + "'; `lockstep conflicts` settles it")
        : Optional.empty();
  }

  private String state(Decision decision) {
    return switch (decision) {
      case Decision.Nothing _ ->
          disk.get(path).isPresent()
              ? "in sync: disk and ledger agree"
              : "unknown: no member has ever had a file of that name, and none is here";
      case Decision.Accept _ -> "in sync: disk and ledger agree";
      case Decision.Publish _ -> "changed here: it is about to be published";
      case Decision.Download _ -> "changed elsewhere: it is about to be downloaded";
      case Decision.MakeDirectory _, Decision.MakeSymlink _, Decision.SetMetadata _ ->
          "changed elsewhere: it is about to be put in place";
      case Decision.Delete _ -> "deleted elsewhere: it is about to go to the history";
      case Decision.KeepBoth _ ->
          "conflict: changed here and elsewhere; your version becomes a conflict copy";
      case Decision.SetAside(_, String reason) ->
          "damaged when the machine went down: "
              + reason
              + "; the last whole version comes back, these bytes stay beside it";
      case Decision.Taken(_, _, String reason) -> "error: it " + reason;
      case Decision.Ignored _ -> "ignored: it is not synced here";
      case Decision.Wait(_, String reason) -> "error: " + reason;
    };
  }
}
