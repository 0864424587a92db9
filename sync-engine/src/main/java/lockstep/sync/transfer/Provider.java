package lockstep.sync.transfer;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import lockstep.base.Content;
import lockstep.base.PeerId;

/// A member that contents can be asked of, and what was learned of it in this session. Guarded by
/// the monitor of its [FetchQueue] but for `peer` and `heardAt`.
final class Provider {
  private static final int VIOLATIONS_MAX = 8;
  private static final Duration REST_MIN = Duration.ofMillis(250);
  private static final Duration PATIENCE_MAX = Duration.ofSeconds(60);

  /// Silence that lasts several times as long as so much should take is not explained by its rate.
  private static final int EXPLAINED_BYTES = 128 << 10;

  private static final int EXPLAINED_TIMES = 8;

  private static final Duration REST_MAX = Duration.ofSeconds(30);

  final PeerId peer;
  final Pace pace;

  /// Asked for and neither answered nor given up.
  final Deque<Batch> outstanding = new ArrayDeque<>();

  long outstandingBytes;

  /// Monotonic time of the last sign of life.
  volatile long heardAt;

  private final Set<Content> banned = new HashSet<>();
  private int violations;
  private int failures;
  private long restUntil = Long.MIN_VALUE;

  Provider(PeerId peer, TransferLimits limits) {
    this.peer = peer;
    this.pace = new Pace(limits);
  }

  /// Whether it sent wrong bytes for this content, or wrong bytes often.
  boolean isBanned(Content content) {
    return violations >= VIOLATIONS_MAX || banned.contains(content);
  }

  /// It sent what the hash disproves: never again for this content.
  void ban(Content content) {
    violations++;
    if (violations < VIOLATIONS_MAX) banned.add(content);
  }

  boolean mayBeAsked(long now) {
    return violations < VIOLATIONS_MAX && restUntil <= now;
  }

  /// A stream failed: the next is not opened at once.
  void failed(long now) {
    long rest = REST_MIN.toNanos() << Math.min(failures++, 20);
    restUntil = now + Math.min(rest, REST_MAX.toNanos());
  }

  /// Whether it owes answers and sent nothing for much longer than its rate explains.
  boolean isSilent(long now, TransferLimits limits) {
    long patience =
        Math.max(limits.stallMin().toNanos(), EXPLAINED_TIMES * pace.nanosFor(EXPLAINED_BYTES));
    return !outstanding.isEmpty() && now - heardAt > Math.min(patience, PATIENCE_MAX.toNanos());
  }

  void served() {
    failures = 0;
  }
}
