package lockstep.app;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import lockstep.sync.SyncEvent;

/// The last events, numbered, for any number of readers that each keep their own place. A reader
/// that lags behind misses the oldest and holds up nobody. Thread-safe.
final class RecentEvents {
  static final int KEPT_MAX = 1_000;

  private final Deque<SyncEvent> kept = new ArrayDeque<>();
  private long next; // number of the event to come

  synchronized void add(SyncEvent event) {
    if (kept.size() == KEPT_MAX) kept.removeFirst();
    kept.addLast(event);
    next++;
    notifyAll();
  }

  /// The events from number `from` on, as far as they are kept; none if there are none yet.
  synchronized Page from(long from) {
    long first = next - kept.size();
    int skipped = Math.clamp(from - first, 0, kept.size());
    return new Page(new ArrayList<>(kept).subList(skipped, kept.size()), next);
  }

  /// Like [#from], but waits until there is one.
  synchronized Page awaitFrom(long from) throws InterruptedException {
    while (next <= from) wait();
    return from(from);
  }

  /// @param next where to read on
  record Page(List<SyncEvent> events, long next) {
    Page {
      events = List.copyOf(events);
    }
  }
}
