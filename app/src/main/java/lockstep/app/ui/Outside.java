package lockstep.app.ui;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import lockstep.app.ui.model.Trouble;

/// Hands a file or folder to the system, which knows what opens it.
final class Outside {
  private Outside() {}

  static void open(App app, Path path) {
    app.session
        .background()
        .run(
            () -> new ProcessBuilder(opener(), path.toString()).start(),
            _ -> {},
            _ -> Kit.tell(app.stage(), app.texts(), cannot(app, path)));
  }

  private static Trouble cannot(App app, Path path) {
    return new Trouble(
        app.texts().of("open.failed", path),
        Optional.of(app.texts().of("open.why")),
        Optional.empty());
  }

  private static String opener() {
    String system = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
    return List.of("windows", "mac").stream()
        .filter(system::startsWith)
        .findFirst()
        .map(name -> name.equals("mac") ? "open" : "explorer")
        .orElse("xdg-open");
  }
}
