package lockstep.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.FutureTask;
import lockstep.base.Blake3;
import lockstep.testkit.Gen;
import lockstep.testkit.SmallDisk;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Ana moves a folder that she shares with Ben. Needs the right to mount a second disk.
@Timeout(120)
class MoveFolderTest {
  @TempDir Path temp;
  private TestDevice ana;
  private TestDevice ben;
  private SmallDisk disk;
  private List<String> ledger;
  private Map<String, String> tree;

  @BeforeEach
  void share() throws Exception {
    disk = SmallDisk.mount(temp.resolve("disk"), 16);
    ana = new TestDevice(temp, "ana");
    ben = new TestDevice(temp, "ben");
    ana.write("notes.txt", "monday")
        .write("d/scene", "1")
        .write("d/plan", "2")
        .write("renders/big", "left out");
    Files.setPosixFilePermissions(
        ana.folder.resolve("d/scene"), PosixFilePermissions.fromString("r-x--x---"));
    Files.createSymbolicLink(ana.folder.resolve("link"), Path.of("d/scene"));
    ana.shareWith(ben);
    ben.awaitSameTreeAs(ana);
    ana.engine.exclude("work", List.of("renders"));
    ben.write("notes.txt", "tuesday"); // so that there is a history
    ana.await(() -> ana.read("notes.txt").equals("tuesday"));
    synced();
    ledger = entries(ben);
    tree = ben.tree();
  }

  @AfterEach
  void close() throws Exception {
    ana.close();
    ben.close();
    disk.close();
  }

  private void synced() throws Exception {
    assertThat(ana.engine.awaitSynced("work", Duration.ofSeconds(60))).isTrue();
    assertThat(ben.engine.awaitSynced("work", Duration.ofSeconds(60))).isTrue();
  }

  private static List<String> entries(TestDevice device) throws Exception {
    return device.engine.ledger("work", OptionalLong.empty()).stream()
        .map(LedgerRow::hash)
        .map(Blake3::toString)
        .toList();
  }

  private static FolderStatus status(TestDevice device) {
    return device.engine.folders().getFirst();
  }

  /// The folder is at the new place, and everything about it is as it was; nothing was published.
  private void isTheSameIn(Path place) throws Exception {
    assertThat(status(ana).path()).isEqualTo(place);
    eventually(() -> status(ana).state() == FolderState.IN_SYNC);
    synced();
    assertThat(entries(ben)).isEqualTo(ledger);
    assertThat(ben.tree()).isEqualTo(tree);
    assertThat(ana.engine.excluded("work")).containsExactly("renders");
    assertThat(ana.engine.history(place.resolve("notes.txt")))
        .extracting(PastVersion::available)
        .hasSizeGreaterThan(1) // a save may have been seen half done
        .doesNotContain(false);
    assertThat(ana.engine.verify("work").problems()).isEmpty();
    assertThat(status(ana).members()).hasSize(2);
    assertThat(Files.readString(place.resolve("renders/big"))).isEqualTo("left out");
    assertThat(ana.folder).doesNotExist();
    worksOnIn(place);
  }

  private void worksOnIn(Path place) throws Exception {
    Files.writeString(place.resolve("from-ana"), "1");
    ben.write("from-ben", "2");
    ben.await(() -> Files.exists(ben.folder.resolve("from-ana")));
    eventually(() -> Files.exists(place.resolve("from-ben")));
  }

  @Test
  void on_one_disk_it_gets_another_name_and_nobody_notices() throws Exception {
    Path place = temp.resolve("elsewhere");
    MovePreview preview = ana.engine.previewMove("work", place);
    assertThat(preview.way()).isEqualTo(MovePreview.Way.RENAME);
    assertThat(preview.files()).isEqualTo(5);
    assertThat(place).doesNotExist();
    assertThat(ana.engine.moveFolder("work", place).left()).isEmpty();
    isTheSameIn(place);
  }

  @Test
  void to_another_disk_it_is_copied_with_all_it_has_and_nobody_notices() throws Exception {
    Path place = disk.root().resolve("work");
    MovePreview preview = ana.engine.previewMove("work", place);
    assertThat(preview.way()).isEqualTo(MovePreview.Way.COPY);
    assertThat(preview.roomNeeded()).isLessThan(preview.freeBytes());
    assertThat(ana.engine.moveFolder("work", place).left()).isEmpty();
    assertThat(status(ana).move()).isEmpty();
    isTheSameIn(place);
    ana.stop();
    ana.start();
    assertThat(status(ana).path()).isEqualTo(place);
  }

  @Test
  void a_whole_disk_can_be_the_folder() throws Exception {
    ana.engine.moveFolder("work", disk.root());
    isTheSameIn(disk.root());
  }

  @Test
  void a_folder_that_is_paused_stays_so() throws Exception {
    ana.engine.pauseFolder("work");
    ana.engine.moveFolder("work", disk.root().resolve("work"));
    assertThat(status(ana).state()).isEqualTo(FolderState.PAUSED);
    ana.engine.resumeFolder("work");
    isTheSameIn(disk.root().resolve("work"));
  }

  @Test
  void locks_stay_what_they_are() throws Exception {
    ana.engine.lock(ana.folder.resolve("notes.txt"), "mine");
    ben.engine.lock(ben.folder.resolve("d/plan"), "his");
    ana.await(() -> Files.exists(ana.folder.resolve("d/.plan.lock")));
    Path place = temp.resolve("elsewhere");
    ana.engine.moveFolder("work", place);
    eventually(() -> ana.engine.locks().size() == 2);
    eventually(() -> Files.exists(place.resolve("d/.plan.lock")));
    ben.await(() -> ben.engine.locks().size() == 2);
    ana.engine.unlock(place.resolve("notes.txt"), java.util.Optional.empty());
    ben.await(() -> ben.engine.locks().size() == 1);
    assertThat(entries(ben)).isEqualTo(ledger);
  }

