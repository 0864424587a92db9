package lockstep.p2p;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Ends a blocking step that takes too long, by an action (closing what it waits for) on a thread
/// of its own. Closing the deadline in time calls it off. Thread-safe.
public final class Deadline implements AutoCloseable {
  private final CountDownLatch done = new CountDownLatch(1);

  private Deadline() {}

  /// From now on until closed.
  ///
  /// @param action is run once the time is up; must not block for long, or throw
  public static Deadline after(Duration time, Runnable action) {
    var deadline = new Deadline();
    Thread.ofVirtual().name("p2p-deadline").start(() -> deadline.run(time, action));
    return deadline;
  }

  private void run(Duration time, Runnable action) {
    try {
      if (done.await(time.toNanos(), TimeUnit.NANOSECONDS)) return;
    } catch (InterruptedException e) {
      return; // Nobody knows this thread, so nobody interrupts it.
    }
    action.run();
  }

  /// Calls it off, unless it is under way already.
  @Override
  public void close() {
    done.countDown();
  }
}
