package lockstep.app;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine;
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
        .addSubcommand(new Remove(root))
        .addSubcommand(new Pause(root))
        .addSubcommand(new Resume(root));
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
  static final class Listing extends Task {
    @Option(names = "--json", description = "Answer in JSON.")
    private boolean json;

    Listing(Root root) {
      super(root);
    }

    @Override
    public Integer call() throws Failure {
      ApiClient.Answer folders = client().get(ApiClient.path("folders"));
      if (json) {
        answer(folders.text());
        return DONE;
      }
      List<JsonObject> shared = folders.objects();
      if (shared.isEmpty()) terminal().note("no folder is shared yet: lockstep folder add PATH");
      shared.forEach(folder -> Report.folder(folder).forEach(this::answer));
      return DONE;
    }
  }

  @Command(name = "remove", description = "Stops sharing a folder; its files stay.")
  static final class Remove extends Task {
    @Parameters(paramLabel = "NAME", description = "The folder.")
    private String name = "";

    @Option(names = "--keep-files", description = "Keep its ledger too, to share it again later.")
    private boolean keepFiles;

    Remove(Root root) {
      super(root);
    }

    @Override
    public Integer call() throws Failure {
      client()
          .delete(
              ApiClient.path("folders", name)
                  + ApiClient.query("keepFiles", Boolean.toString(keepFiles)));
      answer("no longer sharing '" + Terminal.safe(name) + "'");
      return DONE;
    }
  }

  @Command(name = "pause", description = "Stops syncing a folder for now.")
  static final class Pause extends Task {
    @Parameters(paramLabel = "NAME", description = "The folder.")
    private String name = "";

    Pause(Root root) {
      super(root);
    }

    @Override
    public Integer call() throws Failure {
      client().post(ApiClient.path("folders", name, "pause"), Views.object());
      answer("paused '" + Terminal.safe(name) + "'");
      return DONE;
    }
  }

  @Command(name = "resume", description = "Syncs a paused folder again.")
  static final class Resume extends Task {
    @Parameters(paramLabel = "NAME", description = "The folder.")
    private String name = "";

    Resume(Root root) {
      super(root);
    }

    @Override
    public Integer call() throws Failure {
      client().post(ApiClient.path("folders", name, "resume"), Views.object());
      answer("resumed '" + Terminal.safe(name) + "'");
      return DONE;
    }
  }
}
