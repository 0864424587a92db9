package lockstep.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
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
    assertThat(Autostart.of(Map.of(), "Windows 11", user, "lockstep", user)).isEmpty();
  }

  /// Both the value of the key and the word within have escapes of their own.
  @Test
  void odd_names_are_quoted_twice() throws Exception {
    Autostart entry = of(Map.of(), "/a b/$x", "/100%\"\\");
    entry.set(true);
    assertThat(Files.readString(entry.entry()))
        .contains("Exec=\"/a b/\\\\$x\" --home \"/100%%\\\\\"\\\\\\\\\" ui --tray\n");
  }
}
