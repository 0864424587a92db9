package lockstep.app;

import java.io.IOException;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Commands that bring a device to life and end it.
final class DaemonCommands {
  private DaemonCommands() {}

  @Command(name = "init", description = "Creates the identity of this device.")
  static final class Init extends Task {
    @Option(names = "--name", description = "How other devices show this one.")
    private Optional<String> name = Optional.empty();

    Init(Root root) {
      super(root);
    }

    @Override
    public Integer call() throws Failure {
      boolean existed = Setup.exists(home());
      Identity identity = Setup.identity(root(), name);
      answer((existed ? "already there: " : "created: ") + identity.peer());
      return DONE;
    }
  }

  @Command(
      name = "daemon",
      description = "Runs the engine in the foreground until it is stopped.",
      addMethodSubcommands = false)
  static final class Run extends Task {
    @Mixin private final ServeOptions options;

    @Option(names = "--allow-perf", description = "Answer libp2p's /perf/1.0.0.")
    private boolean allowPerf;

    Run(Root root) {
      this(root, new ServeOptions());
    }

    Run(Root root, ServeOptions options) {
      super(root);
      this.options = options;
    }

    @Override
    public Integer call() throws Failure, InterruptedException {
      try (var service = Service.start(root(), options.chosen(allowPerf))) {
        answer(service.daemon().readyLine());
        service.daemon().awaitStop();
      }
      return DONE;
    }
  }

  @Command(name = "stop", description = "Stops the daemon of this home and waits for its end.")
  static final class Stop extends Task {
    Stop(Root root) {
      super(root);
    }

    @Override
    public Integer call() throws Failure {
      client().post(ApiClient.path("stop"), Views.object());
      try {
        HomeLock.awaitRelease(home());
      } catch (IOException e) {
        throw Failure.of("cannot see whether the daemon has ended", e);
      }
      return DONE;
    }
  }
}
