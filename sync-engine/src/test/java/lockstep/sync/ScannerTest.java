package lockstep.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import lockstep.base.Disk;
import lockstep.base.RelPath;
import lockstep.recovery.Disks;
import lockstep.sync.Observation.Gone;
import lockstep.sync.Observation.Listing;
import lockstep.sync.Observation.Unreadable;
import lockstep.sync.ignore.IgnoreRules;
import lockstep.testkit.Gen;
import lockstep.testkit.SeedSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;

class ScannerTest {
  @TempDir private Path root;
  private final List<RelPath> announced = new ArrayList<>();
  private final List<Observation> seen = new ArrayList<>();
  private IgnoreRules rules = IgnoreRules.DEFAULT;

  private void write(String name, String text) throws IOException {
    Path file = root.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private void scan(String from) throws IOException {
    scan(Disks.open(root), from);
  }

  private void scan(Disk disk, String from) throws IOException {
    seen.clear();
    rules = new Scanner(disk, announced::add).scan(RelPath.of(from), rules, seen::add);
  }

  private Set<String> found() {
    Set<String> paths = new TreeSet<>();
    for (Observation observation : seen) {
      if (observation instanceof Listing listing) {
        listing.found().forEach(f -> assertThat(paths.add(f.path().toString())).isTrue());
      }
    }
    return paths;
  }

  @Test
  void everything_is_found_and_every_directory_announced_before_what_is_below() throws Exception {
    write("a/b/c.txt", "x");
    write("d.txt", "x");
    Files.createDirectories(root.resolve("empty"));

    scan("");

    assertThat(found()).containsExactly("a", "a/b", "a/b/c.txt", "d.txt", "empty");
    assertThat(announced)
        .containsExactlyInAnyOrder(
            RelPath.ROOT, RelPath.of("a"), RelPath.of("a/b"), RelPath.of("empty"))
        .containsSubsequence(RelPath.ROOT, RelPath.of("a"), RelPath.of("a/b"));
  }

  @Test
  void a_scan_of_a_part_keeps_to_it() throws Exception {
    write("a/b/c.txt", "x");
    write("ab/d.txt", "x");

    scan("a");

    assertThat(found()).containsExactly("a/b", "a/b/c.txt");
  }

  @Test
  void links_are_found_and_not_followed() throws Exception {
    write("dir/f", "x");
    Files.createSymbolicLink(root.resolve("link"), Path.of("dir"));
    Files.createSymbolicLink(root.resolve("loop"), Path.of("."));

    scan("");

    assertThat(found()).containsExactly("dir", "dir/f", "link", "loop");
  }

  @Test
  void ignored_paths_are_left_out_and_ignored_directories_not_entered() throws Exception {
    write(".lockstepignore", "*.log\n/out/\n");
    write("a/b.log", "x");
    write("a/c", "x");
    write("out/d", "x");
    write(".lockstep/staging/e", "x");

    scan("");

    assertThat(found()).containsExactly(".lockstepignore", "a", "a/c");
    assertThat(announced).doesNotContain(RelPath.of("out"), RelPath.of(".lockstep"));
    assertThat(rules.match(RelPath.of("z.log"), false)).isPresent();
  }

  @Test
  void rules_in_a_subfolder_come_and_go_with_their_file() throws Exception {
    write("a/.lockstepignore", "*.log");
    write("a/b/x.log", "x");
    write("x.log", "x");
    scan("");
    assertThat(found()).containsExactly("a", "a/.lockstepignore", "a/b", "x.log");

    Files.delete(root.resolve("a/.lockstepignore"));
    scan("a");

    assertThat(found()).containsExactly("a/b", "a/b/x.log");
    assertThat(rules.match(RelPath.of("a/b/x.log"), false)).isEmpty();
  }

  @Test
  void an_ignore_file_that_is_no_file_gives_no_rules() throws Exception {
    write("elsewhere", "*.log");
    Files.createSymbolicLink(root.resolve(".lockstepignore"), Path.of("elsewhere"));
    write("x.log", "x");

    scan("");

    assertThat(found()).contains("x.log");
  }

  @Test
  void what_cannot_be_read_is_told_and_is_no_absence() throws Exception {
    write("a/f", "x");
    write("b/f", "x");
    Disk disk = failing(Disks.open(root), "a", new AccessDeniedException("a"));

    scan(disk, "");

    assertThat(found()).containsExactly("a", "b", "b/f");
    assertThat(seen).contains(new Unreadable(RelPath.of("a"), "a"));
    assertThat(seen)
        .noneMatch(o -> o instanceof Listing l && l.directory().equals(RelPath.of("a")));
  }

  @Test
  void a_directory_that_vanishes_meanwhile_is_no_absence_either() throws Exception {
    write("a/f", "x");
    Disk disk = failing(Disks.open(root), "a", new NoSuchFileException("a"));

    scan(disk, "");

    assertThat(seen).contains(new Gone(RelPath.of("a")));
    assertThat(seen).noneMatch(Unreadable.class::isInstance);
  }

  @Test
  void another_file_system_is_not_entered() throws Exception {
    write("mount/f", "x");
    write("a", "x");

    scan(otherDevice(Disks.open(root), "mount"), "");

    assertThat(found()).containsExactly("a");
    assertThat(((Listing) seen.getFirst()).otherFileSystems()).containsExactly(RelPath.of("mount"));
  }

  @Test
  void a_scan_ends_when_nobody_listens() throws Exception {
    write("a/b/f", "x");

    new Scanner(Disks.open(root), announced::add)
        .scan(RelPath.ROOT, rules, o -> !o.directory().equals(RelPath.of("a")));

    assertThat(announced).containsExactly(RelPath.ROOT, RelPath.of("a"));
  }

  @ParameterizedTest
  @SeedSource(count = 25)
  void a_scan_finds_what_was_made(long seed) throws Exception {
    var gen = new Gen(seed);
    Set<String> made = new HashSet<>();
    for (int i = gen.between(0, 40); i > 0; i--) {
      String path = gen.path(4);
      // A file in a directory's place, or the other way round: not this time.
      try {
        write(path, "x");
      } catch (IOException e) {
        continue;
      }
      for (RelPath p = RelPath.of(path); !p.isRoot(); p = p.parent()) {
        made.add(p.toString());
      }
    }

    scan("");

    assertThat(found()).isSubsetOf(walk()).containsAll(made);
  }

  private Set<String> walk() throws IOException {
    try (var paths = Files.walk(root)) {
      return Set.copyOf(paths.map(p -> root.relativize(p).toString()).toList());
    }
  }

  private static Disk failing(Disk disk, String directory, IOException failure) {
    return spy(
        disk,
        (path, listed) -> {
          if (path.equals(RelPath.of(directory))) {
            throw failure;
          }
          return listed;
        });
  }

  private static Disk otherDevice(Disk disk, String mount) {
    return spy(disk, (_, listed) -> listed.stream().map(e -> mounted(e, mount)).toList());
  }

  private static Disk.Listed mounted(Disk.Listed entry, String mount) {
    Disk.Stat s = entry.stat();
    return entry.name().equals(mount)
        ? new Disk.Listed(
            entry.name(),
            entry.representable(),
            new Disk.Stat(
                s.kind(),
                s.size(),
                s.modifiedNanos(),
                s.changedNanos(),
                s.mode(),
                s.device() + 1,
                s.inode(),
                s.links()))
        : entry;
  }

  private interface Listings {
    List<Disk.Listed> of(RelPath directory, List<Disk.Listed> listed) throws IOException;
  }

  /// A disk whose listings are tampered with, as only root could arrange it for real.
  private static Disk spy(Disk disk, Listings listings) {
    return (Disk)
        Proxy.newProxyInstance(
            Disk.class.getClassLoader(),
            new Class<?>[] {Disk.class},
            (_, method, arguments) -> {
              try {
                if (method.getName().equals("list")) {
                  RelPath directory = (RelPath) arguments[0];
                  return listings.of(directory, disk.list(directory));
                }
                return method.invoke(disk, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }
}
