package lockstep.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;
import lockstep.testkit.Gen;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Two devices in one process, everything between them real: disk, watcher, ledger, wire.
@Timeout(120)
class TwoDevicesTest {
  @TempDir Path temp;
  private TestDevice ana;
  private TestDevice ben;

  @BeforeEach
  void pair() throws Exception {
    ana = new TestDevice(temp, "ana");
    ben = new TestDevice(temp, "ben");
  }

  @AfterEach
  void close() throws Exception {
    ana.close();
    ben.close();
  }

  @Test
  void a_tree_arrives_whole() throws Exception {
    ana.write("notes.txt", "hello").write("deep/er/file", "x").write("empty", "");
    Files.createDirectory(ana.folder.resolve("empty directory"));
    Files.createSymbolicLink(ana.folder.resolve("link"), Path.of("notes.txt"));
    Files.createSymbolicLink(ana.folder.resolve("dangling"), Path.of("/nowhere/at all"));
    Files.write(ana.folder.resolve("big"), new Gen(1).bytes(5_000_000));
    Files.setPosixFilePermissions(
        ana.folder.resolve("notes.txt"), PosixFilePermissions.fromString("r-x--x---"));
    ana.shareWith(ben);
    ben.awaitSameTreeAs(ana);
  }

  /// Who waits for a colleague's copy of a film sees it come.
  @Test
  void what_a_member_still_lacks_of_a_big_file_shrinks_while_it_comes() throws Exception {
    int size = 12_000_000;
    ana.engine.limit(new BandwidthLimits(OptionalLong.of(4_000_000), OptionalLong.empty(), true));
    Files.write(ana.folder.resolve("film"), new Gen(1).bytes(size));
    ana.shareWith(ben);

    ana.await(() -> lacks(1, size / 2, size));
    ana.await(() -> lacks(1, 1, size / 2));
  }

  /// Whether Ana is told so of Ben.
  private boolean lacks(int files, long bytesMin, long bytesMax) {
    return ana.engine.folders().getFirst().members().stream()
        .filter(member -> member.peer().equals(ben.engine.self()))
        .anyMatch(
            ben ->
                ben.missingFiles() == files
                    && ben.missingBytes() >= bytesMin
                    && ben.missingBytes() <= bytesMax);
  }

  @Test
  void odd_names_arrive_as_they_are() throws Exception {
    for (String name :
        List.of(
            "with space",
            "line\nbreak",
            "\uD83D\uDE00",
            "caf\u00e9",
            "cafe\u0301",
            "x".repeat(255),
            "tab\t",
            "-rf",
            "CON",
            "back\\slash",
            "trailing.",
            "\u202Etxt.exe")) {
      ana.write("odd/" + name, name);
    }
    ana.write("d/".repeat(100) + "bottom", "100 levels down");
    ana.shareWith(ben);
    ben.awaitSameTreeAs(ana);
  }

  @Test
  void edits_deletions_and_renames_flow_both_ways() throws Exception {
    ana.write("a.txt", "1").write("dir/b.txt", "2").write("dir/c.txt", "3");
    ana.shareWith(ben);
    ben.awaitSameTreeAs(ana);

    ben.write("a.txt", "edited by ben").write("new/from ben", "4");
    ana.awaitSameTreeAs(ben);
    assertThat(ana.read("a.txt")).isEqualTo("edited by ben");

    Files.delete(ana.folder.resolve("dir/b.txt"));
    Files.move(ana.folder.resolve("dir/c.txt"), ana.folder.resolve("c moved.txt"));
    ben.await(() -> !Files.exists(ben.folder.resolve("dir/b.txt")));
    ben.awaitSameTreeAs(ana);

    Files.move(ben.folder.resolve("new"), ben.folder.resolve("renamed tree"));
    ana.await(() -> Files.exists(ana.folder.resolve("renamed tree/from ben")));
    ana.awaitSameTreeAs(ben);
    assertThat(Files.exists(ana.folder.resolve("new"))).isFalse();
  }

