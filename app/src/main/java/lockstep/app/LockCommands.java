package lockstep.app;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Commands that keep people apart who work on one file.
final class LockCommands {
  private LockCommands() {}

  private static String absolute(Path path) {
    return path.toAbsolutePath().normalize().toString();
  }

  @Command(name = "lock", description = "Locks a file: elsewhere it is read-only until unlocked.")
  static final class Lock extends Task {
    @Parameters(paramLabel = "PATH", description = "A file in a shared folder.")
    private Path path = Path.of("");

    @Option(names = "--note", paramLabel = "TEXT", description = "A word to the others.")
    private String note = "";

    Lock(Root root) {
      super(root);
    }

    @Override
    public Integer call() throws Failure {
      Map<String, Object> request = Views.object("path", absolute(path), "note", note);
      answer(LockReport.locked(client().post(ApiClient.path("lock"), request).object()));
      return DONE;
    }
  }

  @Command(name = "unlock", description = "Releases a lock once what was saved is published.")
  static final class Unlock extends Task {
    private static final Duration LOOK_AGAIN = Duration.ofMillis(500);

    @Parameters(paramLabel = "PATH", description = "A file in a shared folder.")
    private Path path = Path.of("");

    @Option(names = "--ask", description = "Asks whoever has locked it to let go.")
    private boolean ask;

    @Option(names = "--note", paramLabel = "TEXT", description = "With --ask: a word to them.")
    private String note = "";

    @Option(names = "--wait", description = "With --ask: waits until it is free.")
    private boolean wait;

    @Option(names = "--force", description = "Breaks the lock of another device.")
    private boolean force;

    @Option(
        names = "--reason",
        paramLabel = "TEXT",
        description = "With --force: why. It is told to the other, and logged.")
    private Optional<String> reason = Optional.empty();

    Unlock(Root root) {
      super(root);
    }

    @Override
    public Integer call() throws Failure, InterruptedException {
      if (reason.isPresent() && !force) {
        throw Failure.usage(
            "--reason belongs to --force", "lockstep unlock PATH --force --reason WHY");
      }
      if (ask && force || !ask && (wait || !note.isEmpty())) {
        throw Failure.usage(
            "--note and --wait belong to --ask, which goes without --force",
            "lockstep unlock PATH --ask --note TEXT --wait");
      }
      if (ask) {
        ask();
        return DONE;
      }
      Map<String, Object> request = Views.object("path", absolute(path), "force", force);
      if (force) request.put("reason", reason());
      client().post(ApiClient.path("unlock"), request);
      answer("unlocked '" + Terminal.safe(path.toString()) + "'");
      return DONE;
    }

    private void ask() throws Failure, InterruptedException {
      Map<String, Object> request = Views.object("path", absolute(path), "note", note);
      JsonObject lock = client().post(ApiClient.path("lock", "ask"), request).object();
      answer(LockReport.asked(lock));
      if (wait) {
        while (isLockedElsewhere(lock)) Thread.sleep(LOOK_AGAIN);
        answer(LockReport.free(lock));
      }
    }

    private boolean isLockedElsewhere(JsonObject asked) throws Failure {
      return client().get(ApiClient.path("locks")).objects().stream()
          .anyMatch(
              lock ->
                  !lock.flag("mine")
                      && lock.string("path").equals(asked.string("path"))
                      && lock.string("folder").equals(asked.string("folder")));
    }

    private String reason() throws Failure {
      String why =
          reason.or(() -> terminal().ask("Why do you break this lock? ")).orElse("").strip();
      if (why.isEmpty()) {
        throw Failure.usage(
            "breaking a lock takes a reason: the other is told",
            "lockstep unlock PATH --force --reason WHY");
      }
      return why;
    }
  }

  @Command(name = "locks", description = "Who works on which file.")
  static final class Locks extends Query {
    Locks(Root root) {
      super(root);
    }

    @Override
    ApiClient.Answer ask() throws Failure {
      return client().get(ApiClient.path("locks"));
    }

    @Override
    void tell(ApiClient.Answer found) throws Failure {
      List<JsonObject> locks = found.objects();
      if (locks.isEmpty()) terminal().note("no file is locked");
      locks.forEach(lock -> answer(LockReport.line(lock)));
    }
  }
}
