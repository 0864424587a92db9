package lockstep.sync.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.OptionalLong;
import lockstep.testkit.Gen;
import lockstep.testkit.SeedSource;
import lockstep.testkit.sim.Scheduler;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;

class ThrottleTest {
  private static final long RATE = 1_000_000;
  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  /// What may pass at once after a time of silence.
  private static final long BURST = RATE / 10;

  private final Scheduler time = new Scheduler(1);
  private final Throttle throttle = new Throttle(time);

  @Test
  void without_a_limit_everything_passes_at_once() {
    assertThat(throttle.turn(Integer.MAX_VALUE)).isEqualTo(time.monotonicNanos());
  }

  @Test
  void bytes_wait_until_those_before_them_have_passed() {
    throttle.limit(OptionalLong.of(RATE));
    long begin = time.monotonicNanos();
    assertThat(throttle.turn((int) RATE)).isEqualTo(begin + SECOND);
    assertThat(throttle.turn((int) RATE)).isEqualTo(begin + 2 * SECOND);
  }

  @Test
  void a_new_limit_forgets_what_waited_for_the_old_one() {
    throttle.limit(OptionalLong.of(RATE));
    throttle.turn(100 * (int) RATE);
    throttle.limit(OptionalLong.of(2 * RATE));
    assertThat(throttle.turn((int) RATE)).isEqualTo(time.monotonicNanos() + SECOND / 2);
  }

  /// Whatever comes when: from any moment on, no more passes than the rate allows.
  @ParameterizedTest
  @SeedSource(count = 200)
  void no_more_passes_than_the_rate_allows(long seed) {
    var gen = new Gen(seed);
    throttle.limit(OptionalLong.of(RATE));
    long from = time.monotonicNanos();
    long passed = 0;
    for (int i = 0; i < 100; i++) {
      int bytes = gen.between(1, 50_000);
      long turn = throttle.turn(bytes);
      passed += bytes;
      long allowed = BURST + (turn - from) * RATE / SECOND;
      assertThat(passed).isLessThanOrEqualTo(allowed + 1 + i); // rounding, a byte a time
      time.pass(gen.between(0, 40_000_000));
    }
  }
}
