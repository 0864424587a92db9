package lockstep.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A save that the machine's end cut off is nobody's version of a file (ruling 4).
@Timeout(120)
class TornSavesTest {
  private static final String WHOLE = blend("the first scene ", "ENDB");
  private static final String EDITED = blend("another scene ", "ENDB");
  private static final String TORN = blend("another scene ", "");

  @TempDir Path temp;
  private TestDevice ana;
  private TestDevice ben;

  private static String blend(String scene, String end) {
    return "BLENDER-v402" + scene.repeat(200) + end;
  }

  @BeforeEach
  void share() throws Exception {
    ana = new TestDevice(temp, "ana");
    ben = new TestDevice(temp, "ben");
    ana.write("scene.blend", WHOLE).write("other.blend", WHOLE);
    ana.shareWith(ben);
    ben.awaitSameTreeAs(ana);
    assertThat(ben.engine.awaitSynced("work", Duration.ofSeconds(30))).isTrue();
  }

  @AfterEach
  void close() throws Exception {
    ana.close();
    ben.close();
  }

  /// The torn bytes' name, dated by their save.
  private String beside() throws IOException {
    var saved = Files.getLastModifiedTime(ben.folder.resolve("scene.blend")).toInstant();
    LocalDate day = saved.atOffset(ZoneOffset.UTC).toLocalDate();
    return "scene (recovered ben " + day + ").blend";
  }

  private static void synced(TestDevice device) throws Exception {
    assertThat(device.engine.awaitSynced("work", Duration.ofSeconds(30))).isTrue();
  }

  @Test
  void the_last_whole_version_comes_back_and_the_torn_bytes_stand_beside_it() throws Exception {
    ben.kill();
    ben.write("scene.blend", TORN).write("other.blend", EDITED);
    String beside = beside();
    ben.bootMachine();
    ben.start();
    ana.await(() -> Files.exists(ana.folder.resolve(beside)));
    synced(ben);
    ben.awaitSameTreeAs(ana);
    for (TestDevice device : List.of(ana, ben)) {
      assertThat(device.read("scene.blend")).isEqualTo(WHOLE);
      assertThat(device.read(beside)).isEqualTo(TORN);
      assertThat(device.read("other.blend")).isEqualTo(EDITED);
    }
    assertThat(ben.engine.conflicts()).isEmpty();
  }

  @Test
  void without_a_member_online_the_torn_bytes_make_way_all_the_same() throws Exception {
    ben.kill();
    ana.stop();
    ben.write("scene.blend", TORN);
    String beside = beside();
    ben.bootMachine();
    ben.start();
    ben.await(() -> Files.exists(ben.folder.resolve(beside)));
    ana.start();
    ben.await(() -> Files.exists(ben.folder.resolve("scene.blend")));
    ben.awaitSameTreeAs(ana);
    assertThat(ana.read("scene.blend")).isEqualTo(WHOLE);
    assertThat(ana.read(beside)).isEqualTo(TORN);
  }

  @Test
  void what_happened_while_the_folder_was_paused_is_judged_when_it_goes_on() throws Exception {
    ben.engine.pauseFolder("work");
    ben.kill();
    ben.write("scene.blend", TORN);
    String beside = beside();
    ben.bootMachine();
    ben.start();
    ben.await(() -> ben.engine.folders().getFirst().state() == FolderState.PAUSED);
    ben.stop();
    ben.start();
    var told = new CopyOnWriteArrayList<SyncEvent>();
    try (var _ = ben.engine.events(told::add)) {
      ben.engine.resumeFolder("work", Resumption.PLAIN);
      ana.await(() -> Files.exists(ana.folder.resolve(beside)));
    }
    assertThat(ana.read("scene.blend")).isEqualTo(WHOLE);
    assertThat(told)
        .filteredOn(event -> event.type().equals("recovery-action"))
        .singleElement()
        .satisfies(
            event -> {
              assertThat(event.path()).contains("scene.blend");
              assertThat(event.details()).containsEntry("copy", beside);
              assertThat(event.details().get("reason")).contains("without its last block");
            });
  }

  @Test
  void after_a_mere_restart_the_same_change_is_an_edit() throws Exception {
    ben.kill();
    ben.write("scene.blend", TORN);
    ben.start();
    ana.await(() -> ana.read("scene.blend").equals(TORN));
    synced(ben);
    ben.awaitSameTreeAs(ana);
    assertThat(ben.tree()).containsOnlyKeys("scene.blend", "other.blend");
  }

  @Test
  void a_machine_that_went_down_after_lockstep_had_ended_tore_nothing() throws Exception {
    ben.stop();
    ben.write("scene.blend", TORN);
    ben.bootMachine();
    ben.start();
    ana.await(() -> ana.read("scene.blend").equals(TORN));
  }

  @Test
  void what_was_published_as_it_is_stays_when_it_is_touched() throws Exception {
    ben.write("scene.blend", TORN);
    ana.await(() -> ana.read("scene.blend").equals(TORN));
    synced(ben);
    ben.kill();
    Files.setLastModifiedTime(ben.folder.resolve("scene.blend"), FileTime.fromMillis(1000));
    ben.bootMachine();
    ben.start();
    synced(ben);
    ben.awaitSameTreeAs(ana);
    assertThat(ana.tree()).containsOnlyKeys("scene.blend", "other.blend");
  }

  @Test
  void what_is_saved_after_the_first_look_is_an_edit() throws Exception {
    ben.kill();
    ben.bootMachine();
    ben.start();
    synced(ben);
    ben.write("scene.blend", TORN);
    ana.await(() -> ana.read("scene.blend").equals(TORN));
  }

  @Test
  void what_no_member_can_have_is_not_taken_away() throws Exception {
    try (var eve = new TestDevice(temp, "eve")) {
      eve.write("scene.blend", WHOLE);
      eve.engine.addFolder(eve.folder, "alone");
      assertThat(eve.engine.awaitSynced("alone", Duration.ofSeconds(30))).isTrue();
      eve.kill();
      eve.write("scene.blend", TORN);
      eve.bootMachine();
      eve.start();
      assertThat(eve.engine.awaitSynced("alone", Duration.ofSeconds(30))).isTrue();
      assertThat(eve.read("scene.blend")).isEqualTo(TORN);
      assertThat(eve.tree()).hasSize(1);
    }
  }
}
