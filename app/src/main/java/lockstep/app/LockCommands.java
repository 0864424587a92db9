package lockstep.app;

import java.nio.file.Path;
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

    @Option(
        names = "--ask",
        description = "Asks whoever has locked it to let go; `lock-free` tells when it is free.")
    private boolean ask;

    Lock(Root root) {
      super(root);
    }

    @Override
    public Integer call() throws Failure {
      Map<String, Object> request = Views.object("path", absolute(path), "note", note, "ask", ask);
      JsonObject lock = client().post(ApiClient.path("lock"), request).object();
      answer(ask ? LockReport.asked(lock) : LockReport.locked(lock));
      return DONE;
    }
  }

  @Command(name = "unlock", description = "Releases a lock once what was saved is published.")
  static final class Unlock extends Task {
    @Parameters(paramLabel = "PATH", description = "A file in a shared folder.")
    private Path path = Path.of("");

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
    public Integer call() throws Failure {
      if (reason.isPresent() && !force) {
        throw Failure.usage(
            "--reason belongs to --force", "lockstep unlock PATH --force --reason WHY");
      }
      Map<String, Object> request = Views.object("path", absolute(path), "force", force);
      if (force) request.put("reason", reason());
      client().post(ApiClient.path("unlock"), request);
      answer("unlocked '" + Terminal.safe(path.toString()) + "'");
      return DONE;
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
