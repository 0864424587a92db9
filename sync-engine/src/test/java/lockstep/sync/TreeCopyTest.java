package lockstep.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import lockstep.base.Disk;
import lockstep.base.RelPath;
import lockstep.base.TimeSource;
import lockstep.recovery.Disks;
import lockstep.recovery.Workspace;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A folder of a person who works on while it is copied.
class TreeCopyTest {
  @TempDir private Path temp;
  private Path from;
  private Path to;
  private Disk old;
  private Disk place;
  private TreeCopy copy;

  @BeforeEach
  void make() throws Exception {
    from = Files.createDirectories(temp.resolve("from"));
    to = Files.createDirectories(temp.resolve("to"));
    write("d/e/deep", "deep").write("notes", "monday");
    Files.setLastModifiedTime(
        from.resolve("notes"), FileTime.from(Instant.parse("2001-02-03T04:05:06.123456789Z")));
    Files.setPosixFilePermissions(
        from.resolve("d/e/deep"), PosixFilePermissions.fromString("r-xr-x--x"));
    Files.createSymbolicLink(from.resolve("link"), Path.of("no/where"));
    write(".lockstep/history/files/0000000000000001", "before");
    write(".lockstep/folder", "marker");
    old = Disks.open(from);
    place = Disks.open(to);
    Workspace.beginArrival(place, "id");
    copy = new TreeCopy(old, place, TimeSource.system(), _ -> {});
  }

  private TreeCopyTest write(String path, String text) throws IOException {
    Files.createDirectories(from.resolve(path).getParent());
    Files.writeString(from.resolve(path), text);
    return this;
  }

  /// Every path with what counts of it.
  private static Map<String, String> tree(Path root) throws IOException {
    var tree = new TreeMap<String, String>();
    try (var paths = Files.walk(root)) {
      for (Path path : (Iterable<Path>) paths::iterator) {
        tree.put(root.relativize(path).toString(), describe(path));
      }
    }
    tree.remove(".lockstep/folder");
    tree.remove(".lockstep/arriving");
    return tree;
  }

  private static String describe(Path path) throws IOException {
    if (Files.isSymbolicLink(path)) return "link " + Files.readSymbolicLink(path);
    String mode = PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    if (Files.isDirectory(path)) return mode;
    return mode + Files.getLastModifiedTime(path).toInstant() + Files.readString(path);
  }

  @Test
  void all_is_copied_as_it_is_but_for_the_marker() throws Exception {
    copy.pass();
    copy.finish();
    assertThat(tree(to)).isEqualTo(tree(from)).hasSizeGreaterThan(9);
    assertThat(to.resolve(".lockstep/folder")).doesNotExist();
    assertThat(Files.getLastModifiedTime(to.resolve("d")))
        .isEqualTo(Files.getLastModifiedTime(from.resolve("d")));
  }

  @Test
  void what_changes_meanwhile_is_brought_over_by_the_next_pass() throws Exception {
    copy.pass();
    write("notes", "sunday").write("new/file", "1");
    Files.delete(from.resolve("d/e/deep"));
    Files.delete(from.resolve("d/e"));
    Files.writeString(from.resolve("d/e"), "a file now");
    Files.delete(from.resolve("link"));
    Files.createDirectories(from.resolve("link/in"));
    assertThat(copy.pass()).isPositive();
    assertThat(copy.pass()).isZero();
    copy.finish();
    assertThat(tree(to)).isEqualTo(tree(from));
  }

  /// A program may set the time back after it has saved, and a clock has ticks.
  @Test
  void a_change_that_shows_in_no_time_and_no_size_is_brought_over_too() throws Exception {
    FileTime before = Files.getLastModifiedTime(from.resolve("notes"));
    copy.pass();
    write("notes", "sunday");
    Files.setLastModifiedTime(from.resolve("notes"), before);
    copy.pass();
    assertThat(to.resolve("notes")).hasContent("sunday");
  }

