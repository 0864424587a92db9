package lockstep.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// What a user chose not to sync on one device, on real devices.
@Timeout(120)
class ExcludeTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  @TempDir Path temp;
  private TestDevice ana;
  private TestDevice ben;

  @BeforeEach
  void share() throws Exception {
    ana = new TestDevice(temp, "ana");
    ben = new TestDevice(temp, "ben");
    ana.write("notes.txt", "notes").write("renders/a", "first a").write("renders/b", "first b");
    ana.shareWith(ben);
    synced();
  }

  @AfterEach
  void close() throws Exception {
    ana.close();
    ben.close();
  }

  private void synced() throws Exception {
    assertThat(ana.engine.awaitSynced("work", LIMIT)).isTrue();
    assertThat(ben.engine.awaitSynced("work", LIMIT)).isTrue();
  }

  private static Path file(TestDevice device, String path) {
    return device.folder.resolve(path);
  }

  private static FolderStatus status(TestDevice device) {
    return device.engine.folders().getFirst();
  }

  private static FolderStatus.Member member(TestDevice seenBy, String name) {
    return status(seenBy).members().stream()
        .filter(member -> member.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private void excludeRenders() throws Exception {
    assertThat(ben.engine.exclude("work", List.of("renders"))).containsExactly("renders");
  }

  @Test
  void what_is_excluded_follows_no_change_and_makes_none() throws Exception {
    excludeRenders();
    ana.write("renders/a", "second a").write("renders/c", "c").write("notes.txt", "more");
    ben.write("renders/b", "ben's b").write("renders/mine", "ben's own");
    synced();

    assertThat(ben.read("renders/a")).isEqualTo("first a");
    assertThat(ana.read("renders/b")).isEqualTo("first b");
    assertThat(file(ben, "renders/c")).doesNotExist();
    assertThat(file(ana, "renders/mine")).doesNotExist();
    assertThat(ben.read("notes.txt")).isEqualTo("more");
  }

  @Test
  void what_is_deleted_right_after_it_was_excluded_is_deleted_here_alone() throws Exception {
    excludeRenders();
    Files.delete(file(ben, "renders/a"));
    Files.delete(file(ben, "renders/b"));
    Files.delete(file(ben, "renders"));
    synced();
    assertThat(ana.read("renders/a")).isEqualTo("first a");

    assertThat(ben.engine.include("work", List.of("renders"))).isEmpty();

    ben.awaitSameTreeAs(ana);
    assertThat(ben.read("renders/b")).isEqualTo("first b");
  }

  @Test
  void a_restart_changes_none_of_this() throws Exception {
    excludeRenders();
    ben.kill();
    Files.delete(file(ben, "renders/a"));
    ben.start();
    synced();
    assertThat(ben.engine.excluded("work")).containsExactly("renders");
    assertThat(file(ben, "renders/a")).doesNotExist();
    assertThat(ana.read("renders/a")).isEqualTo("first a");
    ben.kill();
    ben.start();

    ben.engine.include("work", List.of("renders"));

    ben.awaitSameTreeAs(ana);
    assertThat(ana.read("renders/a")).isEqualTo("first a");
  }

  @Test
  void what_was_changed_meanwhile_is_an_edit_or_a_conflict_copy_and_what_was_not_is_brought()
      throws Exception {
    ana.write("renders/c", "first c").write("renders/d", "first d");
    synced();
    ben.await(() -> Files.exists(file(ben, "renders/d")));
    excludeRenders();
    ben.write("renders/a", "ben's a").write("renders/b", "ben's b").write("renders/own", "new");
    ana.write("renders/b", "ana's b").write("renders/c", "second c");
    Files.delete(file(ana, "renders/d"));
    synced();

    ben.engine.include("work", List.of("renders"));

    ben.await(() -> ana.read("renders/a").equals("ben's a"));
    ben.await(() -> ben.read("renders/c").equals("second c"));
    ben.awaitSameTreeAs(ana);
    assertThat(ana.read("renders/own")).isEqualTo("new");
    assertThat(ana.read("renders/b")).isEqualTo("ana's b");
    OpenConflict conflict = ana.engine.conflicts().getFirst();
    assertThat(ana.engine.conflicts()).hasSize(1);
    assertThat(conflict.path()).isEqualTo("renders/b");
    assertThat(ana.read(conflict.copyPath())).isEqualTo("ben's b");
    assertThat(file(ana, "renders/d")).doesNotExist(); // deleted elsewhere, and not changed here
  }

  @Test
  void a_deletion_after_it_is_synced_again_is_one() throws Exception {
    excludeRenders();
    synced();
    ben.engine.include("work", List.of("renders"));
    synced();

    Files.delete(file(ben, "renders/a"));

    ana.await(() -> !Files.exists(file(ana, "renders/a")));
  }

  @Test
  void everybody_is_told_what_is_left_out() throws Exception {
    assertThat(member(ana, "ben").leftOutFiles()).isZero();
    excludeRenders();
    ana.await(() -> member(ana, "ben").leftOutFiles() == 2);
    synced();

    assertThat(status(ben).state()).isEqualTo(FolderState.IN_SYNC);
    assertThat(status(ben).leftOutFiles()).isEqualTo(2);
    assertThat(status(ben).leftOutBytes()).isEqualTo(14);
    assertThat(member(ben, "ben").leftOutFiles()).isEqualTo(2);
    assertThat(member(ana, "ben").inSync()).isTrue(); // with all that it wants
    assertThat(ben.engine.why(file(ben, "renders/a")))
        .containsExactly(
            "ignored: it is not synced here",
            "because line 2 of .lockstep/exclude says '/renders'",
            "that was chosen on this device; `lockstep folder include` takes it back");
    Files.delete(file(ana, "renders/b"));
    ana.await(() -> member(ana, "ben").leftOutFiles() == 1);
    ben.engine.include("work", List.of("renders"));
    ana.await(() -> member(ana, "ben").leftOutFiles() == 0);
  }

  @Test
  void what_is_excluded_while_the_folder_is_paused_is_deleted_here_alone() throws Exception {
    ben.engine.pauseFolder("work");
    excludeRenders();
    Files.delete(file(ben, "renders/a"));
    ben.engine.include("work", List.of("renders"));
    ben.engine.resumeFolder("work");

    ben.awaitSameTreeAs(ana);
    assertThat(ana.read("renders/a")).isEqualTo("first a");
  }

  @Test
  void what_a_synced_rule_ignored_meanwhile_is_no_deletion_either() throws Exception {
    ben.write(".lockstepignore", "renders/\n");
    synced();
    ben.await(() -> ben.engine.why(file(ben, "renders/a")).getFirst().startsWith("ignored"));
    Files.delete(file(ben, "renders/a"));
    synced();

    Files.delete(file(ben, ".lockstepignore"));

    ben.await(() -> Files.exists(file(ben, "renders/a")));
    ben.awaitSameTreeAs(ana);
    assertThat(ana.read("renders/a")).isEqualTo("first a");
  }

  @Test
  void what_cannot_be_chosen_is_refused_with_a_reason() throws Exception {
    for (String wrong : List.of(".", "", "..", "../other", ".lockstep/history", "a\0b")) {
      assertThatThrownBy(() -> ben.engine.exclude("work", List.of(wrong)))
          .as(wrong)
          .isInstanceOf(UserException.class)
          .hasMessageContaining("is no path in the folder 'work'");
    }
    ben.engine.exclude("work", List.of(file(ben, "renders").toString(), "renders/a"));
    assertThat(ben.engine.excluded("work")).containsExactly("renders");
    assertThatThrownBy(() -> ben.engine.include("work", List.of("renders/a")))
        .hasMessageContaining("cannot sync 'renders/a' alone");
    Files.writeString(file(ben, ".lockstep/exclude"), "*.exr\n");
    assertThatThrownBy(() -> ben.engine.include("work", List.of("x.exr")))
        .hasMessageContaining("a rule that is about more than it");
    Files.writeString(file(ben, ".lockstep/exclude"), "/renders/\n");
    assertThatThrownBy(() -> ben.engine.include("work", List.of("renders")))
        .hasMessageContaining("a rule that is about more than it");
  }
}
