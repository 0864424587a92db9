package lockstep.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A program keeps a file open while others' versions of it arrive (ruling 3).
@Timeout(120)
class OpenFileTest {
  @TempDir Path temp;
  private TestDevice ana;
  private TestDevice ben;

  @BeforeEach
  void share() throws Exception {
    ana = new TestDevice(temp, "ana");
    ben = new TestDevice(temp, "ben");
    ana.write("plan.txt", "one");
    ana.shareWith(ben);
    ben.awaitSameTreeAs(ana);
  }

  @AfterEach
  void close() throws Exception {
    ana.close();
    ben.close();
  }

  private List<String> copies(TestDevice device) throws Exception {
    return device.tree().keySet().stream()
        .filter(name -> name.startsWith("plan (conflict ben "))
        .toList();
  }

  @Test
  void what_is_written_to_a_replaced_file_becomes_a_conflict_copy() throws Exception {
    try (var open = new RandomAccessFile(ben.folder.resolve("plan.txt").toFile(), "rw")) {
      ana.write("plan.txt", "two, from ana");
      ben.await(() -> ben.read("plan.txt").startsWith("two"));
      open.write("ben's late work".getBytes(StandardCharsets.UTF_8));
    }
    ana.await(() -> copies(ana).size() == 1);
    ben.awaitSameTreeAs(ana);
    assertThat(ana.read(copies(ana).getFirst())).isEqualTo("ben's late work");
    assertThat(ana.read("plan.txt")).isEqualTo("two, from ana");
  }

  @Test
  void and_so_does_what_was_written_while_the_device_was_off() throws Exception {
    try (var open = new RandomAccessFile(ben.folder.resolve("plan.txt").toFile(), "rw")) {
      Files.delete(ana.folder.resolve("plan.txt"));
      ben.await(() -> !Files.exists(ben.folder.resolve("plan.txt")));
      ben.stop();
      open.write("ben's late work".getBytes(StandardCharsets.UTF_8));
    }
    ben.start();
    ana.await(() -> copies(ana).size() == 1);
    assertThat(ana.read(copies(ana).getFirst())).isEqualTo("ben's late work");
  }

  @Test
  void and_so_it_does_if_a_file_has_the_name_of_its_directory_by_now() throws Exception {
    ana.write("plans/plan.txt", "one");
    ben.awaitSameTreeAs(ana);
    Path file = ben.folder.resolve("plans/plan.txt");
    try (var open = new RandomAccessFile(file.toFile(), "rw")) {
      Files.delete(ana.folder.resolve("plans/plan.txt"));
      Files.delete(ana.folder.resolve("plans"));
      ana.write("plans", "there are none");
      ben.await(() -> Files.isRegularFile(ben.folder.resolve("plans")));
      open.write("ben's late work".getBytes(StandardCharsets.UTF_8));
    }
    ana.await(() -> copies(ana).size() == 1);
    assertThat(ana.read(copies(ana).getFirst())).isEqualTo("ben's late work");
  }
}
