package lockstep.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/// Two daemons whose users work on one file: who has it, what the other sees, and what comes of it
/// when the network splits or a daemon dies.
@Execution(ExecutionMode.CONCURRENT) // it waits most of the time
class LockProcessTest {
  private static final int PATIENCE_SECONDS = 200;

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  private Path directory;

  private ProcessDevice studio;
  private ProcessDevice laptop;

  @BeforeEach
  void pair() throws Exception {
    studio = new ProcessDevice(directory.resolve("studio"), "studio");
    laptop = new ProcessDevice(directory.resolve("laptop"), "laptop");
    for (ProcessDevice device : List.of(studio, laptop)) {
      Files.writeString(
          new Home(device.home).settings(),
          "\n[locks]\nquiet-seconds = 3\n",
          StandardOpenOption.APPEND);
      device.start();
    }
    Files.createDirectories(studio.folder);
    Files.writeString(file(studio), "first");
    studio.shareWith(laptop, "work");
    laptop.awaitSynced();
    await(() -> areUnlocked() && Files.exists(file(laptop)));
  }

  @AfterEach
  void end() {
    studio.close();
    laptop.close();
  }

  @Test
  void who_saves_a_blender_file_has_it_and_hands_it_on_with_the_last_version() throws Exception {
    saveAsBlender(studio, "second");

    await(() -> !isWritable(laptop) && reads(laptop, "second"));
    assertThat(laptop.ok("why", file(laptop).toString())).contains("locked by studio since ");
    JsonObject lock = lock(laptop).orElseThrow();
    assertThat(lock.string("ownerName")).isEqualTo("studio");
    assertThat(lock.flag("mine")).isFalse();
    assertThat(lock(studio).orElseThrow().flag("mine")).isTrue();
    saveAsBlender(studio, "third");

    await(() -> isOpen(laptop) && areUnlocked());
    assertThat(file(laptop)).hasContent("third");
    checkAtRest("third");
  }

  @Test
  void a_program_that_has_it_open_keeps_it_until_it_closes_it() throws Exception {
    try (var open = FileChannel.open(file(studio), StandardOpenOption.WRITE)) {
      open.write(StandardCharsets.UTF_8.encode("being changed"));
      await(() -> !isWritable(laptop) && reads(laptop, "being changed"));

      Thread.sleep(8000); // longer than what counts as quiet
      assertThat(isWritable(laptop)).isFalse();
    }
    await(() -> isOpen(laptop) && areUnlocked());
    checkAtRest("being changed");
  }

  @Test
  void of_two_who_save_apart_one_has_the_name_the_other_a_copy_and_neither_a_firm_lock()
      throws Exception {
    signal(laptop, "STOP");
    saveAsBlender(studio, "studio's");
    saveAsBlender(laptop, "laptop's");
    await(() -> lock(studio).isPresent());
    JsonObject lock = lock(studio).orElseThrow();
    assertThat(lock.flag("mine")).isTrue();
    assertThat(lock.string("state")).isIn("requested", "unconfirmed");

    signal(laptop, "CONT");

    await(() -> copies(studio).size() == 1 && copies(laptop).size() == 1);
    await(this::areUnlocked);
    await(() -> isOpen(studio) && isOpen(laptop));
    assertThat(contents(studio)).contains("studio's", "laptop's");
    studio.awaitSynced();
    laptop.awaitSynced();
    assertThat(Saves.tree(studio.folder)).isEqualTo(Saves.tree(laptop.folder));
    for (ProcessDevice device : List.of(studio, laptop)) {
      assertThat(device.ok("conflicts")).contains("scene.blend");
    }
  }

  @Test
  void what_a_killed_holder_held_is_free_once_it_is_back() throws Exception {
    saveAsBlender(studio, "second");
    await(() -> !isWritable(laptop) && reads(laptop, "second"));

    studio.kill();

    assertThat(isWritable(laptop)).isFalse();
    studio.start();
    await(() -> isOpen(laptop) && areUnlocked());
    checkAtRest("second");
  }

