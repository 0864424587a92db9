package lockstep.sync.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Collections;
import java.util.List;
import lockstep.base.RelPath;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@EnabledOnOs(OS.LINUX)
class InotifyWatcherTest {
  private final RecordingListener heard = new RecordingListener();
  @TempDir private Path root;
  private Watcher watcher;
  private int marks;

  @BeforeEach
  void watch_the_root() throws IOException {
    watcher = InotifyWatcher.open(root, heard);
    watcher.watch(RelPath.ROOT);
  }

  @AfterEach
  void close() {
    watcher.close();
  }

  /// What was heard so far: the kernel keeps the order, so what comes before a mark was done
  /// before.
  private List<String> heard() throws Exception {
    String mark = "mark-" + marks++;
    Files.createSymbolicLink(root.resolve(mark), Path.of("nowhere"));
    return heard.until("changed " + mark);
  }

  private Path write(String name, String text) throws IOException {
    return Files.writeString(root.resolve(name), text);
  }

  private void move(String from, String to) throws IOException {
    Files.move(root.resolve(from), root.resolve(to), StandardCopyOption.ATOMIC_MOVE);
  }

  private void makeDirectory(String name) throws Exception {
    Files.createDirectories(root.resolve(name));
    watcher.watch(RelPath.of(name));
    heard();
  }

  @Test
  void a_file_is_being_written_until_it_is_closed() throws Exception {
    try (OutputStream out = Files.newOutputStream(root.resolve("a.txt"))) {
      out.write(1);
      assertThat(heard()).containsOnly("writing a.txt");
    }
    assertThat(heard()).containsExactly("changed a.txt");
  }

  @Test
  void appending_and_rewriting_end_in_one_change() throws Exception {
    write("log", "one");
    heard();

    Files.writeString(root.resolve("log"), "two", StandardOpenOption.APPEND);
    assertThat(heard()).containsExactly("writing log", "changed log");
    write("log", "new");
    assertThat(heard()).endsWith("changed log").containsOnlyOnce("changed log");
  }

  @Test
  void reading_is_no_change() throws Exception {
    Path file = write("a", "x");
    heard();

    Files.readAllBytes(file);

    assertThat(heard()).isEmpty();
  }

  @Test
  void mode_and_times_touch_a_file() throws Exception {
    Path file = write("a", "x");
    heard();

    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--------"));
    Files.setLastModifiedTime(file, FileTime.fromMillis(1));

    assertThat(heard()).isNotEmpty().containsOnly("touched a");
  }

  @Test
  void links_are_whole_from_the_start() throws Exception {
    Path file = write("a", "x");
    heard();

    Files.createLink(root.resolve("hard"), file);
    Files.createSymbolicLink(root.resolve("soft"), Path.of("a"));

    assertThat(heard()).contains("changed hard", "changed soft").doesNotContain("writing hard");
  }

  @Test
  void vim_renames_the_old_file_to_a_backup_and_writes_a_new_one() throws Exception {
    write("doc.txt", "old");
    heard();

    move("doc.txt", "doc.txt~");
    write("doc.txt", "new");
    Files.delete(root.resolve("doc.txt~"));

    assertThat(heard())
        .containsSubsequence(
            "deleted doc.txt",
            "changed doc.txt~",
            "writing doc.txt",
            "changed doc.txt",
            "deleted doc.txt~");
  }

  @Test
  void gtk_writes_a_temporary_file_and_renames_it() throws Exception {
    write("doc.odt", "old");
    heard();

    write(".goutputstream-ABC", "new");
    move(".goutputstream-ABC", "doc.odt");

    assertThat(heard()).endsWith("deleted .goutputstream-ABC", "changed doc.odt");
  }

  @Test
  void a_new_directory_is_a_tree_to_scan() throws Exception {
    Files.createDirectories(root.resolve("a/b/c"));

    assertThat(heard()).containsExactly("changedTree a");
  }

  @Test
  void changes_in_a_watched_directory_bear_its_path() throws Exception {
    makeDirectory("a/b");

    write("a/b/f", "x");
    Files.delete(root.resolve("a/b/f"));

    assertThat(heard()).endsWith("changed a/b/f", "deleted a/b/f");
  }

  @Test
  void a_renamed_directory_keeps_its_watches_under_the_new_path() throws Exception {
    makeDirectory("old");
    makeDirectory("old/sub");

    move("old", "new");
    assertThat(heard()).containsExactly("deleted old", "changedTree new");
    write("new/sub/f", "x");
    assertThat(heard()).endsWith("changed new/sub/f");
  }

