package lockstep.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import lockstep.base.Disk;
import lockstep.base.DiskFile;
import lockstep.base.Folding;
import lockstep.base.NameTakenException;
import lockstep.base.RelPath;
import lockstep.testkit.SeedSource;
import lockstep.testkit.sim.Scheduler;
import lockstep.testkit.sim.SimDisk;
import lockstep.testkit.sim.SimNames;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Whatever a disk makes of names: each is found under its own spelling alone.
class ExactDiskTest {
  private static final String COMPOSED = "\u00e9";
  private static final String DECOMPOSED = "e\u0301";

  private final Scheduler world = new Scheduler(1);
  private SimDisk below = new SimDisk(world);

  private Disk open(SimNames names) throws IOException {
    below = new SimDisk(world, names);
    return reopen();
  }

  private Disk reopen() throws IOException {
    Workspace.open(below.engine(), world).close();
    return Disks.exact(below.engine(), world);
  }

  private static void write(Disk disk, String path, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    try (DiskFile file = disk.create(RelPath.of(path), 0644)) {
      file.write(bytes, 0, bytes.length, 0);
    }
  }

  private static String read(Disk disk, String path) throws IOException {
    byte[] bytes = new byte[100];
    try (DiskFile file = disk.open(RelPath.of(path))) {
      return new String(bytes, 0, Math.max(0, file.read(bytes, 0, 100, 0)), StandardCharsets.UTF_8);
    }
  }

  private static boolean stands(Disk disk, String path) throws IOException {
    return disk.stat(RelPath.of(path)).isPresent();
  }

  private static List<String> names(Disk disk, String directory) throws IOException {
    return disk.list(RelPath.of(directory)).stream()
        .map(Disk.Listed::name)
        .filter(name -> !name.equals(RelPath.RESERVED))
        .sorted()
        .toList();
  }

  @Test
  void what_a_disk_folds_is_found_out() throws Exception {
    assertThat(open(SimNames.EXACT).folding()).isEqualTo(Folding.NONE);
    assertThat(open(SimNames.CASELESS).folding()).isEqualTo(new Folding(true, false, false, false));
    assertThat(open(SimNames.FORMLESS).folding()).isEqualTo(new Folding(true, true, false, false));
    assertThat(open(SimNames.NORMALISING).folding())
        .isEqualTo(new Folding(true, true, true, false));
    assertThat(names(reopen(), RelPath.RESERVED)).noneMatch(name -> name.startsWith("form-"));
  }

  @Test
  void that_dots_at_the_end_of_a_name_are_dropped_is_found_out() throws Exception {
    open(SimNames.CASELESS);
    assertThat(Disks.exact(droppingDots(below.engine()), world).folding())
        .isEqualTo(new Folding(true, false, false, true));
  }

