package lockstep.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import lockstep.recovery.Directories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A home that was brought back from a backup: its ledger is behind what the device has told.
@Timeout(120)
class RestoredHomeTest {
  @TempDir Path temp;
  private TestDevice ana;
  private TestDevice ben;

  @BeforeEach
  void share() throws Exception {
    ana = new TestDevice(temp, "ana");
    ben = new TestDevice(temp, "ben");
    ana.write("a", "1").write("b", "1");
    ana.shareWith(ben);
    ben.awaitSameTreeAs(ana);
    assertThat(ana.engine.awaitSynced("work", Duration.ofSeconds(30))).isTrue();
    ana.stop();
    copy(ana.home, temp.resolve("backup"));
    ana.start();
    ana.write("a", "2");
    assertThat(ana.engine.awaitSynced("work", Duration.ofSeconds(30))).isTrue();
    ana.write("c", "1");
    ben.awaitSameTreeAs(ana);
    assertThat(ana.engine.awaitSynced("work", Duration.ofSeconds(30))).isTrue();
    ben.stop();
    ana.stop();
    Directories.deleteTree(ana.home);
    copy(temp.resolve("backup"), ana.home);
  }

  @AfterEach
  void close() throws Exception {
    ana.close();
    ben.close();
  }

  private static void copy(Path from, Path to) throws IOException {
    try (var paths = Files.walk(from)) {
      for (Path path : (Iterable<Path>) paths::iterator) {
        Files.copy(path, to.resolve(from.relativize(path).toString()));
      }
    }
  }

  @Test
  void no_number_is_given_twice_and_no_content_is_lost() throws Exception {
    ana.start();
    ana.invite(1, false);
    ana.write("d", "after the restore").write("b", "after the restore");
    ben.start();
    ben.await(() -> Files.exists(ben.folder.resolve("d")));
    ben.awaitSameTreeAs(ana);
    assertThat(ana.read("a")).isEqualTo("2");
    assertThat(ana.read("b")).isEqualTo("after the restore");
    assertThat(ana.read("c")).isEqualTo("1");
    assertThat(incarnations(ana)).isEqualTo(incarnations(ben)).isEqualTo("0 1");
    assertThat(ana.engine.folders().getFirst().problems()).isEmpty();
    assertThat(ben.engine.folders().getFirst().problems()).isEmpty();
  }

  @Test
  void a_start_that_heard_of_nobody_forgets_none_of_that() throws Exception {
    ana.start();
    ana.engine.folders();
    ana.engine.folders(); // the loop has taken a turn in between
    ana.stop();
    ana.start();
    ana.invite(1, false);
    ben.start();
    ben.awaitSameTreeAs(ana);
    ana.await(() -> incarnations(ana).equals("0 1"));
    ben.await(() -> incarnations(ben).equals("0 1"));
    assertThat(ana.engine.folders().getFirst().problems()).isEmpty();
    assertThat(ben.engine.folders().getFirst().problems()).isEmpty();
  }

  @Test
  void the_members_know_too_if_the_folder_does_not() throws Exception {
    Files.delete(ana.folder.resolve(".lockstep/writer"));
    ana.start();
    ben.start();
    ben.await(() -> ben.engine.folders().getFirst().members().stream().allMatch(m -> m.inSync()));
    ana.write("d", "after the restore");
    ben.await(() -> Files.exists(ben.folder.resolve("d")));
    ben.awaitSameTreeAs(ana);
    assertThat(incarnations(ben)).isEqualTo("0");
  }

  @Test
  void a_fork_that_nobody_could_foresee_is_told() throws Exception {
    Files.delete(ana.folder.resolve(".lockstep/writer"));
    ana.start();
    ana.invite(1, false); // forks ana's own chain
    var alerts = new CopyOnWriteArrayList<SyncEvent>();
    try (var _ = ana.engine.events(alerts::add)) {
      ben.start();
      ana.await(() -> alerts.toString().contains("two histories"));
    }
    FolderStatus seen = ana.engine.folders().getFirst();
    assertThat(seen.problems().toString()).contains("security", "'ana'", "two histories");
    assertThat(seen.members())
        .filteredOn(FolderStatus.Member::forked)
        .extracting(FolderStatus.Member::name)
        .containsExactly("ana");
  }

  private static String incarnations(TestDevice device) throws Exception {
    return device.engine.ledger("work", OptionalLong.empty()).stream()
        .filter(row -> row.authorName().equals("ana"))
        .map(row -> "" + row.incarnation())
        .distinct()
        .sorted()
        .collect(Collectors.joining(" "));
  }
}