  @Test
  void what_a_holder_that_stays_away_held_is_free_once_its_lease_has_run_out() throws Exception {
    saveAsBlender(studio, "second");
    await(() -> !isWritable(laptop) && reads(laptop, "second"));

    studio.kill();

    await(() -> isOpen(laptop));
    assertThat(lock(laptop)).isEmpty();
    saveAsBlender(laptop, "third");
    await(() -> lock(laptop).isPresent());
    studio.start();
    await(this::areUnlocked);
    checkAtRest("third");
  }

  @Test
  void a_killed_daemon_leaves_no_file_read_only() throws Exception {
    saveAsBlender(studio, "second");
    await(() -> !isWritable(laptop) && reads(laptop, "second"));

    laptop.kill();
    assertThat(isWritable(laptop)).isFalse();
    studio.ok("stop");
    laptop.start();

    await(() -> isOpen(laptop));
    studio.start();
    await(this::areUnlocked);
    checkAtRest("second");
  }

  // ---- People --------------------------------------------------------------------------------

  /// `name@`, then the old file to `name1`, then the new one to its name.
  private static void saveAsBlender(ProcessDevice device, String text) throws IOException {
    Path fresh = Files.writeString(device.folder.resolve("scene.blend@"), text);
    Path backup = device.folder.resolve("scene.blend1");
    Files.move(file(device), backup, StandardCopyOption.REPLACE_EXISTING);
    Files.move(fresh, file(device));
  }

  private static void signal(ProcessDevice device, String name) throws Exception {
    String pid = Long.toString(device.daemon().pid());
    assertThat(new ProcessBuilder("kill", "-" + name, pid).start().waitFor()).isZero();
  }

  // ---- What there is -------------------------------------------------------------------------

  private static Path file(ProcessDevice device) {
    return device.folder.resolve("scene.blend");
  }

  private static Path marker(ProcessDevice device) {
    return device.folder.resolve(".scene.blend.lock");
  }

  private static boolean isWritable(ProcessDevice device) throws IOException {
    return Files.exists(file(device))
        && Files.getPosixFilePermissions(file(device)).contains(PosixFilePermission.OWNER_WRITE);
  }

  /// The marker goes once the right to write is back, durably.
  private static boolean isOpen(ProcessDevice device) throws IOException {
    return isWritable(device) && !Files.exists(marker(device));
  }

  private static boolean reads(ProcessDevice device, String text) throws IOException {
    return Files.exists(file(device)) && Files.readString(file(device)).equals(text);
  }

  /// The lock on the file, as a device knows it.
  private static Optional<JsonObject> lock(ProcessDevice device) throws Failure {
    return device.locks().stream()
        .filter(lock -> lock.string("path").equals("scene.blend"))
        .findFirst();
  }

  private boolean areUnlocked() throws Failure {
    return studio.locks().isEmpty() && laptop.locks().isEmpty();
  }

  private static List<Path> copies(ProcessDevice device) throws IOException {
    try (Stream<Path> files = Files.list(device.folder)) {
      return files.filter(file -> file.toString().contains("(conflict ")).toList();
    }
  }

  private static List<String> contents(ProcessDevice device) throws IOException {
    var contents = new ArrayList<String>();
    contents.add(Files.readString(file(device)));
    for (Path copy : copies(device)) contents.add(Files.readString(copy));
    return contents;
  }

  /// Both show the last save under the name, for everybody to write to, and no conflict copy.
  private void checkAtRest(String last) throws Exception {
    studio.awaitSynced();
    laptop.awaitSynced();
    await(() -> isOpen(studio) && isOpen(laptop));
    assertThat(Saves.tree(studio.folder)).isEqualTo(Saves.tree(laptop.folder));
    for (ProcessDevice device : List.of(studio, laptop)) {
      assertThat(file(device)).hasContent(last);
      assertThat(copies(device)).isEmpty();
    }
  }

  private static void await(Callable<Boolean> what) throws Exception {
    long until = System.nanoTime() + PATIENCE_SECONDS * 1_000_000_000L;
    while (!what.call()) {
      if (System.nanoTime() - until > 0) throw new AssertionError("it does not come about");
      Thread.sleep(100);
    }
  }
}
