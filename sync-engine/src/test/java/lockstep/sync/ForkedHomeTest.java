package lockstep.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A device's home and folder are copied to a second machine, and both are used: one device tells
/// two histories, without malice.
@Timeout(180)
class ForkedHomeTest {
  @TempDir Path temp;
  private TestDevice ana;
  private TestDevice ben;
  private TestDevice cleo;

  @BeforeEach
  void share() throws Exception {
    ana = new TestDevice(temp, "ana");
    ben = new TestDevice(temp, "ben");
    cleo = new TestDevice(temp, "cleo");
    ana.write("common", "0");
    ana.shareWith(ben, cleo);
    ben.awaitSameTreeAs(ana);
    cleo.awaitSameTreeAs(ana);
    assertThat(ana.engine.awaitSynced("work", Duration.ofSeconds(30))).isTrue();
    ben.stop();
    ben.keepIn(temp.resolve("backup"));
  }

  @AfterEach
  void close() throws Exception {
    ana.close();
    ben.close();
    cleo.close();
  }

  /// One copy works with ana, the other with cleo, and both of them build on what they see.
  private void useTwice() throws Exception {
    cleo.stop();
    ben.start();
    ben.write("first", "1").write("common", "by the first");
    ana.await(() -> Files.exists(ana.folder.resolve("first")));
    ana.awaitSameTreeAs(ben);
    ana.write("first", "1, and ana");
    ben.awaitSameTreeAs(ana);
    ben.stop();
    ana.stop();

    ben.bringBackFrom(temp.resolve("backup"));
    cleo.start();
    ben.start();
    ben.dial(cleo);
    ben.write("second", "2").write("common", "by the second");
    cleo.await(() -> Files.exists(cleo.folder.resolve("second")));
    cleo.awaitSameTreeAs(ben);
    cleo.write("second", "2, and cleo");
    ben.awaitSameTreeAs(cleo);
    ben.stop();
  }

  private static List<String> commons(TestDevice device) throws Exception {
    try (Stream<Path> files = Files.list(device.folder)) {
      return files
          .filter(file -> file.getFileName().toString().startsWith("common"))
          .map(ForkedHomeTest::read)
          .sorted()
          .toList();
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (java.io.IOException e) {
      return "gone: " + e.getMessage();
    }
  }

  private static FolderStatus status(TestDevice device) {
    return device.engine.folders().getFirst();
  }

  @Test
  void nothing_is_lost_the_device_is_in_quarantine_and_a_heal_ends_it() throws Exception {
    useTwice();
    var alerts = new CopyOnWriteArrayList<SyncEvent>();
    try (var _ = cleo.engine.events(alerts::add)) {
      ana.start();
      ana.dial(cleo);
      cleo.await(() -> alerts.toString().contains("two histories"));
      cleo.await(() -> Files.exists(cleo.folder.resolve("first")));
    }
    ana.await(() -> Files.exists(ana.folder.resolve("second")));
    ana.await(() -> commons(ana).size() == 2);
    cleo.awaitSameTreeAs(ana);
    assertThat(ana.read("first")).isEqualTo("1, and ana");
    assertThat(ana.read("second")).isEqualTo("2, and cleo");
    assertThat(commons(ana)).containsExactly("by the first", "by the second");
    String heal = "try: lockstep members heal work " + ben.engine.self();
    assertThat(status(ana).problems().toString()).contains("'ben'", "two histories", heal);

    ben.start(); // it learns what happened, and goes on
    ben.awaitSameTreeAs(ana);
    ben.write("third", "3");
    ben.await(() -> status(ben).problems().toString().contains("hold its changes back"));
    ben.await(
        () ->
            ben.engine.ledger("work", java.util.OptionalLong.of(1)).stream()
                .anyMatch(row -> row.incarnation() == 1));
    ana.write("fourth", "4");
    ben.await(() -> Files.exists(ben.folder.resolve("fourth")));
    assertThat(ana.folder.resolve("third")).doesNotExist();
    assertThat(ben.read("third")).isEqualTo("3");
    assertThatThrownBy(() -> cleo.engine.heal("work", ben.engine.self()))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("may not end a quarantine");
    assertThatThrownBy(() -> ana.engine.heal("work", cleo.engine.self()))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("'cleo' is not in quarantine");

    ana.engine.heal("work", ben.engine.self());

    for (TestDevice device : List.of(ana, cleo)) {
      device.await(() -> Files.exists(device.folder.resolve("third")));
      device.awaitSameTreeAs(ben);
      device.await(() -> status(device).problems().isEmpty());
      assertThat(status(device).members()).noneMatch(FolderStatus.Member::forked);
    }
    assertThat(ana.engine.awaitSynced("work", Duration.ofSeconds(30))).isTrue();
    assertThat(ana.engine.verifyLedger("work").problems()).isEmpty();
    startingAgainChangesNothing();
  }

  private void startingAgainChangesNothing() throws Exception {
    var tree = ana.tree();
    for (TestDevice device : List.of(ana, ben, cleo)) {
      device.stop();
      device.start();
    }
    ben.write("fifth", "5");
    for (TestDevice device : List.of(ana, cleo)) {
      device.await(() -> Files.exists(device.folder.resolve("fifth")));
      device.awaitSameTreeAs(ben);
    }
    Files.delete(ben.folder.resolve("fifth"));
    ana.await(() -> !Files.exists(ana.folder.resolve("fifth")));
    assertThat(ana.tree()).isEqualTo(tree);
  }

  /// The folder's only admin: nobody else could end its quarantine.
  @Test
  void the_only_admin_heals_itself() throws Exception {
    ana.stop();
    ana.keepIn(temp.resolve("ana-backup"));
    ana.start();
    ana.write("first", "1");
    cleo.await(() -> Files.exists(cleo.folder.resolve("first")));
    cleo.awaitSameTreeAs(ana);
    cleo.stop();
    ana.stop();
    ana.bringBackFrom(temp.resolve("ana-backup"));
    ana.start();
    ben.start();
    ben.dial(ana);
    ana.write("second", "2");
    ben.await(() -> Files.exists(ben.folder.resolve("second")));
    ben.awaitSameTreeAs(ana);

    cleo.start();
    cleo.dial(ana);
    cleo.await(() -> status(cleo).problems().toString().contains("two histories"));
    ana.await(() -> status(ana).problems().toString().contains("two histories"));
    ana.awaitSameTreeAs(ana);
    ana.engine.heal("work", ana.engine.self());

    for (TestDevice device : List.of(ana, ben, cleo)) {
      device.await(() -> Files.exists(device.folder.resolve("first")));
      device.await(() -> Files.exists(device.folder.resolve("second")));
      device.awaitSameTreeAs(ana);
      device.await(() -> status(device).problems().isEmpty());
    }
  }
}
