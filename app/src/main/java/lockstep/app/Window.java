package lockstep.app;

import java.io.IOException;
import java.util.Map;
import java.util.stream.Stream;

/// The desktop window beside a command in a terminal: a process of its own (`ui`), which ends with
/// this one.
final class Window {
  private Window() {}

  /// Whether somebody sits at this computer who would see a window.
  static boolean hasDisplay(Map<String, String> environment, String osName) {
    return !osName.equals("Linux")
        || Stream.of("DISPLAY", "WAYLAND_DISPLAY")
            .anyMatch(name -> !environment.getOrDefault(name, "").isBlank());
  }

  /// Opens it; what it has to say goes to a file among the logs.
  static void open(Home home) throws Failure {
    var log = home.logs().resolve("window.log").toFile();
    try {
      home.create();
      Process window =
          Launcher.command(home, "ui").redirectErrorStream(true).redirectOutput(log).start();
      Runtime.getRuntime().addShutdownHook(new Thread(window::destroy, "window"));
    } catch (IOException e) {
      throw Failure.of("cannot open the desktop window", e);
    }
  }
}
