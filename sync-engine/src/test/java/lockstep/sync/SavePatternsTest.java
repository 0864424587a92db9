package lockstep.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import lockstep.base.Disk;
import lockstep.base.RelPath;
import lockstep.base.TimeSource;
import lockstep.recovery.Disks;
import lockstep.sync.Observation.Listing;
import lockstep.sync.ignore.IgnoreRules;
import lockstep.sync.watch.Quiet;
import lockstep.sync.watch.Watcher;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/// Watcher, rules, scanner and debouncer together, as a folder's loop uses them: which paths come
/// up for a look when programs save in their ways.
@EnabledOnOs(OS.LINUX)
class SavePatternsTest {
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(20);

  private final TimeSource time = TimeSource.system();
  private final LinkedBlockingQueue<Consumer<SavePatternsTest>> mailbox =
      new LinkedBlockingQueue<>();
  private final Quiet quiet = new Quiet(Quiet.Limits.USUAL);
  private final List<String> looked = new ArrayList<>();
  @TempDir private Path root;
  private Disk disk;
  private Watcher watcher;
  private IgnoreRules rules = IgnoreRules.DEFAULT;
  private int marks;

  @BeforeEach
  void open() throws IOException {
    disk = Disks.open(root);
    watcher = Watcher.open(root, new Poster());
    scan(RelPath.ROOT);
  }

  @AfterEach
  void close() {
    watcher.close();
  }

  /// Hands each event to the thread of the test, the only one that touches its state.
  private final class Poster implements Watcher.Listener {
    @Override
    public void changed(RelPath path) {
      long now = time.monotonicNanos();
      mailbox.add(t -> t.quiet.changed(path, now));
    }

    @Override
    public void touched(RelPath path) {
      long now = time.monotonicNanos();
      mailbox.add(t -> t.quiet.touched(path, now));
    }

    @Override
    public void writing(RelPath path) {
      long now = time.monotonicNanos();
      mailbox.add(t -> t.quiet.writing(path, now));
    }

    @Override
    public void deleted(RelPath path) {
      long now = time.monotonicNanos();
      mailbox.add(t -> t.quiet.deleted(path, now));
    }

    @Override
    public void changedTree(RelPath directory) {
      long now = time.monotonicNanos();
      mailbox.add(
          t -> {
            t.quiet.changed(directory, now);
            t.scan(directory);
          });
    }

    @Override
    public void overflow() {
      mailbox.add(t -> t.scan(RelPath.ROOT));
    }

    @Override
    public void limited(String advice) {
      throw new AssertionError(advice);
    }
  }

