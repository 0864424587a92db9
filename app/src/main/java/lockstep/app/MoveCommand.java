package lockstep.app;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `folder move`: the folder goes to another place of this device, and stays the same folder.
@Command(
    name = "move",
    description = {
      "Moves a folder to another place of this device; others notice nothing.",
      "If you have moved it already, says where it is now."
    })
final class MoveCommand extends Task {
  private static final Duration LOOK_EVERY = Duration.ofMillis(500);
  private static final int LEFT_SHOWN_MAX = 10;

  @Parameters(index = "0", paramLabel = "NAME", description = "The folder.")
  private String name = "";

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "NEW-PATH",
      description = "What is to be the folder: a new directory, or one that is empty.")
  private Optional<Path> place = Optional.empty();

  @Option(names = "--dry-run", description = "Says what would be done, and does nothing.")
  private boolean dryRun;

  @Option(names = "--cancel", description = "Gives up the move that is under way.")
  private boolean cancel;

  MoveCommand(Root root) {
    super(root);
  }

  @Override
  public Integer call() throws Failure {
    if (cancel == place.isPresent()) {
      throw Failure.usage(
          "either a NEW-PATH or --cancel is needed", "lockstep folder move NAME NEW-PATH");
    }
    if (cancel) {
      return cancelled();
    }
    String to = place.get().toAbsolutePath().normalize().toString();
    var preview = Views.object("path", to, "preview", true);
    JsonObject plan = client().post(path(), preview).object();
    if (dryRun) {
      Report.move(plan).forEach(this::answer);
    } else {
      Report.move(plan).forEach(line -> terminal().note(line));
      move(to);
    }
    return DONE;
  }

  private String path() {
    return ApiClient.path("folders", name, "move");
  }

  private Integer cancelled() throws Failure {
    if (!client().delete(path()).object().flag("cancelled")) {
      throw Failure.because(
          "nothing was cancelled",
          "'" + name + "' is not on its way, or is in its new place already",
          "lockstep folder list");
    }
    answer("cancelled; '" + Terminal.safe(name) + "' is where it was");
    return DONE;
  }

  private void move(String to) throws Failure {
    Thread watch = Thread.ofVirtual().name("progress").start(this::tellProgress);
    JsonObject moved;
    try (var _ = new Farewell(() -> client().delete(path()))) {
      moved = client().post(path(), Views.object("path", to)).object();
    } finally {
      watch.interrupt();
    }
    if (terminal().isInteractive()) terminal().draw("\r\u001b[K");
    answer("'" + Terminal.safe(name) + "' is in '" + Terminal.safe(moved.string("path")) + "' now");
    tellLeft(moved.strings("left"));
  }

  /// What is not gone from the old place, since the new one may lack it.
  private void tellLeft(List<String> left) {
    if (left.isEmpty()) return;
    terminal().note("left in the old place, where it was changed while it was copied:");
    left.stream()
        .limit(LEFT_SHOWN_MAX)
        .forEach(path -> terminal().note("  " + Terminal.safe(path)));
    if (left.size() > LEFT_SHOWN_MAX) {
      terminal().note("  and " + (left.size() - LEFT_SHOWN_MAX) + " more");
    }
  }

  private void tellProgress() {
    String before = "";
    try {
      while (true) {
        Thread.sleep(LOOK_EVERY);
        Optional<JsonObject> folder =
            client().get(ApiClient.path("folders")).objects().stream()
                .filter(one -> one.string("name").equals(name))
                .filter(one -> one.has("move"))
                .findFirst();
        if (folder.isEmpty()) continue;
        JsonObject move = folder.get().object("move");
        if (terminal().isInteractive()) {
          terminal().draw("\r" + StatusLine.moving(move) + "\u001b[K");
        } else if (!before.equals(move.string("phase"))) {
          before = move.string("phase");
          terminal().note(before);
        }
      }
    } catch (InterruptedException | Failure over) {
      // the move itself says what became of it
    }
  }
}