  /// Ana's folder is not where it was.
  private void eventually(TestDevice.Condition condition) throws Exception {
    ben.await(condition);
  }

  @Test
  void what_does_not_work_is_refused_with_the_reason_and_nothing_changes() throws Exception {
    Path full = Files.createDirectories(temp.resolve("full"));
    Files.writeString(full.resolve("file"), "something");
    Path file = Files.writeString(temp.resolve("file"), "no directory");
    ana.engine.addFolder(temp.resolve("other"), "other");
    refuses(full, "there is something in it");
    refuses(file, "is not a directory");
    refuses(ana.folder, "it is there already");
    refuses(ana.folder.resolve("d/new"), "inside the folder itself");
    refuses(temp.resolve("other/new"), "inside the folder 'other'");
    refuses(temp, "around the folder");
    refuses(ana.home.resolve("new"), "Lockstep's own state");
    refuses(temp.resolve("none/new"), "does not exist");
    refuses(Path.of("new"), "it is no directory in another");
    assertThatThrownBy(() -> ana.engine.moveFolder("none", full))
        .hasMessageContaining("there is no shared folder 'none'");
    assertThat(status(ana).path()).isEqualTo(ana.folder);
    synced();
  }

  private void refuses(Path place, String why) {
    for (boolean preview : List.of(true, false)) {
      assertThatThrownBy(
              () -> {
                if (preview) ana.engine.previewMove("work", place);
                else ana.engine.moveFolder("work", place);
              })
          .isInstanceOfSatisfying(
              UserException.class,
              refused -> {
                assertThat(refused).hasMessageContaining("cannot move 'work' to");
                assertThat(refused.why()).contains(why);
                assertThat(refused.advice()).isPresent();
              });
    }
  }

  @Test
  void a_disk_that_is_too_small_is_found_out_before_anything_is_done() throws Exception {
    Files.write(ana.folder.resolve("renders/huge"), new Gen(1).bytes(20_000_000));
    refuses(disk.root().resolve("work"), "it needs 21 MB there, and ");
    assertThat(disk.root()).isEmptyDirectory();
  }

  @Test
  void a_move_can_be_given_up_and_leaves_nothing_behind() throws Exception {
    Files.write(ana.folder.resolve("renders/big"), new Gen(1).bytes(12_000_000));
    Path place = disk.root().resolve("work");
    var move = new FutureTask<>(() -> ana.engine.moveFolder("work", place));
    Thread.ofVirtual().start(move);
    boolean cancelled = false;
    while (!cancelled && !move.isDone()) {
      cancelled = ana.engine.cancelMove("work");
    }
    assertThat(cancelled).isTrue();
    assertThat(status(ana).move().filter(now -> now.phase() != MoveProgress.Phase.CANCELLING))
        .isEmpty();
    assertThatThrownBy(move::get).hasRootCauseMessage("'work' was not moved");
    assertThat(disk.root()).isEmptyDirectory();
    assertThat(status(ana).path()).isEqualTo(ana.folder);
    assertThat(ana.engine.cancelMove("work")).isFalse();
    synced();
    assertThat(entries(ben)).isEqualTo(ledger);
    ana.engine.moveFolder("work", place);
    assertThat(status(ana).path()).isEqualTo(place);
  }

  @Test
  void a_folder_that_its_user_moved_while_nothing_ran_is_taken_up_there() throws Exception {
    ana.stop();
    Path place = temp.resolve("by-hand");
    Files.move(ana.folder, place);
    ana.start();
    assertThat(status(ana).error().orElseThrow()).contains("lockstep folder move 'work'");
    assertThat(ana.engine.previewMove("work", place).way()).isEqualTo(MovePreview.Way.ADOPT);
    ana.engine.moveFolder("work", place);
    isTheSameIn(place);
  }

  @Test
  void so_is_one_that_was_moved_while_it_ran() throws Exception {
    Path place = temp.resolve("by-hand");
    Files.move(ana.folder, place);
    ana.engine.moveFolder("work", place);
    isTheSameIn(place);
  }

  @Test
  void what_a_place_lacks_that_its_user_made_is_no_deletion() throws Exception {
    ana.stop();
    Path place = temp.resolve("by-hand");
    Files.move(ana.folder, place);
    Files.delete(place.resolve("notes.txt")); // forgotten, or not copied yet
    ana.start();
    ana.engine.moveFolder("work", place);
    isTheSameIn(place);
    assertThat(place.resolve("notes.txt")).hasContent("tuesday");
  }

  @Test
  void a_copy_is_not_the_folder_as_long_as_the_folder_is_there() throws Exception {
    Path copy = temp.resolve("copy");
    Process cp = new ProcessBuilder("cp", "-a", ana.folder.toString(), copy.toString()).start();
    assertThat(cp.waitFor()).isZero();
    refuses(copy, "the folder is in both places");
  }

  @Test
  void a_place_that_is_not_the_folder_does_not_bring_back_one_that_is_missing() throws Exception {
    ana.stop();
    Files.move(ana.folder, temp.resolve("by-hand"));
    ana.start();
    refuses(temp.resolve("new"), "is missing or empty");
  }
}
