package lockstep.app.ui;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.Properties;

/// What the desktop remembers of itself: place and size of the window, theme, language. Losing it
/// loses nothing.
final class Remembered {
  private static final System.Logger LOG = System.getLogger(Remembered.class.getName());

  private static final String RESUME_AT = "resume-at";

  private final Path file;
  private final Properties values = new Properties();

  private Remembered(Path file) {
    this.file = file;
  }

  static Remembered read(Path home) {
    var remembered = new Remembered(home.resolve("desktop.properties"));
    if (Files.exists(remembered.file)) {
      try (InputStream in = Files.newInputStream(remembered.file)) {
        remembered.values.load(in);
      } catch (IOException | IllegalArgumentException unreadable) {
        LOG.log(Level.WARNING, "the desktop has forgotten its window", unreadable);
      }
    }
    return remembered;
  }

  void save() {
    if (!Files.isDirectory(file.resolveSibling(""))) return; // not set up yet
    try (OutputStream out = Files.newOutputStream(file)) {
      values.store(out, null);
    } catch (IOException full) {
      LOG.log(Level.WARNING, "the desktop cannot remember its window", full);
    }
  }

  Optional<Double> number(String key) {
    try {
      return Optional.ofNullable(values.getProperty(key)).map(Double::valueOf);
    } catch (NumberFormatException damaged) {
      return Optional.empty();
    }
  }

  void number(String key, double value) {
    values.setProperty(key, Double.toString(value));
  }

  /// When what is paused goes on by itself.
  Optional<Instant> resumeAt() {
    return number(RESUME_AT).map(millis -> Instant.ofEpochMilli(millis.longValue()));
  }

  void resumeAt(Instant at) {
    number(RESUME_AT, at.toEpochMilli());
  }

  void resumeNever() {
    values.remove(RESUME_AT);
  }

  /// Whether this was never done before; it was then.
  boolean isFirst(String what) {
    return values.putIfAbsent("told." + what, "yes") == null;
  }

  /// `system`, `light` or `dark`.
  String theme() {
    return values.getProperty("theme", "system");
  }

  void theme(String theme) {
    values.setProperty("theme", theme);
  }

  /// `system`, `en` or `fr`.
  String language() {
    return values.getProperty("language", "system");
  }

  void language(String language) {
    values.setProperty("language", language);
  }

  Locale locale() {
    return language().equals("system") ? Locale.getDefault() : Locale.of(language());
  }
}
