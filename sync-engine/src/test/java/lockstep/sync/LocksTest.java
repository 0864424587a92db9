package lockstep.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Locks between two devices, everything real.
@Timeout(150)
class LocksTest {
  private static final LockPolicy BRISK = new LockPolicy("default", Duration.ofSeconds(2));

  @TempDir Path temp;
  private TestDevice ana;
  private TestDevice ben;

  @BeforeEach
  void pair() throws Exception {
    ana = new TestDevice(temp, "ana");
    ben = new TestDevice(temp, "ben");
    ana.write("scene.blend", "first").write("notes.txt", "text");
    ana.shareWith(ben);
    ben.awaitSameTreeAs(ana);
  }

  @AfterEach
  void close() throws Exception {
    ana.close();
    ben.close();
  }

  private static Path file(TestDevice device, String path) {
    return device.folder.resolve(path);
  }

  private static boolean mayWrite(TestDevice device, String path) throws Exception {
    return Files.getPosixFilePermissions(file(device, path))
        .contains(PosixFilePermission.OWNER_WRITE);
  }

  private static Optional<FileLock> lock(TestDevice device, String path) throws Exception {
    return device.engine.locks().stream().filter(lock -> lock.path().equals(path)).findFirst();
  }

  private static boolean hasMarker(TestDevice device, String name) {
    return Files.exists(file(device, "." + name + ".lock"));
  }

  private void restartWith(LockPolicy policy) throws Exception {
    for (TestDevice device : List.of(ana, ben)) {
      device.stop();
      device.locking = policy;
      device.start();
    }
    ana.await(() -> ana.engine.awaitSynced("work", Duration.ofSeconds(1)));
  }

  /// `name@`, then the old file to `name1`, then the new one to its name.
  private static void saveAsBlender(TestDevice device, String name, String text) throws Exception {
    Path fresh = Files.writeString(file(device, name + "@"), text);
    if (Files.exists(file(device, name))) {
      Files.move(file(device, name), file(device, name + "1"), StandardCopyOption.REPLACE_EXISTING);
    }
    Files.move(fresh, file(device, name));
  }

  @Test
  void a_file_locked_by_hand_is_read_only_elsewhere_until_it_is_unlocked() throws Exception {
    FileLock mine = ana.engine.lock(file(ana, "notes.txt"), "proofreading");

    assertThat(mine.strength()).isEqualTo(FileLock.Strength.FIRM);
    assertThat(mine.promised()).isEqualTo(2);
    ben.await(() -> !mayWrite(ben, "notes.txt"));
    FileLock theirs = lock(ben, "notes.txt").orElseThrow();
    assertThat(theirs.ownerName()).isEqualTo("ana");
    assertThat(theirs.mine()).isFalse();
    assertThat(theirs.note()).isEqualTo("proofreading");
    assertThat(Files.readString(file(ben, ".notes.txt.lock"))).contains("ana", "proofreading");
    assertThat(mayWrite(ana, "notes.txt")).isTrue();
    assertThat(ben.engine.folders().getFirst().locks()).isEqualTo(1);
    assertThat(ben.engine.why(file(ben, "notes.txt")).getFirst())
        .startsWith("locked by ana since ")
        .contains("proofreading");

    ana.write("notes.txt", "proofread");
    ana.engine.unlock(file(ana, "notes.txt"), Optional.empty());

    ben.await(() -> mayWrite(ben, "notes.txt"));
    assertThat(ben.read("notes.txt")).isEqualTo("proofread");
    ben.await(() -> !hasMarker(ben, "notes.txt") && ben.engine.locks().isEmpty());
    ben.awaitSameTreeAs(ana);
  }

  @Test
  void the_saves_of_who_has_the_lock_flow_and_the_file_stays_read_only() throws Exception {
    Files.setPosixFilePermissions(
        file(ana, "notes.txt"), PosixFilePermissions.fromString("rwxrw-r--"));
    ben.awaitSameTreeAs(ana);
    ana.engine.lock(file(ana, "notes.txt"), "");
    ben.await(() -> !mayWrite(ben, "notes.txt"));

    for (int i = 0; i < 5; i++) {
      String text = "save " + i;
      ana.write("notes.txt", text);
      ben.await(() -> ben.read("notes.txt").equals(text) && !mayWrite(ben, "notes.txt"));
    }
    assertThat(Files.getPosixFilePermissions(file(ben, "notes.txt")))
        .isEqualTo(PosixFilePermissions.fromString("r-xr--r--"));

    ana.engine.unlock(file(ana, "notes.txt"), Optional.empty());
    ben.awaitSameTreeAs(ana); // modes, too
    assertThat(Files.getPosixFilePermissions(file(ana, "notes.txt")))
        .isEqualTo(PosixFilePermissions.fromString("rwxrw-r--"));
    assertThat(ana.engine.conflicts()).isEmpty();
  }

