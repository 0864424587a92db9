package lockstep.sync.watch;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import lockstep.base.RelPath;
import lockstep.testkit.Gen;
import lockstep.testkit.SeedSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;

class QuietTest {
  private static final Quiet.Limits LIMITS = new Quiet.Limits(20, 1000, 2000, 150, 100);
  private static final RelPath A = RelPath.of("a");
  private static final RelPath B = RelPath.of("b");

  private final Quiet quiet = new Quiet(LIMITS);

  @Test
  void a_closed_file_is_ready_after_a_short_settle() {
    quiet.changed(A, 100);

    assertThat(quiet.ready(119)).isEmpty();
    assertThat(quiet.nextDeadline()).hasValue(120);
    assertThat(quiet.ready(120)).containsExactly(A);
    assertThat(quiet.nextDeadline()).isEmpty();
    assertThat(quiet.ready(9999)).isEmpty();
  }

  @Test
  void a_burst_of_saves_is_one_change() {
    for (int t = 0; t <= 100; t += 10) {
      quiet.writing(A, t);
      quiet.changed(A, t);
      assertThat(quiet.ready(t)).isEmpty();
    }

    assertThat(quiet.ready(120)).containsExactly(A);
  }

  @Test
  void a_file_saved_again_and_again_is_not_put_off_for_ever() {
    List<Long> looked = new ArrayList<>();
    for (long t = 0; t <= 3000; t += 10) {
      quiet.changed(A, t);
      if (!quiet.ready(t).isEmpty()) {
        looked.add(t);
      }
    }

    assertThat(looked).containsExactly(1000L, 2010L);
  }

  @Test
  void a_write_without_end_is_not_about_to_settle() {
    for (int t = 0; t <= 10_000; t += 1000) {
      quiet.writing(A, t);
      assertThat(quiet.isAnyAboutToSettle()).isEqualTo(t <= 2000);
    }
    quiet.deleted(B, 10_000);
    assertThat(quiet.isAnyAboutToSettle()).isTrue();
    assertThat(quiet.ready(10_150)).containsExactly(B);
    assertThat(quiet.isAnyAboutToSettle()).isFalse();

    quiet.changed(A, 10_200);

    assertThat(quiet.isAnyAboutToSettle()).isTrue();
    assertThat(quiet.ready(10_220)).containsExactly(A);
    assertThat(quiet.isAnyAboutToSettle()).isFalse();
  }

  @Test
  void a_long_write_settles_like_a_short_one() {
    for (int t = 0; t < 50_000; t += 100) {
      quiet.writing(A, t);
      assertThat(quiet.ready(t)).isEmpty();
    }

    quiet.changed(A, 50_000);

    assertThat(quiet.nextDeadline()).hasValue(50_020);
  }

  @Test
  void a_file_left_open_is_ready_when_its_writer_pauses() {
    quiet.writing(A, 0);
    quiet.writing(A, 1500);

    assertThat(quiet.ready(3499)).isEmpty();
    assertThat(quiet.ready(3500)).containsExactly(A);
  }

  @Test
  void a_writer_that_begins_anew_after_closing_is_waited_for() {
    quiet.changed(A, 0);
    quiet.writing(A, 10);

    assertThat(quiet.ready(100)).isEmpty();
  }

  @Test
  void touching_a_file_that_is_being_written_hurries_nothing() {
    quiet.writing(A, 0);
    quiet.touched(A, 10);
    quiet.touched(B, 10);

    assertThat(quiet.ready(1000)).containsExactly(B);
  }

  @Test
  void a_deletion_waits_for_a_successor() {
    quiet.deleted(A, 0);

    assertThat(quiet.ready(149)).isEmpty();
    assertThat(quiet.ready(150)).containsExactly(A);
  }

  @Test
  void a_file_put_in_the_place_of_a_deleted_one_is_one_change() {
    quiet.deleted(A, 0);
    quiet.changed(A, 100);

    assertThat(quiet.ready(119)).isEmpty();
    assertThat(quiet.ready(120)).containsExactly(A);
    assertThat(quiet.nextDeadline()).isEmpty();
  }

  @Test
  void a_file_deleted_while_it_settles_is_a_deletion() {
    quiet.changed(A, 0);
    quiet.deleted(A, 10);

    assertThat(quiet.ready(159)).isEmpty();
    assertThat(quiet.ready(160)).containsExactly(A);
  }

  @Test
  void too_many_paths_are_given_up_for_a_rescan() {
    for (int i = 0; i <= LIMITS.pathsMax(); i++) {
      quiet.changed(RelPath.of("f" + i), 0);
    }

    assertThat(quiet.takeOverflow()).isTrue();
    assertThat(quiet.takeOverflow()).isFalse();
    assertThat(quiet.ready(20)).containsExactly(RelPath.of("f" + LIMITS.pathsMax()));
  }

  @Test
  void monotonic_time_may_pass_its_largest_number() {
    quiet.changed(A, Long.MAX_VALUE - 5);
    quiet.changed(B, Long.MAX_VALUE - 4);

    assertThat(quiet.ready(Long.MAX_VALUE)).isEmpty();
    assertThat(quiet.ready(Long.MIN_VALUE + 14)).containsExactly(A);
    assertThat(quiet.ready(Long.MIN_VALUE + 15)).containsExactly(B);
  }

  /// Whatever happens: each path with an event since it was last given comes up, once, never before
  /// its last event was a settle ago, at the latest when all is still.
  @ParameterizedTest
  @SeedSource(count = 300)
  void every_change_comes_up_once_it_is_still(long seed) {
    var gen = new Gen(seed);
    Map<RelPath, Long> pending = new HashMap<>();
    Map<RelPath, Long> patience = new HashMap<>();
    long now = gen.anyLong();
    for (int step = 0; step < 200; step++) {
      now += gen.between(0, 60);
      for (RelPath path : quiet.ready(now)) {
        long last = requireNonNull(pending.remove(path), "given though nothing happened");
        long patientSince = patience.getOrDefault(path, now);
        patience.remove(path);
        assertThat(now - last >= 20 || now - patientSince >= 1000).isTrue();
      }
      RelPath path = RelPath.of("f" + gen.between(0, 8));
      pending.put(path, now);
      switch (gen.between(0, 3)) {
        case 0 -> {
          quiet.changed(path, now);
          patience.putIfAbsent(path, now);
        }
        case 1 -> {
          quiet.touched(path, now);
          patience.putIfAbsent(path, now);
        }
        case 2 -> quiet.writing(path, now);
        default -> quiet.deleted(path, now);
      }
    }
    assertThat(quiet.ready(now + 2000)).containsExactlyInAnyOrderElementsOf(pending.keySet());
    assertThat(quiet.nextDeadline()).isEqualTo(OptionalLong.empty());
    assertThat(quiet.takeOverflow()).isFalse();
  }

  @ParameterizedTest
  @SeedSource(count = 100)
  void waking_at_each_deadline_misses_nothing(long seed) {
    var gen = new Gen(seed);
    for (int i = 0; i < 50; i++) {
      RelPath path = RelPath.of("f" + gen.between(0, 20));
      switch (gen.between(0, 2)) {
        case 0 -> quiet.changed(path, i);
        case 1 -> quiet.writing(path, i);
        default -> quiet.deleted(path, i);
      }
    }
    while (quiet.nextDeadline().isPresent()) {
      long deadline = quiet.nextDeadline().getAsLong();
      assertThat(quiet.ready(deadline - 1)).isEmpty();
      assertThat(quiet.ready(deadline)).isNotEmpty().doesNotHaveDuplicates();
    }
  }
}