  /// Everything found counts as changed just now: a scan may meet files that are being written.
  private void scan(RelPath from) {
    long now = time.monotonicNanos();
    try {
      rules =
          new Scanner(disk, watcher::watch)
              .scan(
                  from,
                  rules,
                  observation -> {
                    if (observation instanceof Listing listing) {
                      listing.found().forEach(f -> quiet.changed(f.path(), now));
                    }
                    return true;
                  });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The paths that came up since the last call, in order, ignored ones left out; returns when all
  /// is quiet.
  private List<String> looked() throws Exception {
    looked.clear();
    String mark = "mark-" + marks++;
    Files.createSymbolicLink(root.resolve(mark), Path.of("nowhere"));
    long giveUp = time.monotonicNanos() + PATIENCE_NANOS;
    while (!looked.contains(mark) || quiet.nextDeadline().isPresent()) {
      long now = time.monotonicNanos();
      assertThat(now - giveUp).as("only %s came up", looked).isNegative();
      quiet.ready(now).forEach(this::look);
      long wait = Math.min(quiet.nextDeadline().orElse(now + 1_000_000), giveUp) - now;
      Consumer<SavePatternsTest> event = mailbox.poll(wait, TimeUnit.NANOSECONDS);
      if (event != null) {
        event.accept(this);
      }
    }
    looked.remove(mark);
    return List.copyOf(looked);
  }

  private void look(RelPath path) {
    boolean directory = Files.isDirectory(root.resolve(path.toString()));
    if (rules.match(path, directory).isEmpty()) {
      looked.add(path.toString());
    }
  }

  private void write(String name, String text) throws IOException {
    Files.writeString(root.resolve(name), text);
  }

  private void move(String from, String to) throws IOException {
    Files.move(root.resolve(from), root.resolve(to), StandardCopyOption.ATOMIC_MOVE);
  }

  @Test
  void a_plain_rewrite_and_an_append_are_one_change_each() throws Exception {
    write("a.txt", "one");
    assertThat(looked()).containsExactly("a.txt");

    write("a.txt", "two");
    assertThat(looked()).containsExactly("a.txt");
    Files.writeString(root.resolve("a.txt"), "more", StandardOpenOption.APPEND);
    assertThat(looked()).containsExactly("a.txt");
  }

  @Test
  void vim_saves_by_backup_and_new_file() throws Exception {
    write("doc.txt", "old");
    looked();

    write("4913", "");
    Files.delete(root.resolve("4913"));
    move("doc.txt", "doc.txt~");
    write("doc.txt", "new");
    Files.delete(root.resolve("doc.txt~"));

    assertThat(looked()).containsExactly("doc.txt");
  }

  @Test
  void gtk_and_libreoffice_save_by_rename() throws Exception {
    write("doc.odt", "old");
    looked();

    write(".~lock.doc.odt#", "me");
    write("lu30012abc.tmp", "new");
    move("lu30012abc.tmp", "doc.odt");
    Files.delete(root.resolve(".~lock.doc.odt#"));

    assertThat(looked()).containsExactly("doc.odt");
  }

  @Test
  void excel_deletes_the_old_file_before_the_new_one_takes_its_name() throws Exception {
    write("sheet.xlsx", "old");
    looked();

    write("~$sheet.xlsx", "me");
    write("5A3F09C1.tmp", "new");
    Files.delete(root.resolve("sheet.xlsx"));
    move("5A3F09C1.tmp", "sheet.xlsx");
    Files.delete(root.resolve("~$sheet.xlsx"));

    assertThat(looked()).containsExactly("sheet.xlsx");
  }

  @Test
  void blender_moves_the_old_file_to_a_numbered_backup() throws Exception {
    write("scene.blend", "old");
    looked();

    write("scene.blend@", "new");
    move("scene.blend", "scene.blend1");
    move("scene.blend@", "scene.blend");

    assertThat(looked()).containsExactlyInAnyOrder("scene.blend", "scene.blend1");
  }

  @Test
  void a_deleted_file_comes_up_once() throws Exception {
    write("a", "x");
    looked();

    Files.delete(root.resolve("a"));

    assertThat(looked()).containsExactly("a");
  }

  @Test
  void a_burst_of_2000_files_comes_up_in_full() throws Exception {
    Set<String> names = new TreeSet<>();
    Files.createDirectory(root.resolve("d"));
    looked();
    for (int i = 0; i < 2000; i++) {
      write("d/f" + i, "x");
      names.add("d/f" + i);
    }

    // How often each is looked at depends on how long the burst takes, which no test may assert.
    assertThat(new TreeSet<>(looked())).isEqualTo(names);
  }

  @Test
  void trees_made_while_they_are_read_come_up_in_full() throws Exception {
    Set<String> names = new TreeSet<>();
    for (int i = 0; i < 60; i++) {
      String way = "t" + i;
      names.add(way);
      for (int depth = 0; depth < 12; depth++) {
        way += "/d";
        names.add(way);
      }
      Files.createDirectories(root.resolve(way));
      write(way + "/f", "x");
      names.add(way + "/f");
      // Now and then the scan runs behind, at other times beside.
      if (i % 7 == 0) {
        Consumer<SavePatternsTest> event = mailbox.poll();
        if (event != null) {
          event.accept(this);
        }
      }
    }

    assertThat(new TreeSet<>(looked())).containsAll(names);
  }

  @Test
  void a_tree_is_followed_through_all_its_moves(@TempDir Path elsewhere) throws Exception {
    Files.createDirectories(elsewhere.resolve("t/a/b"));
    move(elsewhere.resolve("t").toString(), "t");
    assertThat(looked()).contains("t", "t/a", "t/a/b");

    move("t", "u");
    assertThat(looked()).contains("t", "u", "u/a", "u/a/b");
    write("u/a/b/f", "x");
    assertThat(looked()).containsExactly("u/a/b/f");

    move("u/a", "v");
    looked();
    write("v/b/f", "y");
    assertThat(looked()).containsExactly("v/b/f");

    move("v", elsewhere.resolve("v").toString());
    assertThat(looked()).containsExactly("v");
    Files.writeString(elsewhere.resolve("v/b/f"), "z");
    assertThat(looked()).isEmpty();
  }

  @Test
  void two_directories_that_swap_their_names_are_told_apart() throws Exception {
    Files.createDirectories(root.resolve("a/x"));
    Files.createDirectories(root.resolve("b/y"));
    looked();

    disk.rename(RelPath.of("a"), RelPath.of("c"));
    disk.rename(RelPath.of("b"), RelPath.of("a"));
    disk.rename(RelPath.of("c"), RelPath.of("b"));
    looked();
    write("a/y/f", "x");
    write("b/x/f", "x");

    assertThat(looked()).containsExactlyInAnyOrder("a/y/f", "b/x/f");
  }

  @Test
  void an_ignored_directory_is_not_watched() throws Exception {
    write(".lockstepignore", "build/\n");
    Files.createDirectories(root.resolve("build/x"));
    scan(RelPath.ROOT);
    looked();

    write("build/x/f", "x");

    assertThat(looked()).isEmpty();
    assertThat(quiet.ready(Long.MAX_VALUE)).isEmpty();
  }
}
