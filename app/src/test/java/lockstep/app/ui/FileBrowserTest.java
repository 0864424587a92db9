package lockstep.app.ui;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class FileBrowserTest {
  @Test
  void shows_what_is_the_users_and_not_what_this_program_puts_beside_it() {
    Path film = Path.of("film");

    assertThat(film.resolve(".lockstep")).matches(FileBrowser::isOurs);
    assertThat(film.resolve(".scene.blend.lock")).matches(FileBrowser::isOurs);
    assertThat(film.resolve("yarn.lock")).matches(file -> !FileBrowser.isOurs(file));
    assertThat(film.resolve(".gitignore")).matches(file -> !FileBrowser.isOurs(file));
  }
}
