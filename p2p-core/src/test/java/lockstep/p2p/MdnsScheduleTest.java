package lockstep.p2p;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import lockstep.base.PeerId;
import org.junit.jupiter.api.Test;

class MdnsScheduleTest {
  private static final long SECOND = 1_000_000_000L;

  private final MdnsSchedule schedule = new MdnsSchedule(0, Duration.ofSeconds(1));

  @Test
  void it_speaks_at_once_and_again_after_1_3_and_7_seconds_and_later_once_an_hour() {
    List<Long> times = asks(0, 8 * 3600);
    assertThat(times).startsWith(0L, 1L, 3L, 7L, 15L, 31L).hasSizeLessThan(25);
    assertThat(times.getLast() - times.get(times.size() - 2)).isEqualTo(3600);
  }

  @Test
  void a_change_of_the_network_begins_anew() {
    asks(0, 1000);
    schedule.restart(1000 * SECOND);
    assertThat(asks(1000, 1004)).containsExactly(1000L, 1001L, 1003L);
  }

  @Test
  void a_sleep_of_the_computer_is_noticed_once_and_a_long_pause_of_this_program_is_none() {
    var wall = Instant.parse("2026-01-01T00:00:00Z");
    var watch = new SleepWatch(0, wall);
    assertThat(watch.hasSlept(10 * SECOND, wall.plusSeconds(10))).isFalse();
    assertThat(watch.hasSlept(500 * SECOND, wall.plusSeconds(502))).isFalse();
    assertThat(watch.hasSlept(501 * SECOND, wall.plusSeconds(509))).isTrue();
    assertThat(watch.hasSlept(511 * SECOND, wall.plusSeconds(519))).isFalse();
    assertThat(watch.hasSlept(521 * SECOND, wall.minusSeconds(3600))).isFalse();
    assertThat(watch.hasSlept(531 * SECOND, wall.minusSeconds(3590))).isFalse();
  }

  @Test
  void a_flood_of_questions_brings_one_answer_a_second() {
    asks(0, 600);
    int answers = 0;
    for (long now = 600 * SECOND; now < 610 * SECOND; now += SECOND / 1000) {
      schedule.asked(now, 0);
      if (schedule.poll(now).tell()) answers++;
    }
    assertThat(answers).isEqualTo(10);
  }

  @Test
  void an_answer_waits_for_its_delay() {
    asks(0, 600);
    schedule.asked(600 * SECOND, SECOND / 10);
    assertThat(schedule.poll(600 * SECOND).tell()).isFalse();
    assertThat(schedule.untilDue(600 * SECOND)).isEqualTo(SECOND / 10);
    assertThat(schedule.poll(600 * SECOND + SECOND / 10))
        .isEqualTo(new MdnsSchedule.Due(false, true));
  }

  @Test
  void hints_are_told_once_in_a_while_and_floods_held_back() {
    var gate = new HintGate(Limits.DEFAULT);
    var peer = new PeerId(Hosts.newKey().publicKey());
    var here = List.of(Multiaddr.parse("/ip4/10.0.0.1/tcp/1"));
    var there = List.of(Multiaddr.parse("/ip4/10.0.0.2/tcp/1"));

    assertThat(gate.lets(peer, here, 0)).isTrue();
    assertThat(gate.lets(peer, here, SECOND)).isFalse();
    assertThat(gate.lets(peer, there, SECOND)).isTrue();
    assertThat(gate.lets(peer, there, 7 * SECOND)).isTrue();
    int passed = 0;
    for (int i = 0; i < 1000; i++) {
      if (gate.lets(peer, i % 2 == 0 ? here : there, 7 * SECOND)) passed++;
    }
    assertThat(passed).isLessThan(Limits.DEFAULT.mdnsHintsPerSecond());
  }

  /// The seconds in which it asked.
  private List<Long> asks(long from, long to) {
    var times = new ArrayList<Long>();
    for (long now = from * SECOND; now < to * SECOND; now += Math.max(1, schedule.untilDue(now))) {
      if (schedule.poll(now).ask()) times.add(now / SECOND);
    }
    return times;
  }
}
