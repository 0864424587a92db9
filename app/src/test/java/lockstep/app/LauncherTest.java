package lockstep.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The script that starts the program, with another program in the place of the JVM.
class LauncherTest {
  @TempDir Path directory;

  @Test
  void file_names_are_utf_8_also_where_the_locale_that_is_asked_for_is_not_installed()
      throws Exception {
    assertThat(charactersWith(Map.of("LANG", "C.UTF-8"))).isEqualTo("UTF-8");
    assertThat(charactersWith(Map.of("LANG", "C"))).isEqualTo("UTF-8");
    assertThat(charactersWith(Map.of("LANG", "xx_XX.UTF-8"))).isEqualTo("UTF-8");
    assertThat(charactersWith(Map.of("LANG", "C.UTF-8", "LC_ALL", "xx_XX.UTF-8")))
        .isEqualTo("UTF-8");
  }

  /// How the program takes the names of files.
  private String charactersWith(Map<String, String> locale)
      throws IOException, InterruptedException {
    Path launcher = directory.resolve("lockstep");
    if (Files.notExists(launcher)) {
      Files.copy(Path.of(System.getProperty("lockstep.root"), "lockstep"), launcher);
      Path java = Files.createDirectories(directory.resolve("jdk/bin")).resolve("java");
      Files.writeString(java, "#!/bin/sh\nexec locale charmap\n");
      assertThat(java.toFile().setExecutable(true)).isTrue();
    }
    var builder = new ProcessBuilder("sh", launcher.toString(), "status");
    builder.environment().keySet().removeIf(name -> name.startsWith("LC_") || name.equals("LANG"));
    builder.environment().putAll(locale);
    Process process = builder.start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    process.waitFor();
    return said.strip();
  }
}
