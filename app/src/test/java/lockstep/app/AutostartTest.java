package lockstep.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AutostartTest {
  @TempDir private Path user;

  private Autostart of(Map<String, String> environment, String launcher, String home) {
    return Autostart.of(environment, "Linux", user, launcher, Path.of(home)).orElseThrow();
  }

  @Test
  void it_is_off_until_it_is_set_and_can_be_taken_back() throws Exception {
    Autostart entry = of(Map.of(), "/opt/lockstep/lockstep", "/data/home");
    assertThat(entry.isOn()).isFalse();
    entry.set(true);
    assertThat(entry.isOn()).isTrue();
    assertThat(user.resolve(".config/autostart/lockstep.desktop"))
        .content()
        .startsWith("[Desktop Entry]\nType=Application\nName=Lockstep\n")
        .contains("Exec=\"/opt/lockstep/lockstep\" --home \"/data/home\" ui --tray\n");
    entry.set(false);
    entry.set(false);
    assertThat(entry.isOn()).isFalse();
  }

  @Test
  void an_entry_for_another_home_or_program_does_not_count() throws Exception {
    of(Map.of(), "/opt/lockstep", "/data/other").set(true);
    assertThat(of(Map.of(), "/opt/lockstep", "/data/home").isOn()).isFalse();
  }

  @Test
  void it_lies_where_the_desktop_looks() throws Exception {
    Path config = user.resolve("elsewhere");
    of(Map.of("XDG_CONFIG_HOME", config.toString()), "lockstep", "/home").set(true);
    assertThat(config.resolve("autostart/lockstep.desktop")).exists();
    assertThat(Autostart.of(Map.of(), "FreeBSD", user, "lockstep", user)).isEmpty();
  }

  /// Both the value of the key and the word within have escapes of their own.
  @Test
  void odd_names_are_quoted_twice() throws Exception {
    Autostart entry = of(Map.of(), "/a b/$x", "/100%\"\\");
    entry.set(true);
    assertThat(Files.readString(entry.entry()))
        .endsWith("Exec=\"/a b/\\\\$x\" --home \"/100%%\\\\\"\\\\\\\\\" ui --tray\n");
  }

  @Test
  void on_macos_it_is_a_launch_agent() throws Exception {
    Path home = user.resolve("Library/Application Support/R&D <new>");
    Autostart entry =
        Autostart.of(Map.of(), "Mac OS X", user, "/Applications/lockstep", home).orElseThrow();
    entry.set(true);
    assertThat(entry.isOn()).isTrue();
    assertThat(user.resolve("Library/LaunchAgents/lockstep.desktop.plist"))
        .hasContent(
            """
            <?xml version="1.0" encoding="UTF-8"?>
            <!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
            <plist version="1.0">
            <dict>
              <key>Label</key>
              <string>lockstep.desktop</string>
              <key>ProgramArguments</key>
              <array>
                <string>/Applications/lockstep</string>
                <string>--home</string>
                <string>%s/Library/Application Support/R&amp;D &lt;new&gt;</string>
                <string>ui</string>
                <string>--tray</string>
              </array>
              <key>RunAtLoad</key>
              <true/>
              <key>ProcessType</key>
              <string>Interactive</string>
              <key>LimitLoadToSessionType</key>
              <string>Aqua</string>
            </dict>
            </plist>
            """
                .formatted(user));
    entry.set(false);
    assertThat(entry.isOn()).isFalse();
  }

  @Test
  void on_windows_it_is_a_command_in_the_startup_folder() throws Exception {
    Map<String, String> environment = Map.of("APPDATA", user.resolve("Roaming").toString());
    String launcher = "C:\\Program Files (x86)\\100% & Ümlaut^\\lockstep.exe";
    Path home = Path.of("/C:/Users/me/Lockstep");
    Autostart entry = Autostart.of(environment, "Windows 11", user, launcher, home).orElseThrow();
    entry.set(true);
    assertThat(entry.isOn()).isTrue();
    Path file = user.resolve("Roaming/Microsoft/Windows/Start Menu/Programs/Startup/Lockstep.cmd");
    assertThat(Files.readString(file))
        .isEqualTo(
            "@chcp 65001 >nul\r\n@start \"Lockstep\" /min"
                + " \"C:\\Program Files (x86)\\100%% & Ümlaut^\\lockstep.exe\""
                + " --home \"/C:/Users/me/Lockstep\" ui --tray\r\n");
    entry.set(false);
    assertThat(file).doesNotExist();
  }

  @Test
  void a_path_that_the_systems_file_cannot_hold_is_refused_and_nothing_is_written() {
    for (String system : List.of("Mac OS X", "Windows 11")) {
      Autostart entry =
          Autostart.of(Map.of(), system, user, "/a\u0001b", Path.of("/home")).orElseThrow();
      assertThatThrownBy(() -> entry.set(true)).hasMessageContaining("cannot hold");
      assertThat(entry.entry()).doesNotExist();
    }
    assertThat(Autostart.of(Map.of(), "Windows 11", user, "/a\" & evil", user).orElseThrow().text())
        .isEmpty();
  }
}