  @Test
  void who_has_the_lock_may_delete_the_file_with_its_directory() throws Exception {
    ana.write("drafts/old/plan.txt", "never mind");
    ben.awaitSameTreeAs(ana);
    ana.engine.lock(file(ana, "drafts/old/plan.txt"), "");
    ben.await(() -> !mayWrite(ben, "drafts/old/plan.txt"));

    Files.delete(file(ana, "drafts/old/plan.txt"));
    Files.delete(file(ana, "drafts/old"));

    ben.await(() -> !Files.exists(file(ben, "drafts/old")));
    ben.awaitSameTreeAs(ana);
    assertThat(ben.engine.folders().getFirst().problems()).isEmpty();
  }

  @Test
  void another_policy_counts_at_once() throws Exception {
    ana.engine.lockBy(_ -> new LockPolicy("default", Duration.ofHours(1)));
    saveAsBlender(ana, "scene.blend", "second");
    ana.engine.lock(file(ana, "notes.txt"), "");
    ben.await(() -> !mayWrite(ben, "scene.blend") && ben.read("scene.blend").equals("second"));

    ana.engine.lockBy(_ -> LockPolicy.OFF);

    ben.await(() -> mayWrite(ben, "scene.blend"));
    assertThat(lock(ben, "notes.txt")).isPresent(); // locked by hand
    saveAsBlender(ana, "scene.blend", "third");
    ben.await(() -> ben.read("scene.blend").equals("third"));
    assertThat(lock(ana, "scene.blend")).isEmpty();
  }

  @Test
  void a_document_that_is_open_already_is_locked_when_the_policy_asks_for_it() throws Exception {
    ana.write("plan.odt", "plan").write(".~lock.plan.odt#", "ana");
    ben.await(() -> Files.exists(file(ben, "plan.odt")));
    assertThat(lock(ana, "plan.odt")).isEmpty();

    ana.engine.lockBy(_ -> LockPolicy.DEFAULT);

    ben.await(() -> !mayWrite(ben, "plan.odt"));
  }

  @Test
  void who_saves_a_blender_file_has_it_until_they_are_done() throws Exception {
    restartWith(BRISK);

    saveAsBlender(ana, "scene.blend", "second");

    ben.await(() -> !mayWrite(ben, "scene.blend") && ben.read("scene.blend").equals("second"));
    assertThat(lock(ben, "scene.blend").orElseThrow().ownerName()).isEqualTo("ana");
    ben.await(() -> mayWrite(ben, "scene.blend")); // after the quiet time
    assertThat(ben.read("scene.blend")).isEqualTo("second");
    ben.awaitSameTreeAs(ana);
    assertThat(ana.engine.conflicts()).isEmpty();
  }

  @Test
  void a_note_may_be_put_to_a_lock_that_was_taken_without_asking() throws Exception {
    restartWith(BRISK);
    saveAsBlender(ana, "scene.blend", "second");
    ana.await(() -> lock(ana, "scene.blend").filter(FileLock::mine).isPresent());

    ana.engine.lock(file(ana, "scene.blend"), "until noon");

    ben.await(
        () -> lock(ben, "scene.blend").filter(it -> it.note().equals("until noon")).isPresent());
    Thread.sleep(5000); // longer than what counts as quiet
    assertThat(lock(ana, "scene.blend").orElseThrow().note()).isEqualTo("until noon");
    ana.engine.unlock(file(ana, "scene.blend"), Optional.empty());
    ben.await(() -> mayWrite(ben, "scene.blend") && ben.engine.locks().isEmpty());
  }

