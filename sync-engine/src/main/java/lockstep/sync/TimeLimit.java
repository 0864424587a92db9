package lockstep.sync;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import lockstep.p2p.PeerStream;

/// Resets a stream that takes too long, whoever is waiting on it.
final class TimeLimit implements AutoCloseable {
  private final CountDownLatch over = new CountDownLatch(1);

  private TimeLimit() {}

  /// From now on until closed.
  static TimeLimit on(PeerStream stream, Duration most) {
    var limit = new TimeLimit();
    Thread.ofVirtual().name("time-limit").start(() -> limit.run(stream, most));
    return limit;
  }

  private void run(PeerStream stream, Duration most) {
    try {
      if (!over.await(most.toNanos(), TimeUnit.NANOSECONDS)) stream.reset();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    over.countDown();
  }
}
