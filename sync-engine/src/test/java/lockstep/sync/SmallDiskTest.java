package lockstep.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import lockstep.testkit.Gen;
import lockstep.testkit.SmallDisk;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A device whose folder, or whose own state, lies on a disk that is too small. Needs the right to
/// mount one.
@Timeout(120)
class SmallDiskTest {
  @TempDir Path temp;
  private final List<TestDevice> devices = new ArrayList<>();
  private Path small = Path.of("");
  private Optional<SmallDisk> disk = Optional.empty();

  private TestDevice device(String name) throws Exception {
    var device = new TestDevice(temp, name);
    devices.add(device);
    return device;
  }

  private void mount(String what, int megabytes) throws Exception {
    small = temp.resolve(what);
    disk = Optional.of(SmallDisk.mount(small, megabytes));
  }

  @AfterEach
  void close() throws Exception {
    for (TestDevice device : devices) {
      device.close();
    }
    if (disk.isPresent()) disk.get().close();
  }

  private static FolderStatus status(TestDevice device) {
    return device.engine.folders().getFirst();
  }

  @Test
  void a_full_folder_says_so_and_goes_on_when_there_is_room() throws Exception {
    mount("ben", 12);
    TestDevice ana = device("ana");
    TestDevice ben = device("ben");
    ana.shareWith(ben);
    Files.write(small.resolve(".lockstep/ballast"), new byte[9_000_000]);
    ana.write("small", "1");
    Files.write(ana.folder.resolve("big"), new Gen(1).bytes(6_000_000));
    for (int i = 0; i < 40; i++) {
      Files.write(ana.folder.resolve("f" + i), new Gen(i).bytes(20_000));
    }
    ben.await(() -> status(ben).state() == FolderState.ERROR);
    assertThat(status(ben).error().orElse("")).contains("full", "MB");
    Files.delete(small.resolve(".lockstep/ballast"));
    ben.awaitSameTreeAs(ana);
    ben.await(() -> status(ben).state() == FolderState.IN_SYNC);
    assertThat(status(ben).problems()).isEmpty();
  }

  @Test
  void what_frees_room_and_what_needs_little_goes_on_while_a_big_file_waits() throws Exception {
    mount("ben", 20);
    TestDevice ana = device("ana");
    TestDevice ben = device("ben");
    ana.shareWith(ben);
    Files.write(ana.folder.resolve("old"), new Gen(1).bytes(12_000_000));
    ben.awaitSameTreeAs(ana);

    Files.write(ana.folder.resolve("big"), new Gen(2).bytes(13_000_000));
    ben.await(() -> status(ben).state() == FolderState.ERROR);
    assertThat(status(ben).error().orElse("")).contains("full", "15 MB");
    ana.write("small", "fits");
    ben.write("mine", "too");
    ben.await(() -> Files.exists(ben.folder.resolve("small")));
    ana.await(() -> Files.exists(ana.folder.resolve("mine")));
    assertThat(Files.exists(ben.folder.resolve("big"))).isFalse();

    Files.delete(ana.folder.resolve("old")); // others make room, nobody touches Ben's disk
    ben.awaitSameTreeAs(ana);
    ben.await(() -> status(ben).state() == FolderState.IN_SYNC);
    assertThat(status(ben).problems()).isEmpty();
  }

  @Test
  void what_is_staged_already_needs_no_room_again() throws Exception {
    mount("ben", 20);
    TestDevice ana = device("ana");
    TestDevice ben = device("ben");
    ana.shareWith(ben);
    byte[] big = new Gen(2).bytes(17_000_000);
    Files.write(ana.folder.resolve("old"), Arrays.copyOf(big, 8_000_000));
    ben.awaitSameTreeAs(ana);

    Files.write(ana.folder.resolve("big"), big);
    ben.await(() -> status(ben).state() == FolderState.ERROR);
    assertThat(status(ben).error().orElse("")).contains("full", "11 MB");

    Files.delete(ana.folder.resolve("old")); // makes room for the rest, not for all of it
    ben.awaitSameTreeAs(ana);
  }

  @Test
  void full_state_keeps_the_folder_waiting_and_harms_nothing() throws Exception {
    mount("ben-home", 12);
    TestDevice ana = device("ana");
    TestDevice ben = device("ben");
    ana.shareWith(ben);
    ben.awaitSameTreeAs(ana);
    fill(small.resolve("ballast"));
    for (int i = 0; i < 300; i++) {
      ben.write("many/" + "long name ".repeat(15) + i, "from ben " + i);
      ana.write("other/" + "long name ".repeat(15) + i, "from ana " + i);
    }
    ben.await(() -> status(ben).state() == FolderState.ERROR);
    Thread.sleep(4000);
    assertThat(status(ben).error().orElse("")).contains("full");
    Files.delete(small.resolve("ballast"));
    ben.awaitSameTreeAs(ana);
    assertThat(ana.tree()).hasSize(602);
    assertThat(ben.engine.awaitSynced("work", Duration.ofSeconds(30))).isTrue();
    assertThat(ben.engine.verify("work").problems()).isEmpty();
    ben.stop();
    ben.start();
    assertThat(ben.engine.awaitSynced("work", Duration.ofSeconds(30))).isTrue();
    ben.awaitSameTreeAs(ana);
  }

  private static void fill(Path file) {
    try (var out = Files.newOutputStream(file)) {
      while (true) {
        out.write(new byte[4096]);
      }
    } catch (IOException full) {
      // that is what it is for
    }
  }
}