  @Test
  void a_save_all_the_same_is_kept_beside_the_file() throws Exception {
    ana.engine.lock(file(ana, "notes.txt"), "");
    ben.await(() -> !mayWrite(ben, "notes.txt"));

    Files.writeString(file(ben, "new"), "ben's");
    Files.move(file(ben, "new"), file(ben, "notes.txt"), StandardCopyOption.REPLACE_EXISTING);
    ana.write("notes.txt", "ana's");

    ana.await(() -> ana.engine.conflicts().size() == 1);
    ben.await(() -> ben.read("notes.txt").equals("ana's") && !mayWrite(ben, "notes.txt"));
    OpenConflict conflict = ana.engine.conflicts().getFirst();
    assertThat(conflict.path()).isEqualTo("notes.txt");
    ana.await(
        () ->
            Files.exists(file(ana, conflict.copyPath()))
                && ana.read(conflict.copyPath()).equals("ben's"));
    assertThat(ana.read("notes.txt")).isEqualTo("ana's");
    assertThat(mayWrite(ben, conflict.copyPath())).isTrue();
    ana.engine.unlock(file(ana, "notes.txt"), Optional.empty());
    ben.awaitSameTreeAs(ana);
  }

  @Test
  void a_locked_file_cannot_be_deleted_elsewhere_nor_its_mode_be_changed() throws Exception {
    ana.engine.lock(file(ana, "notes.txt"), "");
    ben.await(() -> !mayWrite(ben, "notes.txt"));

    Files.delete(file(ben, "notes.txt"));

    ben.await(() -> Files.exists(file(ben, "notes.txt")) && !mayWrite(ben, "notes.txt"));
    assertThat(ana.read("notes.txt")).isEqualTo("text");
    ana.engine.unlock(file(ana, "notes.txt"), Optional.empty());
    ben.awaitSameTreeAs(ana);
  }

  @Test
  void of_two_who_work_apart_one_has_the_name_and_the_other_a_copy() throws Exception {
    ben.stop();
    FileLock alone = ana.engine.lock(file(ana, "notes.txt"), "");
    assertThat(alone.strength()).isEqualTo(FileLock.Strength.UNCONFIRMED);
    ana.write("notes.txt", "ana's");
    ben.write("notes.txt", "ben's");
    ben.start();

    ana.await(() -> ana.engine.conflicts().size() == 1);
    ana.await(() -> lock(ana, "notes.txt").orElseThrow().strength() == FileLock.Strength.FIRM);
    OpenConflict conflict = ana.engine.conflicts().getFirst();
    ana.await(
        () ->
            Files.exists(file(ana, conflict.copyPath()))
                && ana.read(conflict.copyPath()).equals("ben's"));
    assertThat(ana.read("notes.txt")).isEqualTo("ana's");
    ana.engine.unlock(file(ana, "notes.txt"), Optional.empty());
    ben.awaitSameTreeAs(ana);
  }

  @Test
  void nobody_works_on_a_copy_that_was_set_aside() throws Exception {
    restartWith(BRISK);
    ben.stop();
    saveAsBlender(ana, "scene.blend", "ana's");
    ana.await(() -> lock(ana, "scene.blend").isPresent());
    saveAsBlender(ben, "scene.blend", "ben's");
    var told = new CopyOnWriteArrayList<SyncEvent>();
    ana.engine.events(told::add);
    ben.start();

    ana.await(() -> ana.engine.conflicts().size() == 1);
    String copy = ana.engine.conflicts().getFirst().copyPath();
    ben.await(() -> ben.engine.locks().isEmpty());
    ben.awaitSameTreeAs(ana);
    assertThat(Files.exists(file(ana, copy))).isTrue();
    assertThat(told)
        .noneMatch(
            event ->
                event.type().equals("lock-acquired") && event.path().equals(Optional.of(copy)));
  }

  @Test
  void a_lock_is_denied_asked_for_and_broken_with_a_reason() throws Exception {
    var told = new CopyOnWriteArrayList<SyncEvent>();
    ana.engine.events(told::add);
    ana.engine.lock(file(ana, "notes.txt"), "");
    ben.await(() -> lock(ben, "notes.txt").isPresent());

    assertThatThrownBy(() -> ben.engine.lock(file(ben, "notes.txt"), ""))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("cannot lock 'notes.txt'");
    assertThatThrownBy(() -> ben.engine.unlock(file(ben, "notes.txt"), Optional.empty()))
        .isInstanceOf(UserException.class);
    assertThat(ben.engine.askToRelease(file(ben, "notes.txt"), "please").ownerName())
        .isEqualTo("ana");
    ana.await(() -> told.stream().anyMatch(event -> event.type().equals("lock-requested")));
    assertThat(lock(ana, "notes.txt").orElseThrow().asks())
        .containsExactly(new FileLock.Ask("ben", "please"));
    assertThat(ana.engine.why(file(ana, "notes.txt"))).contains("ben asks for it: please");

    ben.engine.unlock(file(ben, "notes.txt"), Optional.of("ana is on holiday"));

    ana.await(() -> told.stream().anyMatch(event -> event.type().equals("lock-lost")));
    assertThat(told.stream().filter(event -> event.type().equals("lock-lost")).findFirst())
        .hasValueSatisfying(
            event -> assertThat(event.details()).containsEntry("reason", "ana is on holiday"));
    ben.await(() -> mayWrite(ben, "notes.txt") && ben.engine.locks().isEmpty());
    ana.await(() -> ana.engine.locks().isEmpty());
  }

