package lockstep.app;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/// Watches over a request that may rightly take hours (`verify`, `restore`): it goes on for as long
/// as the daemon answers a small question beside it now and then, and is ended once it does not.
final class Vigil implements AutoCloseable {
  private final CountDownLatch over = new CountDownLatch(1);
  private volatile boolean wasInVain;

  /// @param every how long to wait between two questions
  /// @param answers asks one, and waits for its answer for a bounded time
  /// @param giveUp ends the request
  Vigil(Duration every, BooleanSupplier answers, Runnable giveUp) {
    Thread.ofPlatform().daemon().name("vigil").start(() -> watch(every, answers, giveUp));
  }

  private void watch(Duration every, BooleanSupplier answers, Runnable giveUp) {
    try {
      while (!over.await(every.toMillis(), TimeUnit.MILLISECONDS)) {
        if (!answers.getAsBoolean() && over.getCount() > 0) {
          wasInVain = true;
          giveUp.run();
          return;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// Whether it gave the request up.
  boolean wasInVain() {
    return wasInVain;
  }

  @Override
  public void close() {
    over.countDown();
  }
}