  /// As Windows and FAT do.
  private static Disk droppingDots(Disk real) {
    var folding = new Folding(false, false, false, true);
    return (Disk)
        Proxy.newProxyInstance(
            Disk.class.getClassLoader(),
            new Class<?>[] {Disk.class},
            (_, method, arguments) -> {
              if (arguments != null && arguments[0] instanceof RelPath path) {
                arguments[0] = RelPath.of(folding.key(path));
              }
              try {
                return method.invoke(real, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  @Test
  void a_file_with_a_name_like_that_of_our_own_directory_misleads_nobody() throws Exception {
    Disk disk = open(SimNames.CASELESS);
    write(disk, ".Lockstep.", "a user's");
    disk = reopen();
    assertThat(disk.folding()).isEqualTo(new Folding(true, false, false, false));
    assertThat(names(disk, "")).containsExactly(".Lockstep.");
  }

  @Test
  void a_disk_that_tells_all_names_apart_is_as_it_was() throws Exception {
    Disk disk = open(SimNames.EXACT);
    write(disk, "a", "lower");
    write(disk, "A", "upper");
    assertThat(names(disk, "")).containsExactly("A", "a");
    disk.rename(RelPath.of("a"), RelPath.of("b"));
    assertThat(read(disk, "A") + read(disk, "b")).isEqualTo("upperlower");
  }

  @ParameterizedTest
  @EnumSource(names = {"CASELESS", "FORMLESS", "NORMALISING"})
  void nothing_stands_under_another_spelling(SimNames names) throws Exception {
    Disk disk = open(names);
    disk.makeDirectory(RelPath.of("Dir"), 0755);
    write(disk, "Dir/File", "text");
    for (String other : List.of("dir/File", "Dir/file", "DIR/FILE")) {
      RelPath path = RelPath.of(other);
      assertThat(disk.stat(path)).as(other).isEmpty();
      assertThat(disk.spelled(path)).isEqualTo(RelPath.of("Dir/File"));
      assertThatThrownBy(() -> disk.open(path)).isInstanceOf(NoSuchFileException.class);
      assertThatThrownBy(() -> disk.remove(path)).isInstanceOf(NoSuchFileException.class);
      assertThatThrownBy(() -> disk.setMode(path, 0600)).isInstanceOf(NoSuchFileException.class);
      assertThatThrownBy(() -> disk.rename(path, RelPath.of("away")))
          .isInstanceOf(NoSuchFileException.class);
    }
    assertThat(read(disk, "Dir/File")).isEqualTo("text");
  }

  @ParameterizedTest
  @EnumSource(names = {"CASELESS", "FORMLESS", "NORMALISING"})
  void nothing_stands_below_a_name_that_the_disk_takes_for_that_of_a_link(SimNames names)
      throws Exception {
    Disk disk = open(names);
    disk.makeSymlink(RelPath.of("A"), "elsewhere");
    assertThat(stands(disk, "a/f")).isFalse();
    assertThat(stands(disk, "a/b/f")).isFalse();
    assertThatThrownBy(() -> stands(disk, "A/f")).isInstanceOf(IOException.class);
  }

  @ParameterizedTest
  @EnumSource(names = {"CASELESS", "FORMLESS", "NORMALISING"})
  void a_name_that_the_disk_takes_for_another_is_refused(SimNames names) throws Exception {
    Disk disk = open(names);
    write(disk, "A.txt", "upper");
    write(disk, "new", "lower");
    RelPath lower = RelPath.of("a.txt");
    assertThatThrownBy(() -> disk.create(lower, 0644))
        .isInstanceOf(NameTakenException.class)
        .hasMessageContaining("A.txt");
    assertThatThrownBy(() -> disk.rename(RelPath.of("new"), lower))
        .isInstanceOf(NameTakenException.class);
    assertThatThrownBy(() -> disk.makeDirectory(lower, 0755))
        .isInstanceOf(NameTakenException.class);
    assertThatThrownBy(() -> disk.makeSymlink(lower, "x")).isInstanceOf(NameTakenException.class);
    assertThatThrownBy(() -> disk.exchange(RelPath.of("new"), lower))
        .isInstanceOf(NoSuchFileException.class);
    assertThat(read(disk, "A.txt") + read(disk, "new")).isEqualTo("upperlower");
  }

  @ParameterizedTest
  @EnumSource
  void where_a_file_stands_instead_of_a_directory_no_name_is_refused(SimNames names)
      throws Exception {
    Disk disk = open(names);
    write(disk, "sketches", "a file by now");
    write(disk, "new", "text");

    assertThatThrownBy(() -> disk.rename(RelPath.of("new"), RelPath.of("sketches/new")))
        .isExactlyInstanceOf(NoSuchFileException.class);
  }

  @ParameterizedTest
  @EnumSource(names = {"CASELESS", "FORMLESS", "NORMALISING"})
  void the_spelling_of_a_name_can_be_changed(SimNames names) throws Exception {
    Disk disk = open(names);
    disk.makeDirectory(RelPath.of("d"), 0755);
    write(disk, "d/f", "text");
    disk.rename(RelPath.of("d/f"), RelPath.of("d/F"));
    disk.rename(RelPath.of("d"), RelPath.of("D"));
    assertThat(names(disk, "")).containsExactly("D");
    assertThat(names(disk, "D")).containsExactly("F");
    assertThat(read(disk, "D/F")).isEqualTo("text");
    assertThat(stands(disk, "d")).isFalse();
  }

  @Test
  void both_forms_of_a_letter_are_names_of_their_own_where_the_disk_keeps_them() throws Exception {
    Disk disk = open(SimNames.FORMLESS);
    write(disk, DECOMPOSED, "text");
    assertThat(stands(disk, DECOMPOSED)).isTrue();
    assertThat(stands(disk, COMPOSED)).isFalse();
    assertThatThrownBy(() -> disk.create(RelPath.of(COMPOSED), 0644))
        .isInstanceOf(NameTakenException.class);
  }

  @Test
  void a_disk_that_decomposes_names_shows_them_composed_and_takes_no_others() throws Exception {
    Disk disk = open(SimNames.NORMALISING);
    write(disk, COMPOSED, "text");
    assertThat(names(below.engine(), "")).containsExactly(DECOMPOSED);
    assertThat(names(disk, "")).containsExactly(COMPOSED);
    assertThat(read(disk, COMPOSED)).isEqualTo("text");
    assertThat(stands(disk, DECOMPOSED)).isFalse();
    assertThatThrownBy(() -> disk.create(RelPath.of("x" + DECOMPOSED), 0644))
        .isInstanceOf(NameTakenException.class);
  }

  @Test
  void a_listing_is_not_believed_for_long() throws Exception {
    Disk disk = open(SimNames.CASELESS);
    write(disk, "a", "text");
    assertThat(stands(disk, "a")).isTrue();
    below.user().replace(RelPath.of("a"), RelPath.of("A"));
    world.pass(15_000_000L);
    assertThat(stands(disk, "a")).isFalse();
    assertThat(stands(disk, "A")).isTrue();
  }

  @ParameterizedTest
  @SeedSource(count = 200)
  void a_crash_while_a_name_is_spelled_anew_leaves_one_of_the_two(long seed) throws Exception {
    Disk disk = open(SimNames.CASELESS);
    disk.makeDirectory(RelPath.of("d"), 0755);
    write(disk, "d/f", "text");
    below.settle();
    disk.rename(RelPath.of("d"), RelPath.of("D"));
    below.crash(new SplittableRandom(seed), _ -> {});
    Disk after = reopen();
    assertThat(names(after, "")).hasSize(1).first().asString().isEqualToIgnoringCase("d");
    assertThat(read(after, names(after, "").getFirst() + "/f")).isEqualTo("text");
    assertThat(stands(after, ".lockstep/respelling")).isFalse();
  }

  @Test
  void wherever_it_ends_a_name_that_is_spelled_anew_has_one_of_the_two() throws Exception {
    String name = "a long name ".repeat(20);
    String upper = name.toUpperCase(Locale.ROOT);
    boolean dies = true;
    for (int n = 0; dies; n++) {
      write(open(SimNames.CASELESS), name, "text");
      dies = diesAt(n, RelPath.of(name), RelPath.of(upper));
      Disk after = reopen();
      assertThat(names(after, "")).hasSize(1).isSubsetOf(name, upper);
      assertThat(read(after, names(after, "").getFirst())).isEqualTo("text");
      assertThat(stands(after, ".lockstep/respelling")).isFalse();
    }
    assertThat(names(reopen(), "")).containsExactly(upper);
  }

  @Test
  void what_lost_its_name_while_that_was_spelled_anew_stands_beside_it() throws Exception {
    write(open(SimNames.CASELESS), "a.txt", "old");
    Disk raced = HookedDisk.of(below.engine(), new SavesOnceTheNameIsFree());

    assertThatThrownBy(
            () -> new Respelling(raced).respell(RelPath.of("a.txt"), RelPath.of("A.txt")))
        .isInstanceOf(FileAlreadyExistsException.class);

    Disk after = reopen();
    assertThat(names(after, "")).containsExactly("a.txt", "recovered 1.txt");
    assertThat(read(after, "a.txt")).isEqualTo("new");
    assertThat(read(after, "recovered 1.txt")).isEqualTo("old");
    assertThat(stands(after, ".lockstep/respelling")).isFalse();
  }

  private final class SavesOnceTheNameIsFree implements HookedDisk.Hook {
    @Override
    public void before(int n) throws IOException {
      if (!stands(below.engine(), "a.txt")) {
        write(below.engine(), "a.txt", "new");
      }
    }
  }

  private boolean diesAt(int n, RelPath from, RelPath to) throws IOException {
    try {
      new Respelling(HookedDisk.dyingAt(n, below.engine())).respell(from, to);
      return false;
    } catch (HookedDisk.PowerCut e) {
      return true;
    }
  }
}
