package lockstep.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import lockstep.base.Blake3;
import lockstep.testkit.Gen;
import lockstep.testkit.SmallDisk;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/// A daemon that is killed (SIGKILL) at any moment while it moves a folder, to another disk and
/// back, and to another name on the same one. Needs the right to mount a disk.
///
/// `-Dlockstep.kill.cycles=200` makes a long run, `-Dlockstep.kill.seed=N` the same choices again.
class MoveKillTest {
  private static final int CYCLES = Integer.getInteger("lockstep.kill.cycles", 8);
  private static final long SEED = Long.getLong("lockstep.kill.seed", System.nanoTime());
  private static final int BIG = 24_000_000;

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  private Path directory;

  private final Gen gen = new Gen(SEED);
  private SmallDisk disk;

  @BeforeEach
  void mount() throws Exception {
    disk = SmallDisk.mount(directory.resolve("disk"), 256);
  }

  @AfterEach
  void unmount() throws Exception {
    disk.close();
  }

  @Test
  void a_folder_whose_move_is_killed_is_in_one_place_or_the_other_and_whole() throws Exception {
    try (var studio = new ProcessDevice(directory.resolve("studio"), "studio");
        var laptop = new ProcessDevice(directory.resolve("laptop"), "laptop")) {
      fill(studio.folder);
      studio.start();
      laptop.start();
      studio.shareWith(laptop, "film");
      studio.awaitSynced();
      laptop.awaitSynced();
      String ledger = laptop.ok("ledger", "show", "film");
      Map<String, String> tree = tree(studio.folder);
      List<Path> places =
          List.of(studio.folder, disk.root().resolve("film"), directory.resolve("studio/other"));
      for (int cycle = 1; cycle <= CYCLES; cycle++) {
        try {
          Path before = studio.place();
          Path goal = gen.pick(places.stream().filter(p -> !p.equals(before)).toList());
          killWhileMoving(studio, goal);
          isWholeIn(studio, List.of(before, goal), tree);
          laptop.awaitSynced();
          assertThat(laptop.ok("ledger", "show", "film")).isEqualTo(ledger);
          assertThat(tree(laptop.folder)).isEqualTo(tree);
          isTidy(places, studio.place());
        } catch (Exception | AssertionError e) {
          throw new AssertionError(
              "cycle %d of -Dlockstep.kill.seed=%d: %s".formatted(cycle, SEED, e.getMessage()), e);
        }
      }
      assertThat(studio.verify().flag("ok")).isTrue();
      worksOn(studio, laptop);
    }
  }

  private static void fill(Path folder) throws IOException {
    Files.createDirectories(folder.resolve("scenes"));
    Files.write(folder.resolve("big"), new Gen(1).bytes(BIG));
    for (int i = 0; i < 200; i++) {
      Files.writeString(folder.resolve("scenes/" + i), "scene " + i);
    }
    Files.createSymbolicLink(folder.resolve("link"), Path.of("scenes/1"));
  }

  /// The first moves take some time, so that the kill meets them; the last may have ended by then.
  private void killWhileMoving(ProcessDevice device, Path goal) throws Exception {
    Thread move =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    device.move("film", goal);
                  } catch (Failure killed) {
                    // as it should be, mostly
                  }
                });
    Thread.sleep(gen.between(0, 700));
    device.kill();
    move.join();
    device.start();
  }

  private static void isWholeIn(ProcessDevice device, List<Path> places, Map<String, String> tree)
      throws Exception {
    device.awaitSynced();
    assertThat(device.place()).isIn(places);
    assertThat(tree(device.place())).isEqualTo(tree);
  }

  /// What is left elsewhere goes by itself, after the start.
  private static void isTidy(List<Path> places, Path place) throws Exception {
    for (Path other : places) {
      if (other.equals(place)) continue;
      for (int look = 0; look < 600 && Files.exists(other); look++) Thread.sleep(100);
      assertThat(other).doesNotExist();
    }
  }

  private static void worksOn(ProcessDevice studio, ProcessDevice laptop) throws Exception {
    Files.writeString(studio.place().resolve("after"), "all that");
    studio.awaitSynced();
    laptop.awaitSynced();
    assertThat(laptop.folder.resolve("after")).hasContent("all that");
  }

  /// Every path with what others would notice of it.
  private static Map<String, String> tree(Path root) throws IOException {
    var tree = new TreeMap<String, String>();
    try (var paths = Files.walk(root)) {
      for (Path path : (Iterable<Path>) paths::iterator) {
        String name = root.relativize(path).toString();
        if (!name.isEmpty() && !name.startsWith(".lockstep")) tree.put(name, describe(path));
      }
    }
    return tree;
  }

  private static String describe(Path path) throws IOException {
    if (Files.isSymbolicLink(path)) return "link " + Files.readSymbolicLink(path);
    Object mode = Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS);
    return Files.isDirectory(path)
        ? "directory " + mode
        : mode
            + " "
            + Files.getLastModifiedTime(path)
            + " "
            + HexFormat.of().formatHex(Blake3.of(Files.readAllBytes(path)).bytes(), 0, 8);
  }
}
