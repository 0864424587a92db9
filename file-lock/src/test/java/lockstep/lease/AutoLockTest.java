package lockstep.lease;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import lockstep.base.RelPath;
import org.junit.jupiter.api.Test;

class AutoLockTest {
  private static final long SECOND = 1_000_000_000L;
  private static final RelPath SCENE = RelPath.of("scene.blend");
  private static final RelPath PLAN = RelPath.of("plan.odt");
  private static final RelPath MARKER = RelPath.of(".~lock.plan.odt#");
  private static final AutoLock.Decision TAKE = new AutoLock.Decision.Take(SCENE);
  private static final AutoLock.Decision RELEASE = new AutoLock.Decision.Release(SCENE);

  private final AutoLock auto = new AutoLock(Lockables.DEFAULT, AutoLock.Timing.DEFAULT);

  @Test
  void the_first_save_takes_the_lock_and_quiet_releases_it() {
    assertThat(auto.saved(0, SCENE)).contains(TAKE);
    auto.handle(0, SCENE, false);
    assertThat(auto.saved(30 * SECOND, SCENE)).doesNotContain(TAKE);
    auto.handle(30 * SECOND, SCENE, false);
    assertThat(auto.elapsed(89 * SECOND)).doesNotContain(RELEASE);
    assertThat(auto.elapsed(90 * SECOND)).contains(RELEASE);
  }

  @Test
  void a_lock_follows_a_save_that_deletes_and_renames() {
    auto.saved(0, SCENE);
    auto.vanished(SECOND, SCENE);
    assertThat(auto.saved(2 * SECOND, SCENE)).doesNotContain(RELEASE);
    assertThat(auto.elapsed(10 * SECOND)).doesNotContain(RELEASE);
    auto.vanished(11 * SECOND, SCENE);
    assertThat(auto.elapsed(16 * SECOND)).contains(RELEASE);
  }

  @Test
  void an_open_document_is_locked_until_its_marker_goes() {
    assertThat(auto.markerAppeared(0, PLAN, MARKER)).contains(new AutoLock.Decision.Take(PLAN));
    assertThat(auto.elapsed(3600 * SECOND)).doesNotContain(new AutoLock.Decision.Release(PLAN));
    assertThat(auto.markerVanished(3601 * SECOND, MARKER))
        .contains(new AutoLock.Decision.LookForHandle(PLAN));
    assertThat(auto.handle(3601 * SECOND, PLAN, false))
        .contains(new AutoLock.Decision.Release(PLAN));
  }

  @Test
  void blenders_own_save_leaves_the_file_locked() {
    assertThat(auto.markerAppeared(0, SCENE, RelPath.of("scene.blend@"))).contains(TAKE);
    List<AutoLock.Decision> made = auto.markerVanished(SECOND, RelPath.of("scene.blend@"));

    assertThat(made).doesNotContain(RELEASE);
    assertThat(auto.elapsed(2 * SECOND)).doesNotContain(RELEASE);
  }

  @Test
  void what_a_user_locks_stays_locked() {
    auto.locked(0, SCENE);
    assertThat(auto.elapsed(100_000 * SECOND)).doesNotContain(RELEASE);
  }

  @Test
  void what_is_locked_no_more_by_itself_is_released_at_once() {
    auto.saved(0, SCENE);
    auto.markerAppeared(0, PLAN, MARKER);

    List<AutoLock.Decision> made =
        auto.follow(SECOND, Lockables.parse("*.odt"), AutoLock.Timing.DEFAULT);

    assertThat(made).contains(RELEASE).doesNotContain(new AutoLock.Decision.Release(PLAN));
    assertThat(auto.follow(2 * SECOND, Lockables.parse("off"), AutoLock.Timing.DEFAULT))
        .contains(new AutoLock.Decision.Release(PLAN));
    assertThat(auto.saved(3 * SECOND, SCENE)).isEmpty();
  }

  @Test
  void what_a_user_locked_stays_whatever_is_locked_by_itself() {
    auto.locked(0, SCENE);

    assertThat(auto.follow(SECOND, Lockables.parse("off"), AutoLock.Timing.DEFAULT))
        .doesNotContain(RELEASE);
    assertThat(auto.elapsed(100_000 * SECOND)).doesNotContain(RELEASE);
  }

  @Test
  void a_new_quiet_time_counts_for_what_is_locked_already() {
    auto.saved(0, SCENE);
    auto.handle(0, SCENE, false);
    var usual = AutoLock.Timing.DEFAULT;
    var brisk =
        new AutoLock.Timing(Duration.ofSeconds(5), usual.grace(), usual.look(), usual.forgotten());

    assertThat(auto.follow(SECOND, Lockables.DEFAULT, brisk)).doesNotContain(RELEASE);
    assertThat(auto.elapsed(5 * SECOND)).contains(RELEASE);
  }

  @Test
  void a_lock_of_the_last_run_is_released_once_its_file_is_closed_be_it_lockable_or_not() {
    RelPath notes = RelPath.of("notes.txt");
    auto.resumed(0, notes);

    assertThat(auto.elapsed(15 * SECOND)).contains(new AutoLock.Decision.LookForHandle(notes));
    assertThat(auto.handle(15 * SECOND, notes, false))
        .contains(new AutoLock.Decision.Release(notes));
  }

  @Test
  void what_is_not_lockable_is_left_alone() {
    assertThat(auto.saved(0, RelPath.of("notes.txt"))).isEmpty();
    assertThat(Lockables.parse("*.txt default").covers(RelPath.of("a/Notes.TXT"))).isTrue();
    assertThat(Lockables.parse("off").covers(SCENE)).isFalse();
    assertThat(Lockables.parse("all").covers(RelPath.of(".notes.lock"))).isFalse();
  }
}
