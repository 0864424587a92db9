package lockstep.app;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
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

  @Command(name = "daemon", description = "Runs the engine in the foreground until it is stopped.")
  static final class Run extends Task {
    @Option(
        names = "--listen",
        paramLabel = "MULTIADDR",
        description = "Where to listen for peers, for this run; repeatable.")
    private List<String> listen = List.of();

    @Option(names = "--no-mdns", description = "Do not look for peers on the local network.")
    private boolean noMdns;

    @Option(names = "--api-port", paramLabel = "N", description = "Port of the control API.")
    private int apiPort;

    @Option(names = "--headless", description = "Open no window and no tray icon.")
    @SuppressWarnings("UnusedVariable") // a window comes with a later version
    private boolean headless;

    @Option(names = "--allow-perf", description = "Answer libp2p's /perf/1.0.0.")
    private boolean allowPerf;

    Run(Root root) {
      super(root);
    }

    @Override
    public Integer call() throws Failure, InterruptedException {
      if (apiPort < 0 || apiPort > 65_535) {
        throw Failure.usage("--api-port " + apiPort + " is no port", "a number from 1 to 65535");
      }
      var options = new Daemon.Options(listen, apiPort, !noMdns, allowPerf);
      try (var service = Service.start(root(), options)) {
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
