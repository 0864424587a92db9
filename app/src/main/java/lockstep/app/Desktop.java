package lockstep.app;

import java.nio.file.Path;
import java.util.Optional;

/// The desktop application, as the command line sees it: a service, for its classes and libraries
/// are loaded by the command `ui` alone.
public interface Desktop {
  /// Opens the window and returns once the user has quit.
  ///
  /// @throws Failure if nothing can be shown here
  void run(Host host) throws Failure, InterruptedException;

  /// What the desktop needs of the program around it. Every method may block: none is for the
  /// thread that draws.
  interface Host {
    /// Where the desktop keeps what it remembers of itself.
    Path home();

    /// Whether this device has an identity yet.
    boolean isSetUp();

    /// What to call this device unless its user knows better.
    String suggestedName();

    /// Gives this device its name, and its identity if it has none.
    void setUp(String name) throws Failure;

    /// The running daemon of this home, started if there is none.
    ApiClient daemon() throws Failure, InterruptedException;

    /// The running daemon of this home; who stopped it wants it stopped.
    ///
    /// @throws Failure if there is none
    ApiClient running() throws Failure;

    /// The address of the session's D-Bus, where there is one.
    Optional<String> sessionBus();

    /// Has an action run, on any thread, whenever somebody opens the window of this home again.
    void whenAskedToFront(Runnable action);

    /// Whether to begin in the tray, where there is one.
    boolean startsInTray();

    /// Whether the desktop comes up at login; empty where that cannot be had.
    Optional<Boolean> startsAtLogin() throws Failure;

    void startAtLogin(boolean on) throws Failure;

    /// The folder to begin with, when the user has no other wish.
    Path suggestedFolder();
  }
}
