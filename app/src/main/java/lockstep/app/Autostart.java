package lockstep.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// Whether the desktop comes up, in its tray, when its user logs in: one file in the place where
/// the system looks for such.
///
/// @param entry that file
/// @param text what it has to say; empty if it cannot say it
record Autostart(Path entry, Optional<String> text) {
  /// @return empty on a system that is not known to look for such files
  static Optional<Autostart> of(
      Map<String, String> environment, String osName, Path user, String launcher, Path home) {
    List<String> command = List.of(launcher, "--home", home.toString(), "ui", "--tray");
    String system = osName.toLowerCase(Locale.ROOT);
    if (system.equals("linux")) return Optional.of(freedesktop(environment, user, command));
    if (system.startsWith("mac")) return Optional.of(launchAgent(user, command));
    if (system.startsWith("windows")) return Optional.of(startup(environment, user, command));
    return Optional.empty();
  }

  /// Whether there is an entry, and for this very home and program.
  boolean isOn() throws IOException {
    return text.isPresent() && Files.exists(entry) && Files.readString(entry).equals(text.get());
  }

  void set(boolean on) throws IOException {
    if (on) {
      Files.createDirectories(entry.getParent());
      Files.writeString(entry, text.orElseThrow(Autostart::unspeakable));
    } else {
      Files.deleteIfExists(entry);
    }
  }

  private static IOException unspeakable() {
    return new IOException(
        "the path of the program or of the home has characters that the system's list of what"
            + " starts cannot hold");
  }

  private static boolean hasControls(List<String> words) {
    return words.stream().anyMatch(word -> word.chars().anyMatch(Character::isISOControl));
  }

  // ---- Linux: freedesktop's Desktop Application Autostart Specification ----------------------

  private static Autostart freedesktop(
      Map<String, String> environment, Path user, List<String> command) {
    String configured = environment.getOrDefault("XDG_CONFIG_HOME", "");
    Path config = configured.isBlank() ? user.resolve(".config") : Path.of(configured);
    Path entry = config.resolve("autostart").resolve("lockstep.desktop");
    String exec = command.stream().map(Autostart::execWord).collect(Collectors.joining(" "));
    String text =
        """
        [Desktop Entry]
        Type=Application
        Name=Lockstep
        Comment=Keeps folders identical on several machines
        Exec=%s
        """
            .formatted(exec);
    return new Autostart(entry, Optional.of(text));
  }

  /// As the Desktop Entry Specification wants the words of `Exec`: what is special within quotes is
  /// escaped, then every backslash once more for the file, and `%` is doubled.
  private static String execWord(String word) {
    if (word.matches("[a-z-]+")) return word;
    String escaped = word.replaceAll("[\\\\\"`$]", "\\\\$0");
    return '"' + escaped.replace("\\", "\\\\").replace("%", "%%").replace("\n", "\\n") + '"';
  }

  // ---- macOS: launchd's property lists (launchd.plist) ---------------------------------------

  private static Autostart launchAgent(Path user, List<String> command) {
    Path entry = user.resolve("Library/LaunchAgents/lockstep.desktop.plist");
    if (hasControls(command)) return new Autostart(entry, Optional.empty()); // nor can XML
    String words =
        command.stream()
            .map(word -> "    <string>" + xml(word) + "</string>\n")
            .collect(Collectors.joining());
    String text =
        """
        <?xml version="1.0" encoding="UTF-8"?>
        <!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
        <plist version="1.0">
        <dict>
          <key>Label</key>
          <string>lockstep.desktop</string>
          <key>ProgramArguments</key>
          <array>
        %s  </array>
          <key>RunAtLoad</key>
          <true/>
          <key>ProcessType</key>
          <string>Interactive</string>
          <key>LimitLoadToSessionType</key>
          <string>Aqua</string>
        </dict>
        </plist>
        """
            .formatted(words);
    return new Autostart(entry, Optional.of(text));
  }

  private static String xml(String word) {
    return word.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }

  // ---- Windows: a command file in the user's Startup folder ----------------------------------

  private static Autostart startup(
      Map<String, String> environment, Path user, List<String> command) {
    String roaming = environment.getOrDefault("APPDATA", "");
    Path data = roaming.isBlank() ? user.resolve("AppData/Roaming") : Path.of(roaming);
    Path entry =
        data.resolve("Microsoft/Windows/Start Menu/Programs/Startup").resolve("Lockstep.cmd");
    boolean isSpeakable =
        !hasControls(command) && command.stream().noneMatch(w -> w.contains("\""));
    if (!isSpeakable) return new Autostart(entry, Optional.empty()); // no path there has such
    String words = command.stream().map(Autostart::cmdWord).collect(Collectors.joining(" "));
    // The first line has the shell read what follows as UTF-8; `start` ends it at once.
    String text = "@chcp 65001 >nul\r\n@start \"Lockstep\" /min " + words + "\r\n";
    return new Autostart(entry, Optional.of(text));
  }

  /// Within quotes only `%` means anything to the shell.
  private static String cmdWord(String word) {
    return word.matches("[a-z-]+") ? word : '"' + word.replace("%", "%%") + '"';
  }
}
