package lockstep.app;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Commands that bring back what gave way, and settle what came apart.
final class PastCommands {
  private PastCommands() {}

  private static String absolute(Path path) {
    return path.toAbsolutePath().normalize().toString();
  }

  /// `conflicts` with what can be done about one.
  static CommandLine conflicts(Root root) {
    return new CommandLine(new Conflicts(root))
        .addSubcommand(new Resolve(root))
        .addSubcommand(new Undo(root));
  }

  @Command(name = "conflicts", description = "The conflict copies that wait for somebody.")
  static final class Conflicts extends Query {
    Conflicts(Root root) {
      super(root);
    }

    @Override
    ApiClient.Answer ask() throws Failure {
      return client().get(ApiClient.path("conflicts"));
    }

    @Override
    void tell(ApiClient.Answer found) throws Failure {
      List<JsonObject> conflicts = found.objects();
      if (conflicts.isEmpty()) terminal().note("no conflict is open");
      conflicts.forEach(conflict -> PastReport.conflict(conflict).forEach(this::answer));
    }
  }

  @Command(name = "resolve", description = "Settles a conflict; what gives way is kept.")
  static final class Resolve extends Task {
    @Parameters(paramLabel = "ID", description = "As `conflicts` shows it, or its beginning.")
    private String id = "";

    @Option(
        names = "--keep",
        required = true,
        paramLabel = "official|other|both",
        description = "What stays: the file as it is, the copy in its place, or both as files.")
    private String keep = "";

    Resolve(Root root) {
      super(root);
    }

    @Override
    public Integer call() throws Failure {
      if (!List.of("official", "other", "both").contains(keep)) {
        throw Failure.usage(
            "'" + keep + "' cannot be kept; there are official, other and both",
            "lockstep conflicts resolve ID --keep both");
      }
      if (id.isEmpty()) throw Failure.usage("which conflict?", "lockstep conflicts");
      JsonObject settled =
          client().post(ApiClient.path("conflicts", id), Views.object("keep", keep)).object();
      answer(PastReport.settled(settled, keep));
      return DONE;
    }
  }

  @Command(
      name = "undo",
      description = "Takes back how a conflict was settled on this device: it is open again.")
  static final class Undo extends Task {
    @Parameters(paramLabel = "ID", description = "As `conflicts` showed it, or its beginning.")
    private String id = "";

    Undo(Root root) {
      super(root);
    }

    @Override
    public Integer call() throws Failure {
      if (id.isEmpty()) throw Failure.usage("which conflict?", "lockstep conflicts");
      JsonObject open =
          client().post(ApiClient.path("conflicts", id, "undo"), Views.object()).object();
      answer("'" + open.string("path") + "' has a conflict again; the copy is back");
      return DONE;
    }
  }

  @Command(name = "history", description = "The versions that a path has and had, newest first.")
  static final class History extends Query {
    @Parameters(paramLabel = "PATH", description = "A path in a shared folder; deleted or not.")
    private Path path = Path.of("");

    History(Root root) {
      super(root);
    }

    @Override
    ApiClient.Answer ask() throws Failure {
      return client().get(ApiClient.path("history") + ApiClient.query("path", absolute(path)));
    }

    @Override
    void tell(ApiClient.Answer found) throws Failure {
      List<JsonObject> versions = found.objects();
      if (versions.isEmpty()) terminal().note("nothing of that name is known");
      versions.forEach(version -> answer(PastReport.version(version)));
    }
  }

  @Command(name = "restore", description = "Brings back an earlier version, or what was deleted.")
  static final class Restore extends Task {
    @Parameters(paramLabel = "PATH", description = "A file or directory; deleted or not.")
    private Path path = Path.of("");

    @Option(
        names = "--version",
        paramLabel = "ID",
        description = "As `history` shows it; else the one before, or the last before deletion.")
    private Optional<String> version = Optional.empty();

    @Option(
        names = "--at",
        paramLabel = "TIME",
        description = "As it was then, for instance 2026-03-01T12:00:00Z.")
    private Optional<String> at = Optional.empty();

    @Option(names = "--to", paramLabel = "PATH", description = "Where nothing stands yet.")
    private Optional<Path> to = Optional.empty();

    @Option(names = "--dry-run", description = "Says what would be done, and does nothing.")
    private boolean dryRun;

    @Option(
        names = "--undo",
        description = "Takes the last restore of PATH back, as long as the daemon runs.")
    private boolean undo;

    Restore(Root root) {
      super(root);
    }

    @Override
    public Integer call() throws Failure {
      Map<String, Object> request = Views.object("path", absolute(path));
      version.ifPresent(id -> request.put("version", id));
      at.ifPresent(time -> request.put("at", time));
      to.ifPresent(where -> request.put("to", absolute(where)));
      if (undo) return takeBack(request);
      if (dryRun) {
        request.put("preview", true);
        JsonObject will = client().post(ApiClient.path("restore"), request).object();
        PastReport.restorePreview(will).forEach(this::answer);
        return DONE;
      }
      JsonObject done = client().post(ApiClient.path("restore"), request).object();
      PastReport.restored(done).forEach(this::answer);
      List<String> missing = done.strings("missing");
      if (missing.isEmpty()) return DONE;
      throw new Failure(
          Failure.FAILED,
          "could not bring back " + Units.count(missing.size(), "file") + ": " + listed(missing),
          Optional.of("their bytes are neither on this device nor at a connected member"),
          Optional.of("connect a member that may still have them, and restore again"));
    }

    private Integer takeBack(Map<String, Object> request) throws Failure {
      if (request.size() > 1 || dryRun) {
        throw Failure.usage("--undo goes with the PATH alone", "lockstep restore PATH --undo");
      }
      JsonObject done = client().post(ApiClient.path("restore", "undo"), request).object();
      PastReport.undone(done).forEach(this::answer);
      return DONE;
    }

    private static String listed(List<String> paths) {
      int shown = Math.min(paths.size(), 5);
      return "'"
          + String.join("', '", paths.subList(0, shown))
          + "'"
          + (paths.size() > shown ? " ..." : "");
    }
  }

  @Command(name = "repair", description = "Mends what `verify` finds.")
  static final class Repair extends Query {
    @Parameters(arity = "0..1", paramLabel = "FOLDER", description = "Only this folder.")
    private Optional<String> folder = Optional.empty();

    Repair(Root root) {
      super(root);
    }

    @Override
    ApiClient.Answer ask() throws Failure {
      var request = Views.object("folder", folder.orElse(""));
      return client().post(ApiClient.path("repair"), request);
    }

    @Override
    void tell(ApiClient.Answer found) throws Failure {
      PastReport.mending(found.object()).forEach(this::answer);
    }

    @Override
    int exitCode(ApiClient.Answer found) throws Failure {
      JsonObject done = found.object();
      if (done.flag("ok")) return DONE;
      var problems = new ArrayList<String>();
      for (JsonObject problem : done.objects("problems")) {
        problems.add(problem.string("path") + ": " + problem.string("detail"));
      }
      String count = Units.count(problems.size(), "problem").toLowerCase(Locale.ROOT);
      throw new Failure(
          Failure.FAILED,
          "could not mend " + count,
          Optional.of(String.join("; ", problems.subList(0, Math.min(3, problems.size())))),
          Optional.of("connect a member that has the files whole, and repair again"));
    }
  }
}
