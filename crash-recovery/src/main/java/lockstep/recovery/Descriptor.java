package lockstep.recovery;

import java.nio.channels.ClosedChannelException;
import java.util.concurrent.atomic.AtomicInteger;

/// A file descriptor that is closed once: when its owner has closed it and nobody is using it any
/// more. So no call ever reaches the file that got the same number next.
final class Descriptor {
  private static final int CLOSED = 1 << 30;

  private final int number;

  /// Calls in progress, plus [#CLOSED] once the owner has closed it.
  private final AtomicInteger uses = new AtomicInteger();

  Descriptor(int number) {
    this.number = number;
  }

  /// Begins a use, to be ended by [#release].
  ///
  /// @return the number
  int acquire() throws ClosedChannelException {
    int now;
    do {
      now = uses.get();
      if (now >= CLOSED) {
        throw new ClosedChannelException();
      }
    } while (!uses.compareAndSet(now, now + 1));
    return number;
  }

  void release(Scratch scratch) {
    if (uses.decrementAndGet() == CLOSED) {
      SystemCall.CLOSE.call(scratch, number);
    }
  }

  void close(Scratch scratch) {
    int before;
    do {
      before = uses.get();
      if (before >= CLOSED) {
        return;
      }
    } while (!uses.compareAndSet(before, before + CLOSED));
    if (before == 0) {
      SystemCall.CLOSE.call(scratch, number);
    }
  }
}
