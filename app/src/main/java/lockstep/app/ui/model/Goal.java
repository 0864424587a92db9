package lockstep.app.ui.model;

import java.nio.file.Path;

/// Where somebody wants to go who chose something outside the window: in the tray, or a notice.
public sealed interface Goal {
  /// The window, on one of its pages.
  ///
  /// @param page as the window's links are called: `folders`, `conflicts`, `locks` ...
  record ShowPage(String page) implements Goal {}

  /// A file or directory, in the program that the system has for it.
  record Open(Path path) implements Goal {}

  /// The dialog that invites to a folder.
  record Share(String folder) implements Goal {}

  /// No sending nor receiving.
  ///
  /// @param minutes after which it goes on by itself; 0: not by itself
  record Pause(int minutes) implements Goal {}

  record Resume() implements Goal {}

  /// The end of the desktop.
  ///
  /// @param daemonToo whether the synchronisation ends as well
  record Quit(boolean daemonToo) implements Goal {}
}
