package lockstep.sync.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class PaceTest {
  private static final TransferLimits LIMITS = TransferLimits.DEFAULT;
  private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);

  /// Runs `rounds` round trips on a way of so many bytes a second, a window each.
  private static Pace after(int rounds, double bytesPerSecond, long delay) {
    var pace = new Pace(LIMITS);
    for (int i = 0; i < rounds; i++) {
      long window = pace.window();
      pace.began(delay);
      long nanos = delay + (long) (window * 1e9 / bytesPerSecond);
      pace.answered(window, pace.delivered(), nanos, true);
    }
    return pace;
  }

  @Test
  void the_window_fills_a_long_fat_way() {
    Pace pace = after(20, 50e6, 100 * MILLI);
    assertThat(pace.window()).isBetween(4_500_000L, 10_000_000L);
    assertThat(pace.requestBytes()).isEqualTo(LIMITS.requestBytesMax());
  }

  @Test
  void the_window_stays_within_its_bounds() {
    assertThat(after(50, 1e12, 100 * MILLI).window()).isEqualTo(LIMITS.windowBytesMax());
    assertThat(after(50, 1e3, MILLI).window()).isEqualTo(LIMITS.windowBytesMin());
  }

  @Test
  void a_way_that_becomes_slow_gets_less() {
    Pace pace = after(20, 500e6, 20 * MILLI);
    long before = pace.window();
    for (int i = 0; i < 40; i++) {
      pace.answered(1 << 20, pace.delivered(), 1000 * MILLI, true);
    }
    assertThat(pace.window()).isLessThan(before / 4);
  }

  @Test
  void few_requests_say_nothing_about_the_rate() {
    Pace pace = after(20, 500e6, 20 * MILLI);
    long before = pace.window();
    pace.answered(100, pace.delivered(), 1000 * MILLI, false);
    assertThat(pace.window()).isEqualTo(before);
  }
}