  @Test
  void a_directory_moved_into_another_is_followed() throws Exception {
    makeDirectory("a");
    makeDirectory("b");
    makeDirectory("b/c");

    move("b", "a/b");
    heard();
    move("a", "z");
    heard();
    write("z/b/c/f", "x");

    assertThat(heard()).endsWith("changed z/b/c/f");
  }

  @Test
  void a_directory_moved_out_is_watched_no_more(@TempDir Path elsewhere) throws Exception {
    makeDirectory("a");
    makeDirectory("a/b");

    move("a", elsewhere.resolve("a").toString());
    assertThat(heard()).containsExactly("deleted a");
    // The next departure ends the one before it.
    makeDirectory("c");
    move("c", "d");
    heard();
    Files.writeString(elsewhere.resolve("a/b/f"), "x");

    assertThat(heard()).isEmpty();
  }

  @Test
  void a_directory_moved_in_is_a_tree_to_scan(@TempDir Path elsewhere) throws Exception {
    Files.createDirectories(elsewhere.resolve("a/b"));

    move(elsewhere.resolve("a").toString(), "a");

    assertThat(heard()).containsExactly("changedTree a");
  }

  @Test
  void a_deleted_and_recreated_directory_is_watched_anew() throws Exception {
    makeDirectory("a");
    Files.delete(root.resolve("a"));
    assertThat(heard()).containsExactly("deleted a");

    makeDirectory("a");
    write("a/f", "x");

    assertThat(heard()).endsWith("changed a/f");
  }

  @Test
  void a_watch_on_a_way_that_is_longer_than_a_system_call_takes() throws Exception {
    String half = String.join("/", Collections.nCopies(12, "n".repeat(250)));
    Files.createDirectories(root.resolve("a/" + half));
    Files.createDirectories(root.resolve("b/" + half));
    try (OutputStream file = Files.newOutputStream(root.resolve("b/" + half + "/f"))) {
      move("b", "a/" + half + "/b");
      heard();
      watcher.watch(RelPath.of("a/" + half + "/b/" + half));
      file.write(1);
    }

    assertThat(heard()).endsWith("changed a/" + half + "/b/" + half + "/f");
    // Nobody could delete what has no name that fits into a call.
    move("a/" + half + "/b", "b");
  }

  @Test
  void odd_names_arrive_as_they_are_and_impossible_ones_not_at_all() throws Exception {
    for (String name : List.of("with space", "line\nbreak", "😀", "é", "e\u0301")) {
      write(name, "x");
      assertThat(heard()).endsWith("changed " + name);
    }

    shell("echo x > $(printf 'bad\\377')");
    assertThat(heard()).isEmpty();
  }

  @Test
  void a_burst_is_heard_in_full() throws Exception {
    for (int i = 0; i < 2000; i++) {
      write("f" + i, "x");
    }

    List<String> lines = heard();

    for (int i = 0; i < 2000; i++) {
      assertThat(lines).contains("changed f" + i);
    }
  }

  @Test
  void a_listener_that_falls_too_far_behind_is_told_of_the_loss() throws Exception {
    Path limit = Path.of("/proc/sys/fs/inotify/max_queued_events");
    int events = Integer.parseInt(Files.readAllLines(limit).getFirst());
    assumeThat(events).isLessThan(200_000);
    Path a = write("a", "x");
    Path b = write("b", "x");
    heard();

    heard.turn.acquire();
    // Two events at a time, and more than the queue and the reader's buffer hold.
    for (int i = 0; i < events / 2 + 5_000; i++) {
      Files.setLastModifiedTime(a, FileTime.fromMillis(i));
      Files.setLastModifiedTime(b, FileTime.fromMillis(i));
    }
    heard.turn.release();

    heard.until("overflow");
    assertThat(heard()).isEmpty(); // and what comes after is heard again
  }

  @Test
  void a_root_that_goes_away_is_told(@TempDir Path elsewhere) throws Exception {
    Path moving = Files.createDirectory(elsewhere.resolve("root"));
    try (var other = InotifyWatcher.open(moving, heard)) {
      other.watch(RelPath.ROOT);
      Files.move(moving, elsewhere.resolve("gone"));

      assertThat(heard.until("overflow")).singleElement().asString().contains("was moved");
    }
  }

  @Test
  void closing_ends_the_reader_and_later_watches_do_nothing() throws Exception {
    watcher.close();

    watcher.watch(RelPath.ROOT);
    watcher.close();

    assertThat(Thread.getAllStackTraces().keySet())
        .noneMatch(t -> t.getName().equals("watch " + root.getFileName()));
  }

  private void shell(String script) throws Exception {
    var process = new ProcessBuilder("sh", "-ec", script).directory(root.toFile()).inheritIO();
    assertThat(process.start().waitFor()).isZero();
  }
}
