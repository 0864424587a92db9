package lockstep.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A member that may write ruins what there is: that cannot be prevented, but undone.
@Timeout(120)
class HostileWriterTest {
  private static final int FILES = 20; // so few that nobody is asked

  @TempDir Path temp;
  private TestDevice ana;
  private TestDevice ben;
  private TestDevice mallory;

  @BeforeEach
  void open() throws Exception {
    ana = new TestDevice(temp, "ana");
    ben = new TestDevice(temp, "ben");
    mallory = new TestDevice(temp, "mallory");
  }

  @AfterEach
  void close() throws Exception {
    for (TestDevice device : List.of(ana, ben, mallory)) device.close();
  }

  @Test
  void what_it_has_deleted_and_poisoned_is_everywhere_again_after_its_removal() throws Exception {
    for (int i = 0; i < FILES; i++) ana.write("d" + i % 3 + "/" + i, "content " + i);
    ana.shareWith(ben, mallory);
    ben.awaitSameTreeAs(ana);
    mallory.awaitSameTreeAs(ana);
    Instant then = Instant.now();
    Thread.sleep(20);

    for (int i = 0; i < FILES; i++) {
      if (i % 2 == 0) mallory.write("d" + i % 3 + "/" + i, "poison " + i);
      else Files.delete(mallory.folder.resolve("d" + i % 3 + "/" + i));
    }
    ana.awaitSameTreeAs(mallory);
    ben.awaitSameTreeAs(mallory);
    ana.engine.removeMember("work", mallory.engine.self());
    ana.engine.restore(
        new Restoration.Request(ana.folder, Optional.empty(), Optional.of(then), Optional.empty()));

    ben.awaitSameTreeAs(ana);
    for (int i = 0; i < FILES; i++) {
      assertThat(ben.read("d" + i % 3 + "/" + i)).isEqualTo("content " + i);
    }
  }
}
