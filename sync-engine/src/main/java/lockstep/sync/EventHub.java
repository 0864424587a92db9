package lockstep.sync;

import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import lockstep.base.PeerId;
import lockstep.base.TimeSource;

/// Spreads events to whoever listens. A listener that lags loses its oldest events; nobody who
/// tells an event ever waits. Thread-safe.
final class EventHub {
  /// Events kept for a listener that lags.
  private static final int BACKLOG_MAX = 4096;

  private final TimeSource time;
  private final Collection<Listener> listeners = new CopyOnWriteArrayList<>();

  EventHub(TimeSource time) {
    this.time = time;
  }

  /// Tells everybody.
  void tell(
      String type,
      Optional<String> folder,
      Optional<String> path,
      Optional<PeerId> peer,
      Map<String, String> details) {
    if (listeners.isEmpty()) {
      return;
    }
    var event = new SyncEvent(time.wallTime(), type, folder, path, peer, details);
    listeners.forEach(listener -> listener.offer(event));
  }

  SyncEngine.Subscription subscribe(Consumer<SyncEvent> consumer) {
    var listener = new Listener(consumer);
    listeners.add(listener);
    Thread thread = Thread.ofVirtual().name("event-listener").start(listener::run);
    return () -> {
      listeners.remove(listener);
      thread.interrupt();
    };
  }

  private record Listener(Consumer<SyncEvent> consumer, BlockingQueue<SyncEvent> backlog) {
    Listener(Consumer<SyncEvent> consumer) {
      this(consumer, new LinkedBlockingQueue<>(BACKLOG_MAX));
    }

    void offer(SyncEvent event) {
      while (!backlog.offer(event)) {
        backlog.poll();
      }
    }

    void run() {
      try {
        while (true) {
          consumer.accept(backlog.take());
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
