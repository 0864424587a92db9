package lockstep.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import lockstep.base.Role;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A member that may only read changes its files all the same.
@Timeout(120)
class ReaderTest {
  @TempDir Path temp;
  private TestDevice writer;
  private TestDevice reader;

  @BeforeEach
  void share() throws Exception {
    writer = new TestDevice(temp, "writer");
    reader = new TestDevice(temp, "reader");
    writer.write("kept", "1").write("edited", "2").write("deleted", "3");
    writer.engine.addFolder(writer.folder, "work");
    var terms = new InvitationTerms(Role.READ_ONLY, Duration.ofHours(1), 1, false);
    reader.engine.join(writer.engine.invite("work", terms), reader.folder);
    reader.awaitSameTreeAs(writer);
  }

  @AfterEach
  void close() throws Exception {
    writer.close();
    reader.close();
  }

  private void awaitUnshared(String... paths) throws Exception {
    reader.await(() -> reader.engine.unshared("work").equals(List.of(paths)));
  }

  @Test
  void what_it_changes_stays_here_is_listed_and_can_be_taken_back() throws Exception {
    Map<String, String> before = writer.tree();
    reader.write("edited", "mine").write("own/new", "mine, too");
    Files.delete(reader.folder.resolve("deleted"));

    awaitUnshared("deleted", "edited", "own", "own/new");
    assertThat(reader.engine.why(reader.folder.resolve("own/new")).getFirst())
        .startsWith("not shared");
    writer.write("later", "4");
    reader.await(() -> Files.exists(reader.folder.resolve("later")));
    assertThat(reader.read("edited")).isEqualTo("mine");
    assertThat(writer.tree()).containsAllEntriesOf(before).hasSize(before.size() + 1);

    assertThat(reader.engine.revert("work")).containsExactly("deleted", "edited", "own", "own/new");
    reader.awaitSameTreeAs(writer);
    awaitUnshared();
    assertThat(inHistory("mine")).isTrue();
    assertThat(inHistory("mine, too")).isTrue();
  }

  private boolean inHistory(String text) throws Exception {
    try (var kept = Files.walk(reader.folder.resolve(".lockstep"))) {
      for (Path file : (Iterable<Path>) kept.filter(Files::isRegularFile)::iterator) {
        if (Files.readString(file, java.nio.charset.StandardCharsets.ISO_8859_1).equals(text)) {
          return true;
        }
      }
    }
    return false;
  }

  @Test
  void what_is_taken_back_does_not_count_as_a_mass_change() throws Exception {
    for (int i = 0; i < 80; i++) reader.write("mine/" + i, "content " + i);
    reader.await(() -> reader.engine.unshared("work").size() == 81);

    reader.engine.revert("work");

    reader.awaitSameTreeAs(writer);
    awaitUnshared();
  }

  @Test
  void what_a_member_has_changed_that_may_write_is_not_taken_back() throws Exception {
    reader.stop();
    writer.stop();
    writer.start(); // publishes nothing before it has heard somebody
    writer.write("edited", "by the writer");
    writer.await(() -> writer.engine.folders().getFirst().unpublishedFiles() == 1);

    assertThat(writer.engine.unshared("work")).isEmpty();
    assertThat(writer.engine.revert("work")).isEmpty();

    reader.start();
    reader.await(() -> reader.read("edited").equals("by the writer"));
  }
}
