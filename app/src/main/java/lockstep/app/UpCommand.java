package lockstep.app;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `up`: the one command for a person. Everything it does beyond starting a daemon it does as any
/// other client of the control API, so it works the same beside a daemon that runs already.
@Command(
    name = "up",
    description = "Shares a folder, runs the daemon and prints an invitation: the way to begin.")
final class UpCommand extends Task {
  @Parameters(
      arity = "0..1",
      paramLabel = "PATH",
      description = "The folder (default: the first one shared, else ~/Lockstep).")
  private Optional<Path> path = Optional.empty();

  @Option(names = "--name", description = "How other devices show this one.")
  private Optional<String> name = Optional.empty();

  @Mixin private final ServeOptions options = new ServeOptions();

  UpCommand(Root root) {
    super(root);
  }

  @Override
  public Integer call() throws Failure, InterruptedException {
    Identity identity = Setup.identity(root(), name);
    if (isServed()) {
      terminal().note("a daemon already runs for this home; Ctrl-C leaves it running");
      welcome(identity);
      openWindow();
      watch(tick -> pause(tick));
      return DONE;
    }
    try (var service = Service.start(root(), options.chosen(false))) {
      welcome(identity);
      openWindow();
      watch(service.daemon()::awaitStop);
    }
    return DONE;
  }

  /// Without one everything works as well, so it is no reason to end.
  private void openWindow() {
    boolean wanted =
        options.mayOpenWindow()
            && Window.hasDisplay(
                root().adapters().environment(), System.getProperty("os.name", ""));
    if (!wanted) return;
    try {
      Window.open(root().home());
      terminal().note("a window opens, and closes with this; --headless goes without it");
    } catch (Failure failed) {
      terminal().tell(failed);
    }
  }

  private boolean isServed() throws Failure {
    try {
      client().get(ApiClient.path("status"));
      return true;
    } catch (Failure failure) {
      if (failure.exitCode() == Failure.NO_DAEMON) return false;
      throw failure;
    }
  }

  private void welcome(Identity identity) throws Failure {
    JsonObject folder = share();
    terminal()
        .note(
            "sharing '%s' as '%s' (device %s)"
                .formatted(
                    Terminal.safe(folder.string("path")),
                    Terminal.safe(folder.string("name")),
                    identity.peer()));
    boolean mayInvite =
        folder.objects("members").stream()
            .anyMatch(member -> member.flag("self") && member.string("role").equals("admin"));
    if (mayInvite) invite(folder.string("name"));
  }

  private void invite(String folder) throws Failure {
    terminal()
        .note(
            "to bring in another machine, start 'lockstep daemon' there and run, within 24 hours:");
    terminal().note("  lockstep join CODE PATH");
    var request = Views.object("role", "read-write", "expires", "24h", "uses", 1);
    JsonObject invitation =
        client().post(ApiClient.path("folders", folder, "invitations"), request).object();
    Invitation.show(terminal(), invitation.string("code"), Optional.empty());
  }

  /// The folder that was named, shared now unless it is already; without a name the first one.
  private JsonObject share() throws Failure {
    List<JsonObject> shared = client().get(ApiClient.path("folders")).objects();
    if (path.isEmpty() && !shared.isEmpty()) return shared.getFirst();
    Path wanted =
        path.orElseGet(() -> Path.of(System.getProperty("user.home", "."), "Lockstep"))
            .toAbsolutePath()
            .normalize();
    for (JsonObject folder : shared) {
      if (Path.of(folder.string("path")).equals(wanted)) return folder;
    }
    var request = Views.object("path", wanted.toString());
    return client().post(ApiClient.path("folders"), request).object();
  }

  /// Waits one tick of the status line; true once it is time to end.
  private interface Waiting {
    boolean over(Duration tick) throws InterruptedException;
  }

  private static boolean pause(Duration tick) throws InterruptedException {
    Thread.sleep(tick);
    return false;
  }

  private void watch(Waiting waiting) throws Failure, InterruptedException {
    var line = new StatusLine(terminal());
    try {
      do {
        line.show(client().get(ApiClient.path("status")).object());
      } while (!waiting.over(line.tick()));
    } catch (Failure failure) {
      if (failure.exitCode() != Failure.NO_DAEMON) throw failure;
    } finally {
      line.end();
    }
    terminal().note("stopped");
  }
}
