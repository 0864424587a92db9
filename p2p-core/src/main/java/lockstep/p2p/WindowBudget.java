package lockstep.p2p;

import java.util.concurrent.atomic.AtomicLong;

/// What all receive windows towards one peer may add up to, over all its connections: the most that
/// the peer can make this device remember. Thread-safe.
///
/// Growing windows may take only half, so that greedy streams never keep new ones out.
final class WindowBudget {
  private final long max;
  private final AtomicLong used = new AtomicLong();

  WindowBudget(long max) {
    this.max = max;
  }

  /// Whether there is room for the window of a new stream now.
  boolean hasRoom(int bytes) {
    return used.get() + bytes <= max;
  }

  /// Takes the window of a new stream; false if there is no room for it.
  boolean takeNew(int bytes) {
    return take(bytes, max);
  }

  /// Takes the growth of a window; false if it shall stay as it is.
  boolean takeGrowth(int bytes) {
    return take(bytes, max / 2);
  }

  void release(int bytes) {
    used.addAndGet(-bytes);
  }

  long used() {
    return used.get();
  }

  private boolean take(int bytes, long limit) {
    long before = used.get();
    while (before + bytes <= limit) {
      if (used.compareAndSet(before, before + bytes)) return true;
      before = used.get();
    }
    return false;
  }
}