  @Test
  void a_directory_deleted_elsewhere_goes_with_the_last_file_in_it_that_is_not_synced()
      throws Exception {
    ana.write("d/file", "1");
    ana.shareWith(ben);
    ben.awaitSameTreeAs(ana);
    ben.write("d/.#draft", "an editor's own");
    Files.delete(ana.folder.resolve("d/file"));
    Files.delete(ana.folder.resolve("d"));
    ben.await(() -> !ben.engine.folders().getFirst().problems().isEmpty());

    Files.delete(ben.folder.resolve("d/.#draft"));

    assertThat(ben.engine.awaitSynced("work", Duration.ofSeconds(60))).isTrue();
    assertThat(ben.folder.resolve("d")).doesNotExist();
  }

  @Test
  void a_deletion_arrives_while_another_file_is_written_without_end() throws Exception {
    ana.write("recording", "...").write("draft", "1");
    ana.shareWith(ben);
    ben.awaitSameTreeAs(ana);

    try (var recording =
        Files.newBufferedWriter(ana.folder.resolve("recording"), StandardOpenOption.APPEND)) {
      Files.delete(ana.folder.resolve("draft"));
      ben.await(
          () -> {
            recording.append('.').flush();
            return !Files.exists(ben.folder.resolve("draft"));
          });
    }
    ben.awaitSameTreeAs(ana);
  }

  @Test
  void a_file_in_a_directorys_place_takes_its_name_elsewhere_in_a_busy_folder() throws Exception {
    ana.write("log", "").write("drafts/1", "one").write("drafts/2", "two");
    ana.shareWith(ben);
    ben.awaitSameTreeAs(ana);

    Files.delete(ana.folder.resolve("drafts/1"));
    Files.delete(ana.folder.resolve("drafts/2"));
    Files.delete(ana.folder.resolve("drafts"));
    ana.write("drafts", "both");
    ben.await(
        () -> {
          Files.writeString(ana.folder.resolve("log"), ".", StandardOpenOption.APPEND);
          try (Stream<Path> names = Files.list(ben.folder)) {
            assertThat(names).noneMatch(name -> name.toString().contains("(conflict"));
          }
          return Files.isRegularFile(ben.folder.resolve("drafts"));
        });
    ben.awaitSameTreeAs(ana);
  }

  @Test
  void what_is_there_already_is_merged_and_never_overwritten() throws Exception {
    ana.write("same", "same").write("clash.txt", "from ana").write("only ana", "a");
    ben.write("same", "same").write("clash.txt", "from ben").write("only ben", "b");
    ana.shareWith(ben);
    ben.await(() -> Files.exists(ben.folder.resolve("only ana")));
    ana.await(() -> Files.exists(ana.folder.resolve("only ben")));
    ben.awaitSameTreeAs(ana);
    assertThat(ana.read("clash.txt")).isEqualTo("from ana");
    assertThat(ana.tree().keySet())
        .anyMatch(name -> name.startsWith("clash (conflict ben ") && name.endsWith(").txt"));
  }

  @Test
  void edits_made_apart_are_both_kept() throws Exception {
    ana.write("plan.txt", "base");
    ana.shareWith(ben);
    ben.awaitSameTreeAs(ana);
    ben.stop();
    Files.writeString(ben.folder.resolve("plan.txt"), "ben, offline");
    ana.write("plan.txt", "ana, meanwhile");
    assertThat(ana.engine.folders().getFirst().name()).isEqualTo("work");
    ana.await(() -> ana.engine.folders().getFirst().unpublishedFiles() == 1);
    ben.start();
    ana.await(() -> ana.tree().size() == 2);
    ben.await(() -> ben.tree().size() == 2);
    ben.awaitSameTreeAs(ana);
    var contents = List.of(ana.read("plan.txt"), Files.readString(conflictCopy()));
    assertThat(contents).containsExactlyInAnyOrder("ben, offline", "ana, meanwhile");
  }

  private Path conflictCopy() throws Exception {
    try (var files = Files.list(ana.folder)) {
      return files
          .filter(file -> file.getFileName().toString().startsWith("plan (conflict "))
          .findFirst()
          .orElseThrow();
    }
  }

