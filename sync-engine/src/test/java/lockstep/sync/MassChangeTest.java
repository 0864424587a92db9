package lockstep.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A mass change waits for a word of its user's (ruling 6), on real devices.
@Timeout(120)
class MassChangeTest {
  private static final int FILES = 80;
  @TempDir Path temp;
  private TestDevice ana;
  private TestDevice ben;

  @BeforeEach
  void share() throws Exception {
    ana = new TestDevice(temp, "ana");
    ben = new TestDevice(temp, "ben");
    for (int i = 0; i < FILES; i++) {
      ana.write("d" + i % 7 + "/" + i, "content " + i);
    }
    ana.shareWith(ben);
    ben.awaitSameTreeAs(ana);
    assertThat(ana.engine.awaitSynced("work", Duration.ofSeconds(30))).isTrue();
  }

  @AfterEach
  void close() throws Exception {
    ana.close();
    ben.close();
  }

  private void delete(TestDevice device, int from, int to) throws IOException {
    for (int i = from; i < to; i++) {
      Files.delete(device.folder.resolve("d" + i % 7 + "/" + i));
    }
  }

  private static FolderStatus status(TestDevice device) {
    return device.engine.folders().getFirst();
  }

  private static void awaitPaused(TestDevice device, String... words) throws Exception {
    device.await(() -> status(device).state() == FolderState.PAUSED);
    assertThat(status(device).error().orElse("")).contains(words);
    assertThat(device.engine.why(device.folder.resolve("d1/1")).toString()).contains(words);
  }

  @Test
  void vanished_files_are_deleted_elsewhere_only_when_that_is_confirmed() throws Exception {
    delete(ana, 0, 70);
    awaitPaused(ana, "70 of 80 files vanished", "--accept-deletions", "--restore");
    assertThat(ben.tree()).hasSize(FILES + 7);

    ana.engine.resumeFolder("work");
    Thread.sleep(1500);
    awaitPaused(ana, "70 of 80 files vanished");

    ana.engine.resumeFolder("work", Resumption.ACCEPT_DELETIONS);
    awaitPaused(ben, "70 of 80 files were deleted by others");
    assertThat(ben.tree()).hasSize(FILES + 7);
    ben.engine.resumeFolder("work", Resumption.ACCEPT_DELETIONS);
    ben.awaitSameTreeAs(ana);
    assertThat(ben.tree()).hasSizeLessThan(20);
  }

  @Test
  void files_that_vanished_while_the_device_was_off_count_too_and_come_back() throws Exception {
    ana.stop();
    delete(ana, 0, 70);
    ana.start();
    awaitPaused(ana, "70 of 80 files vanished");
    ana.stop();
    ana.start();
    awaitPaused(ana, "70 of 80 files vanished");
    ana.engine.resumeFolder("work", Resumption.RESTORE);
    ana.await(() -> ana.tree().equals(ben.tree()));
    assertThat(ana.tree()).hasSize(FILES + 7);
    ana.await(() -> status(ana).state() == FolderState.IN_SYNC);
  }

  @Test
  void its_user_learns_of_it_before_anybody_is_connected() throws Exception {
    ben.stop();
    delete(ana, 0, 70);
    awaitPaused(ana, "70 of 80 files vanished");
    ben.start();
    Thread.sleep(1000);
    assertThat(ben.tree()).hasSize(FILES + 7);
    ana.engine.resumeFolder("work", Resumption.RESTORE);
    ana.awaitSameTreeAs(ben);
    assertThat(ana.tree()).hasSize(FILES + 7);
  }

  @Test
  void the_brake_releases_when_the_files_are_back() throws Exception {
    delete(ana, 0, 70);
    awaitPaused(ana, "vanished");
    for (int i = 0; i < 70; i++) {
      ana.write("d" + i % 7 + "/" + i, "content " + i);
    }
    ana.await(() -> status(ana).state() == FolderState.IN_SYNC);
    ana.write("later", "1");
    ben.awaitSameTreeAs(ana);
  }

  @Test
  void deletions_by_others_can_be_refused() throws Exception {
    delete(ana, 0, 70);
    awaitPaused(ana, "vanished");
    ana.engine.resumeFolder("work", Resumption.ACCEPT_DELETIONS);
    awaitPaused(ben, "deleted by others");
    ben.engine.resumeFolder("work", Resumption.RESTORE);
    ana.await(() -> ana.tree().keySet().size() == FILES + 7);
    ana.awaitSameTreeAs(ben);
  }

  @Test
  void a_moved_tree_is_no_loss_and_neither_are_few_files() throws Exception {
    Files.createDirectory(ana.folder.resolve("moved"));
    for (int i = 0; i < 7; i++) {
      Files.move(ana.folder.resolve("d" + i), ana.folder.resolve("moved/d" + i));
    }
    ben.awaitSameTreeAs(ana);
    for (int i = 0; i < 40; i++) {
      Files.delete(ana.folder.resolve("moved/d" + i % 7 + "/" + i));
    }
    ben.awaitSameTreeAs(ana);
    assertThat(status(ana).error()).isEmpty();
    assertThat(status(ben).error()).isEmpty();
  }

  @Test
  void a_restored_snapshot_is_asked_about() throws Exception {
    for (int i = 0; i < FILES; i++) {
      ana.write("d" + i % 7 + "/" + i, "second content " + i);
    }
    ben.awaitSameTreeAs(ana);
    ben.await(() -> ben.read("d1/1").startsWith("second"));
    assertThat(status(ana).error()).isEmpty();
    ana.stop();
    for (int i = 0; i < 60; i++) {
      ana.write("d" + i % 7 + "/" + i, "content " + i);
    }
    ana.start();
    awaitPaused(ana, "60 of 80 files turned here into older versions");
    ana.engine.resumeFolder("work", Resumption.RESTORE);
    ana.awaitSameTreeAs(ben);
    assertThat(ana.read("d1/1")).isEqualTo("second content 1");
  }
}
