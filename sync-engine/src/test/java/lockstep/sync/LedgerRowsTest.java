package lockstep.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import lockstep.base.Role;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// What the ledger tells people, on two real devices.
@Timeout(120)
class LedgerRowsTest {
  @TempDir Path temp;
  private TestDevice ana;
  private TestDevice ben;

  @BeforeEach
  void pair() throws Exception {
    ana = new TestDevice(temp, "ana");
    ben = new TestDevice(temp, "ben");
  }

  @AfterEach
  void close() throws Exception {
    ana.close();
    ben.close();
  }

  @Test
  void a_directory_that_is_renamed_is_one_change_with_all_that_is_in_it() throws Exception {
    ana.write("shots/one/a", "1").write("shots/one/b", "2").write("shots/c", "3");
    Files.createDirectory(ana.folder.resolve("shots/empty"));
    ana.engine.addFolder(ana.folder, "work");
    Files.createDirectory(ana.folder.resolve("old"));
    published("old");

    Files.move(ana.folder.resolve("shots"), ana.folder.resolve("old/takes"));

    assertThat(published("old/takes"))
        .containsExactly(
            new LedgerRow.PathChange("move", "directory", "old/takes", Optional.of("shots"), 0));
  }

  /// What was done in the entry that tells of a path, once there is one.
  private List<LedgerRow.PathChange> published(String path) throws Exception {
    ana.await(() -> done().stream().anyMatch(change -> change.path().equals(path)));
    return done();
  }

  /// What the newest entry tells.
  private List<LedgerRow.PathChange> done() throws Exception {
    return ana.engine.ledger("work", OptionalLong.of(1)).getFirst().changes();
  }

  @Test
  void who_came_got_other_rights_and_went_is_told_with_names() throws Exception {
    ana.shareWith(ben);
    ana.engine.changeRole("work", ben.engine.self(), Role.READ_ONLY);
    ana.engine.removeMember("work", ben.engine.self());

    List<LedgerRow.Belonging> told =
        ana.engine.ledger("work", OptionalLong.empty()).stream()
            .flatMap(row -> row.belonging().stream())
            .toList()
            .reversed();
    assertThat(told)
        .extracting(LedgerRow.Belonging::kind, LedgerRow.Belonging::name)
        .containsExactly(
            tuple("create", "ana"),
            tuple("invite", ""),
            tuple("join", "ben"),
            tuple("role", "ben"),
            tuple("remove", "ben"));
    assertThat(told.get(1).offer()).map(LedgerRow.Offer::uses).contains(1);
    assertThat(told.get(3).role()).contains(Role.READ_ONLY);
  }
}
