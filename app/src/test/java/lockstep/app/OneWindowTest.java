package lockstep.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import lockstep.base.Entropy;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OneWindowTest {
  @TempDir private Path directory;
  private final AtomicInteger asked = new AtomicInteger();
  private Home home = new Home(Path.of(""));

  @BeforeEach
  void choose() {
    home = new Home(directory.resolve("home"));
  }

  private OneWindow open() throws Exception {
    OneWindow window = OneWindow.claim(home, Entropy.system()).orElseThrow();
    window.whenAsked(asked::incrementAndGet);
    return window;
  }

  @Test
  void who_would_open_a_second_one_brings_the_first_to_the_front() throws Exception {
    try (var _ = open()) {
      assertThat(OneWindow.claim(home, Entropy.system())).isEmpty();
      OneWindow.bringToFront(home);
      OneWindow.bringToFront(home);
      assertThat(asked).hasValue(2);
    }
  }

  @Test
  void another_home_has_a_window_of_its_own() throws Exception {
    var other = new Home(directory.resolve("other"));
    try (var _ = open();
        var second = OneWindow.claim(other, Entropy.system()).orElseThrow()) {
      second.whenAsked(() -> {});
      OneWindow.bringToFront(other);
      assertThat(asked).hasValue(0);
    }
  }

  @Test
  void once_it_is_closed_the_next_one_opens_whatever_is_left_of_it() throws Exception {
    byte[] left;
    try (var _ = open()) {
      left = Files.readAllBytes(home.window());
    }
    assertThat(home.window()).doesNotExist();
    Files.write(home.window(), left); // as a crash would leave it
    try (var _ = open()) {
      OneWindow.bringToFront(home);
      assertThat(asked).hasValue(1);
    }
  }

  @Test
  void only_who_can_read_the_home_can_ask_for_it() throws Exception {
    try (var _ = open()) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(home.window())))
          .isEqualTo("rw-------");
      JsonObject word = Json.parseObject(Files.readAllBytes(home.window()));
      Files.writeString(
          home.window(), Json.write(Map.of("url", word.string("url"), "token", "guessed")));
      assertThatThrownBy(() -> OneWindow.bringToFront(home)).hasMessageContaining("refused");
      assertThat(asked).hasValue(0);
    }
  }
}
