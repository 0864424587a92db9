package lockstep.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.LongConsumer;
import lockstep.base.Entropy;
import lockstep.base.PeerId;
import lockstep.base.PrivateKey;
import lockstep.testkit.Gen;
import org.junit.jupiter.api.Test;

/// In virtual time: a moment passes only because it is named.
class DialScheduleTest {
  private static final PeerId PEER = newPeer();
  private static final Duration BRIEF = DialSchedule.STEADY.minusNanos(1);
  private static final Duration HOUR = Duration.ofHours(1);

  private final Gen gen = new Gen(1);
  private final DialSchedule schedule = new DialSchedule(gen::bytes);

  @Test
  void pauses_double_from_a_third_of_a_second_to_a_minute() {
    List<Long> pauses = pauses(schedule, 12);

    for (int i = 0; i < pauses.size(); i++) {
      double nominal = Math.min(60e9, 300e6 * (1 << i));
      assertThat((double) pauses.get(i)).isBetween(nominal * 0.75, nominal * 1.25);
    }
  }

  @Test
  void two_devices_that_failed_together_do_not_come_again_together() {
    var another = new DialSchedule(new Gen(2)::bytes);

    assertThat(pauses(schedule, 12)).doesNotContainAnyElementsOf(pauses(another, 12));
  }

  @Test
  void who_was_here_for_a_while_is_dialled_again_at_once() {
    schedule.failed(PEER, 0);
    schedule.connected(PEER, 1);
    schedule.disconnected(PEER, 1 + DialSchedule.STEADY.toNanos());

    assertThat(schedule.nanosUntilDue(PEER, 1 + DialSchedule.STEADY.toNanos())).isZero();
    assertThat(schedule.hasFailed(PEER)).isFalse();
  }

  @Test
  void who_lets_one_in_and_drops_the_connection_at_once_is_dialled_no_oftener_than_who_is_away() {
    int away = dialsInAnHour(now -> schedule.failed(PEER, now));
    int dropping =
        dialsInAnHour(
            now -> {
              schedule.connected(PEER, now);
              schedule.disconnected(PEER, now);
            });
    int droppingBeforeItSaysWhoItIs =
        dialsInAnHour(
            now -> {
              schedule.connected(PEER, now);
              schedule.disconnected(PEER, now);
              schedule.failed(PEER, now);
            });

    assertThat(away).isBetween(50, 90);
    assertThat(List.of(dropping, droppingBeforeItSaysWhoItIs)).allMatch(it -> it <= 90);
  }

  @Test
  void a_connection_that_holds_closes_the_circuit() {
    long now = 0;
    for (int i = 0; i < 10; i++) now = connectedFor(BRIEF, now);
    assertThat(schedule.nanosUntilDue(PEER, now)).isGreaterThan(Duration.ofSeconds(40).toNanos());

    now = connectedFor(DialSchedule.STEADY, now);
    assertThat(schedule.nanosUntilDue(PEER, now)).isZero();
    now = connectedFor(BRIEF, now);
    assertThat(schedule.nanosUntilDue(PEER, now)).isLessThan(Duration.ofSeconds(1).toNanos());
  }

  @Test
  void a_hint_shortens_the_pause_to_a_second_and_no_further() {
    for (int i = 0; i < 12; i++) schedule.failed(PEER, 0);
    schedule.hint(PEER);
    schedule.hint(PEER);
    assertThat(schedule.nanosUntilDue(PEER, 0)).isEqualTo(DialSchedule.HINTED_PAUSE.toNanos());
  }

  @Test
  void a_hint_does_not_lengthen_a_pause() {
    schedule.failed(PEER, 0);
    long before = schedule.nanosUntilDue(PEER, 0);
    schedule.hint(PEER);
    assertThat(schedule.nanosUntilDue(PEER, 0)).isEqualTo(before);
  }

  @Test
  void a_hint_does_not_close_the_circuit_of_who_drops_every_connection() {
    long now = 0;
    for (int i = 0; i < 10; i++) now = connectedFor(BRIEF, now);
    long before = schedule.nanosUntilDue(PEER, now);
    schedule.hint(PEER);
    assertThat(schedule.nanosUntilDue(PEER, now)).isEqualTo(before);
  }

  @Test
  void only_those_who_are_wanted_are_remembered() {
    schedule.failed(PEER, 0);
    schedule.keepOnly(Set.of(newPeer()));
    assertThat(schedule.hasFailed(PEER)).isFalse();
    assertThat(schedule.nanosUntilDue(PEER, 0)).isZero();
  }

  private long connectedFor(Duration time, long now) {
    schedule.connected(PEER, now);
    schedule.disconnected(PEER, now + time.toNanos());
    return now + time.toNanos();
  }

  /// How often the peer is dialled if each dial ends so, and it is said to be there all the time.
  private int dialsInAnHour(LongConsumer dial) {
    schedule.keepOnly(Set.of());
    int dials = 0;
    for (long now = 0; now < HOUR.toNanos(); now += schedule.nanosUntilDue(PEER, now)) {
      dial.accept(now);
      dials++;
      if (dials > 1_000_000) throw new AssertionError("it is dialled without a pause");
    }
    return dials;
  }

  private static List<Long> pauses(DialSchedule schedule, int count) {
    var pauses = new ArrayList<Long>();
    for (int i = 0; i < count; i++) {
      schedule.failed(PEER, 0);
      pauses.add(schedule.nanosUntilDue(PEER, 0));
    }
    return pauses;
  }

  private static PeerId newPeer() {
    return new PeerId(PrivateKey.generate(Entropy.system()).publicKey());
  }
}