  @Test
  void the_original_goes_but_for_what_was_changed_after_it_was_copied() throws Exception {
    copy.pass();
    copy.finish();
    write("notes", "tuesday").write("d/late", "new");
    assertThat(copy.removeOriginal())
        .containsExactlyInAnyOrder(RelPath.of("notes"), RelPath.of("d/late"));
    assertThat(from.resolve("notes")).hasContent("tuesday");
    assertThat(from.resolve("d/e")).doesNotExist();
    assertThat(from.resolve(".lockstep")).doesNotExist();
    assertThat(to.resolve("notes")).hasContent("monday");
  }

  @Test
  void what_a_program_still_writes_to_stays() throws Exception {
    copy.pass();
    copy.finish();
    try (var open =
        Files.newOutputStream(from.resolve("notes"), java.nio.file.StandardOpenOption.APPEND)) {
      assertThat(copy.removeOriginal()).containsExactly(RelPath.of("notes"));
      open.write('!');
    }
    assertThat(from.resolve("notes")).hasContent("monday!");
  }

  @Test
  void who_does_not_know_what_was_copied_compares_the_bytes() throws Exception {
    copy.pass();
    copy.finish();
    write("notes", "sunday"); // as long as before
    Files.delete(to.resolve("link"));
    assertThat(Removal.comparing(old, place, _ -> {}).run())
        .containsExactlyInAnyOrder(RelPath.of("notes"), RelPath.of("link"));
    assertThat(from.resolve("d")).doesNotExist();
  }

  @Test
  void a_copy_that_is_given_up_goes_and_nothing_else_does() throws Exception {
    copy.pass();
    copy.finish();
    Files.writeString(to.resolve("d/mine"), "put there by somebody");
    copy.discard();
    assertThat(tree(to).keySet()).containsExactly("", ".lockstep", "d", "d/mine");
    assertThat(tree(from)).containsKeys("notes", "d/e/deep");
  }

  @Test
  void a_copy_of_which_nothing_is_known_any_more_goes_the_same_way() throws Exception {
    copy.pass();
    copy.finish();
    Files.writeString(to.resolve("notes"), "not what was copied");
    TreeCopy.discard(old, place);
    assertThat(tree(to).keySet()).containsExactly("", ".lockstep", "notes");
    assertThat(Workspace.arrival(place)).contains("id");
  }

  @Test
  void a_copy_that_was_stopped_half_way_goes_too() throws Exception {
    var stopped =
        new TreeCopy(
            old,
            place,
            TimeSource.system(),
            bytes -> {
              if (bytes > 0 && Files.exists(to.resolve("d/e"))) {
                throw new UserException("stop", "now", Optional.empty());
              }
            });
    write("d/e/more", "more");
    assertThatThrownBy(stopped::pass).isInstanceOf(UserException.class);
    stopped.discard();
    assertThat(tree(to).keySet()).containsExactly("", ".lockstep");
  }

  @Test
  void what_is_no_file_is_an_obstacle_and_named() throws Exception {
    Process pipe = new ProcessBuilder("mkfifo", from.resolve("d/pipe").toString()).start();
    assertThat(pipe.waitFor()).isZero();
    assertThat(Measure.of(old).obstacle())
        .hasValueSatisfying(why -> assertThat(why).contains("d/pipe"));
    assertThatThrownBy(copy::pass).hasMessageContaining("d/pipe");
  }

  @Test
  void the_measure_counts_what_its_user_has_and_what_a_copy_takes() throws Exception {
    Measure measure = Measure.of(old);
    assertThat(measure.files()).isEqualTo(3); // the link, too
    assertThat(measure.bytes()).isEqualTo("deepmonday".length());
    assertThat(measure.all()).isEqualTo("deepmondaybeforemarker".length());
    assertThat(measure.room()).isGreaterThan(5 * 4096);
    assertThat(measure.obstacle()).isEmpty();
  }
}