  @Test
  void what_was_put_there_before_a_crash_is_read_only_after_it() throws Exception {
    ana.engine.lock(file(ana, "notes.txt"), "");
    ben.await(() -> !mayWrite(ben, "notes.txt") && hasMarker(ben, "notes.txt"));
    byte[] marker = Files.readAllBytes(file(ben, ".notes.txt.lock"));
    ben.stop();
    // the marker still tells of the file that a step has replaced
    Files.write(file(ben, ".notes.txt.lock"), marker);
    Files.copy(file(ben, "notes.txt"), file(ben, "new"), StandardCopyOption.COPY_ATTRIBUTES);
    Files.move(file(ben, "new"), file(ben, "notes.txt"), StandardCopyOption.REPLACE_EXISTING);

    ben.start();

    ben.await(() -> !mayWrite(ben, "notes.txt"));
    ana.engine.unlock(file(ana, "notes.txt"), Optional.empty());
    ben.await(() -> mayWrite(ben, "notes.txt") && !hasMarker(ben, "notes.txt"));
    ben.awaitSameTreeAs(ana);
  }

  @Test
  void a_locked_file_under_another_name_gets_its_mode_back_after_a_crash() throws Exception {
    ana.engine.lock(file(ana, "notes.txt"), "");
    ben.await(() -> !mayWrite(ben, "notes.txt") && hasMarker(ben, "notes.txt"));
    byte[] marker = Files.readAllBytes(file(ben, ".notes.txt.lock"));
    ben.stop();
    // what a crash would have left, and a rename after it
    Files.write(file(ben, ".notes.txt.lock"), marker);
    Files.setPosixFilePermissions(
        file(ben, "notes.txt"), PosixFilePermissions.fromString("r--r--r--"));
    Files.move(file(ben, "notes.txt"), file(ben, "minutes.txt"));
    ana.engine.unlock(file(ana, "notes.txt"), Optional.empty());

    ben.start();

    ben.await(() -> Files.exists(file(ben, "minutes.txt")) && mayWrite(ben, "minutes.txt"));
    ben.await(() -> !hasMarker(ben, "notes.txt"));
    ana.await(() -> Files.exists(file(ana, "minutes.txt")));
    assertThat(mayWrite(ana, "minutes.txt")).isTrue();
    ben.awaitSameTreeAs(ana);
  }

  @Test
  void a_stop_gives_every_file_its_mode_back() throws Exception {
    ana.engine.lock(file(ana, "notes.txt"), "");
    ben.await(() -> !mayWrite(ben, "notes.txt"));

    ben.stop();

    assertThat(mayWrite(ben, "notes.txt")).isTrue();
    assertThat(hasMarker(ben, "notes.txt")).isFalse();
    ben.start();
    ben.await(() -> !mayWrite(ben, "notes.txt"));
  }

  @Test
  void a_lock_by_hand_outlasts_a_restart() throws Exception {
    ana.engine.lock(file(ana, "notes.txt"), "");
    ben.await(() -> !mayWrite(ben, "notes.txt"));

    ana.stop();
    ana.start();

    ana.await(() -> lock(ana, "notes.txt").filter(FileLock::mine).isPresent());
    ana.await(() -> lock(ana, "notes.txt").orElseThrow().strength() == FileLock.Strength.FIRM);
    assertThat(mayWrite(ben, "notes.txt")).isFalse();
  }

  @Test
  void a_file_of_the_users_that_has_a_markers_name_is_left_alone() throws Exception {
    Files.writeString(file(ben, ".notes.txt.lock"), "mine");

    ana.engine.lock(file(ana, "notes.txt"), "");

    ben.await(() -> lock(ben, "notes.txt").isPresent());
    ana.write("notes.txt", "more");
    ben.await(() -> ben.read("notes.txt").equals("more"));
    assertThat(ben.read(".notes.txt.lock")).isEqualTo("mine");
    assertThat(mayWrite(ben, "notes.txt")).isTrue(); // nothing would say what its mode was
  }
}
