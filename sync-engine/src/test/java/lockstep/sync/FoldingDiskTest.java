package lockstep.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A folder on a file system like that of a memory stick, shared with one on an ordinary disk.
@Timeout(120)
class FoldingDiskTest {
  @TempDir Path temp;
  private FoldingDisk stick;
  private TestDevice ana;
  private TestDevice ben;

  @BeforeEach
  void share() throws Exception {
    stick = FoldingDisk.mount(temp.resolve("image"), temp.resolve("ben"));
    ana = new TestDevice(temp, "ana");
    ben = new TestDevice(temp, "ben");
    ana.shareWith(ben);
  }

  @AfterEach
  void close() throws IOException {
    ana.close();
    ben.close();
    stick.close();
  }

  /// Paths alone: the stick has no modes, and coarser times.
  private static Set<String> names(TestDevice device) throws IOException {
    return new TreeSet<>(device.tree().keySet());
  }

  private static FolderStatus status(TestDevice device) {
    return device.engine.folders().getFirst();
  }

  private static Set<String> problems(TestDevice device) {
    return status(device).problems().stream()
        .map(FolderStatus.Problem::path)
        .collect(Collectors.toSet());
  }

  private void awaitNames(TestDevice device, String... names) throws Exception {
    device.await(
        () -> names(device).equals(Set.of(names)) && status(device).state() == FolderState.IN_SYNC);
  }

  /// Without an exchange a name is free for a moment.
  private static boolean reads(TestDevice device, String path, String text) throws IOException {
    return Files.exists(device.folder.resolve(path)) && device.read(path).equals(text);
  }

  /// As `rename(2)` does it; [Files#move] takes the new name for taken.
  private static void respell(TestDevice device, String from, String to) {
    assertThat(device.folder.resolve(from).toFile().renameTo(device.folder.resolve(to).toFile()))
        .isTrue();
  }

  @Test
  void work_goes_both_ways() throws Exception {
    ana.write("d/one", "1").write("two", "2");
    awaitNames(ben, "d", "d/one", "two");
    ben.write("d/one", "one from ben").write("three", "3");
    ana.await(() -> names(ana).contains("three") && reads(ana, "d/one", "one from ben"));
    ana.write("two", "two again");
    ben.await(() -> reads(ben, "two", "two again"));
    Files.delete(ben.folder.resolve("two"));
    Files.delete(ana.folder.resolve("three"));
    awaitNames(ana, "d", "d/one");
    awaitNames(ben, "d", "d/one");
    assertThat(problems(ben)).isEmpty();
  }

  @Test
  void of_two_names_that_are_one_there_the_second_waits_and_says_so() throws Exception {
    ana.write("A.txt", "upper").write("a.txt", "lower");
    awaitNames(ben, "A.txt");
    assertThat(ben.read("A.txt")).isEqualTo("upper");
    ben.await(() -> problems(ben).equals(Set.of("a.txt")));
    assertThat(ben.engine.why(ben.folder.resolve("a.txt")))
        .anyMatch(line -> line.contains("A.txt"));
    ben.write("A.txt", "upper again");
    ana.await(() -> reads(ana, "A.txt", "upper again"));
    assertThat(ana.read("a.txt")).isEqualTo("lower");
    Files.delete(ana.folder.resolve("A.txt"));
    awaitNames(ben, "a.txt");
    assertThat(ben.read("a.txt")).isEqualTo("lower");
    assertThat(names(ana)).containsExactly("a.txt");
    assertThat(problems(ben)).isEmpty();
  }

  @Test
  void another_spelling_of_a_name_goes_both_ways() throws Exception {
    ana.write("a.txt", "1").write("d/x", "2");
    awaitNames(ben, "a.txt", "d", "d/x");
    Files.move(ana.folder.resolve("a.txt"), ana.folder.resolve("A.txt"));
    Files.move(ana.folder.resolve("d"), ana.folder.resolve("D"));
    awaitNames(ben, "A.txt", "D", "D/x");
    respell(ben, "A.txt", "a.TXT");
    respell(ben, "D", "d");
    awaitNames(ana, "a.TXT", "d", "d/x");
    assertThat(names(ben)).isEqualTo(names(ana));
    assertThat(ana.read("a.TXT") + ana.read("d/x")).isEqualTo("12");
    assertThat(problems(ben)).isEmpty();
  }

  @Test
  void a_second_directory_waits_with_all_that_it_holds() throws Exception {
    ana.write("d/x", "1");
    awaitNames(ben, "d", "d/x");
    ana.write("D/y", "2");
    ben.await(() -> problems(ben).equals(Set.of("D")));
    assertThat(names(ben)).containsExactly("d", "d/x");
    Files.move(ana.folder.resolve("D/y"), ana.folder.resolve("d/y"));
    Files.delete(ana.folder.resolve("D"));
    awaitNames(ben, "d", "d/x", "d/y");
    assertThat(problems(ben)).isEmpty();
  }

  @Test
  void a_name_that_is_spelled_like_the_one_that_waits_becomes_a_conflict_copy() throws Exception {
    ana.write("A.txt", "upper").write("a.txt", "lower");
    awaitNames(ben, "A.txt");
    ben.await(() -> problems(ben).equals(Set.of("a.txt")));
    respell(ben, "A.txt", "a.txt");
    ben.await(() -> names(ben).size() == 2 && reads(ben, "a.txt", "lower"));
    ben.await(() -> names(ana).equals(names(ben)));
    String copy = names(ben).stream().filter(name -> name.contains("conflict")).findFirst().get();
    assertThat(ana.read(copy) + ben.read(copy)).isEqualTo("upperupper");
    assertThat(problems(ben)).isEmpty();
  }

  @Test
  void what_it_cannot_hold_is_a_problem_and_no_deletion() throws Exception {
    ana.write("what?", "1").write("ok", "2");
    Files.createSymbolicLink(ana.folder.resolve("link"), Path.of("ok"));
    ben.await(() -> problems(ben).equals(Set.of("what?", "link")));
    awaitNames(ben, "ok");
    ben.stop();
    ben.start();
    ben.write("ok", "3");
    ana.await(() -> reads(ana, "ok", "3"));
    assertThat(names(ana)).containsExactly("link", "ok", "what?");
    ben.await(() -> problems(ben).equals(Set.of("what?", "link")));
  }
}
