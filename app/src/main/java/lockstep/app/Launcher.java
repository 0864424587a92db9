package lockstep.app;

import java.lang.ProcessBuilder.Redirect;

/// The program that started this one, for whoever starts it again beside itself.
final class Launcher {
  private Launcher() {}

  static String path() {
    return System.getProperty("lockstep.launcher", "lockstep");
  }

  /// A command for the same home, which reads nothing.
  static ProcessBuilder command(Home home, String command) {
    return new ProcessBuilder(path(), "--home", home.path().toString(), command)
        .redirectInput(Redirect.DISCARD.file());
  }
}
