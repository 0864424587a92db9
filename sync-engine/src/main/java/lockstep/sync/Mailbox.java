package lockstep.sync;

import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/// A folder's events on their way to its loop. Bounded: a full mailbox is back-pressure for those
/// who fill it. The loop itself never puts anything in, so nobody waits in a circle.
final class Mailbox {
  private static final int EVENTS_MAX = 8192;

  private final BlockingQueue<FolderEvent> events = new ArrayBlockingQueue<>(EVENTS_MAX);
  private volatile boolean closed;

  /// Puts an event in, waiting for room; after [#close] events vanish. Thread-safe.
  void put(FolderEvent event) {
    try {
      while (!closed && !events.offer(event, 100, TimeUnit.MILLISECONDS)) {}
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// Waits for an event, at most `nanos` if given.
  Optional<FolderEvent> take(OptionalLong nanos) throws InterruptedException {
    return nanos.isEmpty()
        ? Optional.of(events.take())
        : Optional.ofNullable(events.poll(nanos.getAsLong(), TimeUnit.NANOSECONDS));
  }

  /// The next event, if one is here already.
  Optional<FolderEvent> poll() {
    return Optional.ofNullable(events.poll());
  }

  void close() {
    closed = true;
  }

  /// Whether events may have vanished.
  boolean isClosed() {
    return closed;
  }
}
