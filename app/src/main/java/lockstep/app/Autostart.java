package lockstep.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/// Whether the desktop comes up, in its tray, when its user logs in: a file as freedesktop's
/// Desktop Application Autostart Specification has it. Other systems than Linux have other ways,
/// which Lockstep does not know yet.
record Autostart(Path entry, String launcher, Path home) {
  static Optional<Autostart> of(
      Map<String, String> environment, String osName, Path user, String launcher, Path home) {
    if (!osName.equals("Linux")) return Optional.empty();
    String configured = environment.getOrDefault("XDG_CONFIG_HOME", "");
    Path config = configured.isBlank() ? user.resolve(".config") : Path.of(configured);
    Path entry = config.resolve("autostart").resolve("lockstep.desktop");
    return Optional.of(new Autostart(entry, launcher, home));
  }

  /// Whether there is an entry, and for this very home and program.
  boolean isOn() throws IOException {
    return Files.exists(entry) && Files.readString(entry).equals(text());
  }

  void set(boolean on) throws IOException {
    if (on) {
      Files.createDirectories(entry.getParent());
      Files.writeString(entry, text());
    } else {
      Files.deleteIfExists(entry);
    }
  }

  private String text() {
    return """
    [Desktop Entry]
    Type=Application
    Name=Lockstep
    Comment=Keeps folders identical on several machines
    Exec=%s --home %s ui --tray
    """
        .formatted(quoted(launcher), quoted(home.toString()));
  }

  /// As the Desktop Entry Specification wants the words of `Exec`: what is special within quotes is
  /// escaped, then every backslash once more for the file, and `%` is doubled.
  private static String quoted(String word) {
    String escaped = word.replaceAll("[\\\\\"`$]", "\\\\$0");
    return '"' + escaped.replace("\\", "\\\\").replace("%", "%%").replace("\n", "\\n") + '"';
  }
}
