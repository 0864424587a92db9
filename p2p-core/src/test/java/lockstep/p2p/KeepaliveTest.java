package lockstep.p2p;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class KeepaliveTest {
  private static final long SECOND = 1_000_000_000;

  private final List<Long> roundTrips = new ArrayList<>();
  private final Keepalive keepalive = new Keepalive(Limits.DEFAULT, roundTrips::add);
  private long now = 5;

  private void exchange(long nanos) {
    assertThat(keepalive.due(now)).isTrue();
    int value = keepalive.ping(now);
    now += nanos;
    keepalive.pong(value, now);
  }

  @Test
  void the_first_pings_follow_each_other_at_once_and_then_one_every_thirty_seconds() {
    for (int i = 0; i < 4; i++) {
      exchange(1000);
    }
    assertThat(keepalive.due(now)).isFalse();
    assertThat(keepalive.nanosToTick(now)).isEqualTo(30 * SECOND - 1000);
    now += 30 * SECOND;
    exchange(10);
    assertThat(roundTrips).containsExactly(1000L, 1000L, 1000L, 1000L, 10L);
    assertThat(keepalive.roundTripMin()).isEqualTo(10);
  }

  @Test
  void a_peer_that_does_not_answer_in_fifteen_seconds_is_dead() {
    keepalive.ping(now);
    assertThatCode(() -> keepalive.check(now + 15 * SECOND - 1)).doesNotThrowAnyException();
    assertThatThrownBy(() -> keepalive.check(now + 15 * SECOND)).isInstanceOf(IOException.class);
  }

  @Test
  void an_answer_to_another_question_counts_for_nothing() {
    int value = keepalive.ping(now);
    keepalive.pong(value + 1, now);
    assertThat(roundTrips).isEmpty();
    assertThat(keepalive.due(now + SECOND)).isFalse();
  }
}
