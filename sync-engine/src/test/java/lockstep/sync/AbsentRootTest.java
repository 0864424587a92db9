package lockstep.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A device of whose two folders one has lost its directory while it was off.
@Timeout(120)
class AbsentRootTest {
  @TempDir Path temp;
  private TestDevice ana;
  private TestDevice ben;
  private Path away;

  @BeforeEach
  void share() throws Exception {
    ana = new TestDevice(temp, "ana");
    ben = new TestDevice(temp, "ben");
    ana.write("a", "1");
    ana.shareWith(ben);
    ana.engine.addFolder(temp.resolve("other"), "other");
    ben.awaitSameTreeAs(ana);
    ana.stop();
    away = temp.resolve("away");
    Files.move(ana.folder, away);
    ana.start();
  }

  @AfterEach
  void close() throws Exception {
    ana.close();
    ben.close();
  }

  private FolderStatus status(String name) {
    return ana.engine.folders().stream()
        .filter(folder -> folder.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void the_other_folder_runs_and_the_missing_one_says_what_it_lacks() throws Exception {
    assertThat(status("work").state()).isEqualTo(FolderState.ERROR);
    assertThat(status("work").error().orElseThrow()).contains("missing", ana.folder.toString());
    ana.await(() -> status("other").state() == FolderState.IN_SYNC);
    assertThatThrownBy(() -> ana.engine.pauseFolder("work"))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("cannot be used now");
    assertThatThrownBy(() -> ana.engine.addFolder(temp.resolve("new"), "work"))
        .isInstanceOf(UserException.class);
    assertThatThrownBy(() -> ana.engine.why(ana.folder.resolve("a")))
        .isInstanceOf(UserException.class);
    assertThat(ana.engine.verify("").problems()).hasSize(1);
    assertThat(ana.engine.awaitSynced("", Duration.ofMillis(1))).isFalse();
    assertThat(Files.exists(ana.folder)).isFalse();
  }

  @Test
  void it_goes_on_by_itself_once_it_is_back() throws Exception {
    ben.write("b", "while it was away");
    Files.move(away, ana.folder);
    ana.await(() -> status("work").state() == FolderState.IN_SYNC);
    ana.awaitSameTreeAs(ben);
    assertThat(ana.read("b")).isEqualTo("while it was away");
  }

  @Test
  void it_can_be_removed_and_stays_shared_until_then() throws Exception {
    ana.stop();
    ana.start();
    assertThat(status("work").state()).isEqualTo(FolderState.ERROR);
    ana.engine.removeFolder("work", true);
    assertThat(ana.engine.folders()).extracting(FolderStatus::name).containsExactly("other");
    ana.stop();
    ana.start();
    assertThat(ana.engine.folders()).extracting(FolderStatus::name).containsExactly("other");
  }
}
