package lockstep.app;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `folder …`: which folders this device shares.
@Command(name = "folder", description = "Shared folders.")
final class FolderCommands {
  static CommandLine all(Root root) {
    return new CommandLine(new FolderCommands())
        .addSubcommand(new Add(root))
        .addSubcommand(new Listing(root))
        .addSubcommand(new MoveCommand(root))
        .addSubcommand(new Remove(root))
        .addSubcommand(new Pause(root))
        .addSubcommand(new Resume(root))
        .addSubcommand(new Exclude(root))
        .addSubcommand(new Include(root))
        .addSubcommand(new Revert(root));
  }

  @Command(name = "add", description = "Shares a folder.")
  static final class Add extends Task {
    @Parameters(paramLabel = "PATH", description = "The directory; created if missing.")
    private Path path = Path.of("");

    @Option(names = "--name", description = "What to call it; else as the directory is called.")
    private Optional<String> name = Optional.empty();

    Add(Root root) {
      super(root);
    }

    @Override
    public Integer call() throws Failure {
      var request = Views.object("path", path.toAbsolutePath().normalize().toString());
      name.ifPresent(chosen -> request.put("name", chosen));
      JsonObject folder = client().post(ApiClient.path("folders"), request).object();
      answer(
          "sharing '"
              + Terminal.safe(folder.string("path"))
              + "' as '"
              + Terminal.safe(folder.string("name"))
              + "'");
      return DONE;
    }
  }

  @Command(name = "list", description = "Lists the shared folders.")
  static final class Listing extends Query {
    Listing(Root root) {
      super(root);
    }

    @Override
    ApiClient.Answer ask() throws Failure {
      return client().get(ApiClient.path("folders"));
    }

    @Override
    void tell(ApiClient.Answer found) throws Failure {
      List<JsonObject> shared = found.objects();
      if (shared.isEmpty()) terminal().note("no folder is shared yet: lockstep folder add PATH");
      shared.forEach(folder -> Report.folder(folder).forEach(this::answer));
    }
  }

  /// A command on one folder.
  private abstract static class OfFolder extends Task {
    @Parameters(paramLabel = "NAME", index = "0", description = "The folder.")
    private String name = "";

    OfFolder(Root root) {
      super(root);
    }

    /// The folder's resource, or one below it.
    final String path(String... below) {
      return ApiClient.path(
          Stream.concat(Stream.of("folders", name), Stream.of(below)).toArray(String[]::new));
    }

    final Integer done(String what) {
      answer(what + " '" + Terminal.safe(name) + "'");
      return DONE;
    }
  }

  @Command(name = "remove", description = "Stops sharing a folder; its files stay.")
  static final class Remove extends OfFolder {
    @Option(names = "--keep-files", description = "Keep its ledger too, to share it again later.")
    private boolean keepFiles;

    Remove(Root root) {
      super(root);
    }

    @Override
    public Integer call() throws Failure {
      client().delete(path() + ApiClient.query("keepFiles", Boolean.toString(keepFiles)));
      return done("no longer sharing");
    }
  }

  @Command(name = "pause", description = "Stops syncing a folder for now.")
  static final class Pause extends OfFolder {
    Pause(Root root) {
      super(root);
    }

    @Override
    public Integer call() throws Failure {
      client().post(path("pause"), Views.object());
      return done("paused");
    }
  }

  @Command(
      name = "exclude",
      description = {
        "Stops syncing paths on this device, or lists which are not synced.",
        "Nothing is deleted, here or elsewhere; other devices go on."
      })
  static final class Exclude extends OfFolder {
    @Parameters(
        paramLabel = "PATH",
        index = "1..*",
        description = "Files or directories, as seen from the folder; none: lists them.")
    private List<String> paths = List.of();

    Exclude(Root root) {
      super(root);
    }

    @Override
    public Integer call() throws Failure {
      if (paths.isEmpty()) {
        List<String> all = client().get(path("excludes")).object().strings("excluded");
        if (all.isEmpty()) terminal().note("everything is synced here");
        all.forEach(each -> answer(Terminal.safe(each)));
      } else {
        client().post(path("exclude"), Views.object("paths", paths));
        paths.forEach(each -> answer("no longer synced here: " + Terminal.safe(each)));
      }
      return DONE;
    }
  }

  @Command(name = "include", description = "Syncs paths again that were excluded.")
  static final class Include extends OfFolder {
    @Parameters(
        paramLabel = "PATH",
        index = "1..*",
        arity = "1..*",
        description = "As `folder exclude` lists them.")
    private List<String> paths = List.of();

    Include(Root root) {
      super(root);
    }

    @Override
    public Integer call() throws Failure {
      client().post(path("include"), Views.object("paths", paths));
      paths.forEach(each -> answer("synced again: " + Terminal.safe(each)));
      return DONE;
    }
  }

  @Command(
      name = "revert",
      description = {
        "Takes back what was changed here in a folder that this device only reads.",
        "What the others share stands there again; what stood there goes to the history."
      })
  static final class Revert extends OfFolder {
    @Option(names = "--dry-run", description = "Lists what was changed, and leaves it so.")
    private boolean dryRun;

    Revert(Root root) {
      super(root);
    }

    @Override
    public Integer call() throws Failure {
      List<String> changed =
          dryRun
              ? client().get(path("unshared")).object().strings("unshared")
              : client().post(path("revert"), Views.object()).object().strings("reverted");
      if (changed.isEmpty()) terminal().note("nothing is here that the others do not have");
      String what = dryRun ? "not shared: " : "taken back: ";
      changed.forEach(each -> answer(what + Terminal.safe(each)));
      return DONE;
    }
  }

  @Command(name = "resume", description = "Syncs a paused folder again.")
  static final class Resume extends OfFolder {
    @ArgGroup private Meant meant = new Meant();

    /// What was meant by the mass change that a folder has paused for.
    static final class Meant {
      @Option(
          names = "--accept-deletions",
          description = "The many deletions that it has paused for were meant.")
      private boolean acceptDeletions;

      @Option(names = "--restore", description = "They were not: brings the files back.")
      private boolean restore;
    }

    Resume(Root root) {
      super(root);
    }

    @Override
    public Integer call() throws Failure {
      var choice = Views.object("acceptDeletions", meant.acceptDeletions, "restore", meant.restore);
      client().post(path("resume"), choice);
      return done("resumed");
    }
  }
}