  @Test
  void changes_made_while_a_device_was_off_arrive_when_it_is_back() throws Exception {
    ana.write("kept", "1").write("doomed", "2");
    ana.shareWith(ben);
    ben.awaitSameTreeAs(ana);
    ben.stop();
    ana.write("made meanwhile", "3");
    Files.delete(ana.folder.resolve("doomed"));
    ben.start();
    ben.await(() -> Files.exists(ben.folder.resolve("made meanwhile")));
    ben.awaitSameTreeAs(ana);
  }

  @Test
  void a_lost_index_costs_nothing_but_time() throws Exception {
    ana.write("a", "1").write("b", "2");
    ana.shareWith(ben);
    ben.awaitSameTreeAs(ana);
    long entries = ben.engine.ledger("work", java.util.OptionalLong.empty()).size();
    ben.stop();
    lockstep.recovery.Directories.deleteTree(ben.home.resolve("index"));
    ben.start();
    assertThat(ben.engine.awaitSynced("work", Duration.ofSeconds(30))).isTrue();
    ben.awaitSameTreeAs(ana);
    assertThat(ben.engine.ledger("work", java.util.OptionalLong.empty())).hasSize((int) entries);
  }

  @Test
  void an_absent_disk_is_no_deletion() throws Exception {
    ana.write("precious", "1");
    ana.shareWith(ben);
    ben.awaitSameTreeAs(ana);
    ben.stop();
    Files.move(ben.folder, temp.resolve("elsewhere"));
    Files.createDirectory(ben.folder);
    ben.start();
    ben.await(() -> ben.engine.folders().getFirst().state() == FolderState.ERROR);
    assertThat(ben.engine.folders().getFirst().error().orElse("")).contains("marker");
    ana.write("later", "2");
    Thread.sleep(500);
    assertThat(ana.read("precious")).isEqualTo("1");
  }

  @Test
  void waiting_for_sync_sees_every_save_closed_before() throws Exception {
    ana.shareWith(ben);
    for (int i = 0; i < 20; i++) {
      ana.write("f" + i, "content " + i);
      assertThat(ana.engine.awaitSynced("work", Duration.ofSeconds(30))).isTrue();
      assertThat(ben.read("f" + i)).isEqualTo("content " + i);
    }
  }

  @Test
  void a_restart_sends_nothing_again() throws Exception {
    for (int i = 0; i < 300; i++) {
      ana.write("many/" + i, "text " + i);
    }
    ana.shareWith(ben);
    ben.awaitSameTreeAs(ana);
    int entries = ana.engine.ledger("work", java.util.OptionalLong.empty()).size();
    ana.stop();
    ben.stop();
    ana.start();
    ben.start();
    assertThat(ben.engine.awaitSynced("work", Duration.ofSeconds(30))).isTrue();
    assertThat(ana.engine.awaitSynced("work", Duration.ofSeconds(30))).isTrue();
    assertThat(ana.engine.ledger("work", java.util.OptionalLong.empty())).hasSize(entries);
    ben.awaitSameTreeAs(ana);
  }

  @Test
  void ignored_files_stay_where_they_are() throws Exception {
    ana.write(".lockstepignore", "*.log\nbuild/\n")
        .write("a.log", "1")
        .write("build/x", "2")
        .write("kept", "3");
    ana.shareWith(ben);
    ben.await(() -> Files.exists(ben.folder.resolve("kept")));
    ben.write("b.log", "ben's own");
    assertThat(ben.engine.awaitSynced("work", Duration.ofSeconds(30))).isTrue();
    assertThat(Files.exists(ben.folder.resolve("a.log"))).isFalse();
    assertThat(Files.exists(ben.folder.resolve("build"))).isFalse();
    assertThat(Files.exists(ana.folder.resolve("b.log"))).isFalse();
    assertThat(ben.engine.why(ben.folder.resolve("b.log")).getFirst()).startsWith("ignored");
  }
}
