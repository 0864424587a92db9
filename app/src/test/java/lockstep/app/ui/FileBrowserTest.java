package lockstep.app.ui;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import lockstep.base.PeerId;
import lockstep.base.PrivateKey;
import lockstep.lease.LockMarker;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileBrowserTest {
  @TempDir Path film;

  @Test
  void shows_what_is_the_users_and_not_what_this_program_puts_beside_it() throws IOException {
    var holder = new PeerId(PrivateKey.ofSeed(new byte[PrivateKey.SEED_LENGTH]).publicKey());
    var marker = new LockMarker("scene.blend", holder, "Ben", Instant.EPOCH, "", 1, 0644, 7);
    Files.write(film.resolve(".scene.blend.lock"), marker.encode());
    Files.writeString(film.resolve(".plan.odt.lock"), "a user's own");

    assertThat(film.resolve(".lockstep")).matches(FileBrowser::isOurs);
    assertThat(film.resolve(".scene.blend.lock")).matches(FileBrowser::isOurs);
    assertThat(film.resolve(".plan.odt.lock")).matches(file -> !FileBrowser.isOurs(file));
    assertThat(film.resolve("yarn.lock")).matches(file -> !FileBrowser.isOurs(file));
    assertThat(film.resolve(".gitignore")).matches(file -> !FileBrowser.isOurs(file));
  }
}
