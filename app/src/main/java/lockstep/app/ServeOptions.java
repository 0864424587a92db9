package lockstep.app;

import java.util.List;
import picocli.CommandLine.Option;

/// The options of every command that runs a daemon in its own process.
final class ServeOptions {
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
  private boolean headless;

  static ServeOptions of(List<String> listen, boolean noMdns, int apiPort) {
    var options = new ServeOptions();
    options.listen = List.copyOf(listen);
    options.noMdns = noMdns;
    options.apiPort = apiPort;
    return options;
  }

  /// Whether a window may be opened where there is a display.
  boolean mayOpenWindow() {
    return !headless;
  }

  /// @throws Failure if there is no such port
  Daemon.Options chosen(boolean allowPerf) throws Failure {
    if (apiPort < 0 || apiPort > 65_535) {
      throw Failure.usage("--api-port " + apiPort + " is no port", "a number from 1 to 65535");
    }
    return new Daemon.Options(listen, apiPort, !noMdns, allowPerf);
  }
}
