package lockstep.sync.watch;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PortableWatcherTest {
  @TempDir private Path root;
  private final RecordingListener heard = new RecordingListener();

  @Test
  void it_hears_of_files_directories_and_deletions_at_any_depth() throws Exception {
    Files.createDirectories(root.resolve("a/b"));
    try (var _ = PortableWatcher.open(root, heard)) {
      Files.writeString(root.resolve("a/b/f"), "x");
      heard.until("writing a/b/f");
      Files.createDirectory(root.resolve("a/c"));
      heard.until("changedTree a/c");
      Files.delete(root.resolve("a/b/f"));
      heard.until("deleted a/b/f");
    }
  }

  @Test
  void closing_ends_its_thread_in_silence() throws Exception {
    PortableWatcher.open(root, heard).close();

    assertThat(Thread.getAllStackTraces().keySet())
        .noneMatch(t -> t.getName().equals("watch " + root.getFileName()));
    assertThat(heard.isSilent()).isTrue();
  }
}
