package lockstep.p2p;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import lockstep.base.PeerId;
import org.junit.jupiter.api.Test;

/// When a direct way is looked for in place of one through a relay.
class PunchScheduleTest {
  private final PunchSchedule schedule = new PunchSchedule(PunchLimits.DEFAULT);
  private final PeerId peer = new PeerId(Hosts.newKey().publicKey());

  @Test
  void who_comes_through_a_relay_is_tried_at_once_and_once() {
    schedule.add(peer, 5);
    assertThat(schedule.nanosToNext(5)).isZero();
    assertThat(schedule.begin(5)).containsExactly(peer);
    assertThat(schedule.begin(6)).isEmpty();
    schedule.add(peer, 7);
    assertThat(schedule.begin(7)).isEmpty();
  }

  @Test
  void what_fails_is_tried_less_and_less_often_and_hourly_in_the_end() {
    schedule.add(peer, 0);
    long now = 0;
    for (long seconds : new long[] {2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 3600, 3600}) {
      assertThat(schedule.begin(now)).containsExactly(peer);
      schedule.failed(peer, now);
      long pause = Duration.ofSeconds(seconds).toNanos();
      assertThat(schedule.nanosToNext(now)).isEqualTo(pause);
      assertThat(schedule.begin(now + pause - 1)).isEmpty();
      now += pause;
    }
  }

  @Test
  void who_is_connected_directly_or_gone_is_not_tried() {
    schedule.add(peer, 0);
    schedule.forget(peer);
    assertThat(schedule.begin(0)).isEmpty();
    schedule.add(peer, 0);
    schedule.gone(peer);
    schedule.failed(peer, 0); // an attempt that was under way
    assertThat(schedule.begin(Duration.ofDays(1).toNanos())).isEmpty();
  }

  @Test
  void a_peer_has_this_device_dial_only_so_often_in_a_minute() {
    for (int i = 0; i < PunchLimits.DEFAULT.requestsPerMinute(); i++) {
      assertThat(schedule.mayAsk(peer, i)).isTrue();
    }
    assertThat(schedule.mayAsk(peer, Duration.ofSeconds(59).toNanos())).isFalse();
    assertThat(schedule.mayAsk(peer, Duration.ofSeconds(60).toNanos())).isTrue();
  }
}
