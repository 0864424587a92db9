package lockstep.p2p;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.Callable;

/// Waits for what happens on other threads or in other processes.
public final class Eventually {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final int POLL_MILLIS = 5;

  private Eventually() {}

  /// Returns once the condition holds; fails the test if that takes more than some 20 seconds.
  public static void holds(String what, Callable<Boolean> condition) throws Exception {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.call() && System.nanoTime() - end < 0) {
      Thread.sleep(POLL_MILLIS);
    }
    assertThat(condition.call()).as(what).isTrue();
  }
}
