package lockstep.sync.transfer;

import java.time.Duration;

/// How fast one provider answers, and so how much to ask it for at once: twice the product of
/// bandwidth and delay, so that the window doubles each round trip for as long as that brings more
/// (cf. the start-up phase of BBR, Cardwell et al. 2016). Guarded by its owner's lock.
final class Pace {
  /// Takes in the jitter of schedulers and disks, which on a fast network exceeds the round trip.
  private static final long DELAY_MIN = Duration.ofMillis(20).toNanos();

  /// What is expected of a provider that never answered yet.
  private static final long ANSWER_FIRST = Duration.ofMillis(250).toNanos();

  private static final long WINDOW_FIRST = 1 << 20;
  private static final int REQUEST_BYTES_MIN = 256 << 10;

  /// Requests that share a window: one being answered while others are on their way.
  private static final int REQUESTS_PER_WINDOW = 4;

  private final TransferLimits limits;
  private double bytesPerSecond;
  private long delay = Long.MAX_VALUE;
  private long delivered;

  Pace(TransferLimits limits) {
    this.limits = limits;
  }

  /// Bytes that may be outstanding.
  long window() {
    if (bytesPerSecond == 0) return Math.max(limits.windowBytesMin(), WINDOW_FIRST);
    double product = bytesPerSecond * Math.max(delay(), DELAY_MIN) / 1e9;
    return Math.clamp((long) (2 * product), limits.windowBytesMin(), limits.windowBytesMax());
  }

  /// Bytes that one request should ask for.
  long requestBytes() {
    return Math.clamp(window() / REQUESTS_PER_WINDOW, REQUEST_BYTES_MIN, limits.requestBytesMax());
  }

  /// Bytes answered so far; to be kept with each request sent and handed back in [#answered].
  long delivered() {
    return delivered;
  }

  /// The first byte of an answer came `nanos` after its request was sent on an idle stream.
  void began(long nanos) {
    // A shortest delay that is never seen again fades by an eighth each time: routes change.
    delay = delay == Long.MAX_VALUE ? nanos : Math.min(nanos, delay + delay / 8);
  }

  /// A request was answered in full.
  ///
  /// @param deliveredThen [#delivered] when it was sent
  /// @param nanos since it was sent
  /// @param busy whether the window was well used meanwhile: a low rate then says something
  void answered(long bytes, long deliveredThen, long nanos, boolean busy) {
    delivered += bytes;
    double rate = (delivered - deliveredThen) * 1e9 / Math.max(nanos, 1);
    if (rate > bytesPerSecond) {
      bytesPerSecond = rate;
    } else if (busy) {
      bytesPerSecond += (rate - bytesPerSecond) / 8;
    }
  }

  /// How long `bytes` take, by what is known.
  long nanosFor(long bytes) {
    if (bytesPerSecond == 0) return ANSWER_FIRST;
    return delay() + (long) (bytes * 1e9 / bytesPerSecond);
  }

  private long delay() {
    return delay == Long.MAX_VALUE ? DELAY_MIN : delay;
  }
}
