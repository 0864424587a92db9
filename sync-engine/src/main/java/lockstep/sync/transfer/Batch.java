package lockstep.sync.transfer;

import java.time.Duration;
import java.util.List;
import lockstep.base.Blake3;

/// One request to one provider. Guarded by the monitor of its [FetchQueue] but for the final
/// fields.
final class Batch {
  private static final long OVERDUE_MIN = Duration.ofMillis(500).toNanos();

  final Provider provider;
  final List<Task> tasks;
  final long bytes;
  final long sentAt;
  final long deliveredThen;

  /// Whether the window was well used when it was sent.
  final boolean busy;

  /// Monotonic time after which others are asked for the rest of it, too.
  final long overdueAt;

  /// Whether nothing was outstanding on its stream: the time to the answer is a round trip then.
  volatile boolean onIdleStream;

  /// Tasks answered so far.
  int answered;

  /// Whether what is left was handed back, to be asked of others.
  boolean givenUp;

  Batch(Provider provider, List<Task> tasks, long now) {
    this.provider = provider;
    this.tasks = List.copyOf(tasks);
    bytes = tasks.stream().mapToLong(Task::bytes).sum();
    sentAt = now;
    deliveredThen = provider.pace.delivered();
    long ahead = provider.outstandingBytes + bytes;
    busy = ahead >= provider.pace.window() / 2;
    overdueAt = now + Math.max(OVERDUE_MIN, 4 * provider.pace.nanosFor(ahead));
  }

  ChunkRequest request(Blake3 folder) {
    return new ChunkRequest(folder, tasks.stream().map(Task::item).toList());
  }
}
