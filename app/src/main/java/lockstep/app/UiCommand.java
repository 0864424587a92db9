package lockstep.app;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.ServiceLoader;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `ui`: the desktop window. The daemon it starts is a process of its own, so closing the window
/// ends no synchronisation.
@Command(name = "ui", description = "Opens the desktop window, and starts the daemon if needed.")
final class UiCommand extends Task {
  @Option(names = "--tray", description = "Begin in the tray; without one, open the window.")
  private boolean tray;

  UiCommand(Root root) {
    super(root);
  }

  @Override
  public Integer call() throws Failure, InterruptedException {
    Desktop desktop = desktop();
    try {
      Optional<OneWindow> claimed = OneWindow.claim(home(), root().adapters().entropy());
      if (claimed.isEmpty()) {
        if (!tray) OneWindow.bringToFront(home());
        terminal().note("the window of this home is open already");
        return DONE;
      }
      try (var window = claimed.get()) {
        desktop.run(new OfThisProgram(root(), tray, window));
      }
      return DONE;
    } catch (IOException e) {
      throw Failure.of("cannot open the desktop window", e);
    }
  }

  private Desktop desktop() throws Failure {
    return ServiceLoader.load(Desktop.class, DesktopLoader.of(root().adapters().libraries()))
        .findFirst()
        .orElseThrow(
            () ->
                Failure.because(
                    "cannot open the desktop window", "this build has no desktop", "lockstep up"));
  }

  /// The desktop's host in the real program.
  private record OfThisProgram(Root root, boolean startsInTray, OneWindow window)
      implements Desktop.Host {
    private static final Duration LOOK_AGAIN = Duration.ofMillis(100);
    private static final int LOOKS_MAX = 300;

    @Override
    public void whenAskedToFront(Runnable action) {
      window.whenAsked(action);
    }

    @Override
    public Path home() {
      return root.home().path();
    }

    @Override
    public boolean isSetUp() {
      return Setup.exists(root.home());
    }

    @Override
    public String suggestedName() {
      return Setup.hostName(root.adapters());
    }

    @Override
    public void setUp(String name) throws Failure {
      Setup.identity(root, Optional.of(name));
    }

    @Override
    public Path suggestedFolder() {
      return Path.of(System.getProperty("user.home", "."), "Lockstep");
    }

    @Override
    public Optional<Boolean> startsAtLogin() throws Failure {
      Optional<Autostart> entry = autostart();
      try {
        return entry.isPresent() ? Optional.of(entry.get().isOn()) : Optional.empty();
      } catch (IOException e) {
        throw Failure.of("cannot read what starts at login", e);
      }
    }

    @Override
    public void startAtLogin(boolean on) throws Failure {
      try {
        autostart().orElseThrow().set(on);
      } catch (IOException e) {
        throw Failure.of("cannot change what starts at login", e);
      }
    }

    private Optional<Autostart> autostart() {
      return Autostart.of(
          root.adapters().environment(),
          System.getProperty("os.name", ""),
          Path.of(System.getProperty("user.home", ".")),
          Launcher.path(),
          root.home().path().toAbsolutePath());
    }

    @Override
    public Optional<String> sessionBus() {
      return Optional.ofNullable(root.adapters().environment().get("DBUS_SESSION_BUS_ADDRESS"))
          .filter(address -> !address.isBlank());
    }

    @Override
    public ApiClient daemon() throws Failure, InterruptedException {
      Optional<ApiClient> running = found();
      return running.isPresent() ? running.get() : started();
    }

    @Override
    public ApiClient running() throws Failure {
      return root.client();
    }

    private Optional<ApiClient> found() throws Failure {
      try {
        ApiClient client = running();
        client.get(ApiClient.path("status"));
        return Optional.of(client);
      } catch (Failure failure) {
        if (failure.exitCode() == Failure.NO_DAEMON) return Optional.empty();
        throw failure;
      }
    }

    private ApiClient started() throws Failure, InterruptedException {
      Process process = start();
      for (int look = 0; look < LOOKS_MAX && process.isAlive(); look++) {
        Optional<ApiClient> client = found();
        if (client.isPresent()) return client.get();
        Thread.sleep(LOOK_AGAIN);
      }
      throw Failure.because(
          "cannot start the synchronisation",
          "the daemon ended or did not answer within half a minute",
          "lockstep --home '" + root.home().path() + "' daemon, which says why");
    }

    private Process start() throws Failure {
      try {
        return Launcher.command(root.home(), "daemon")
            .redirectOutput(Redirect.DISCARD)
            .redirectError(Redirect.DISCARD)
            .start();
      } catch (IOException e) {
        throw Failure.of("cannot start the synchronisation", e);
      }
    }
  }
}
