package lockstep.p2p;

import java.time.Duration;

/// When to say something in multicast DNS: at the start or after a change of the network at once
/// and twice more, since packets get lost; then ever more rarely, down to once an hour (RFC 6762
/// §5.2). Whoever comes later announces itself. An answer is never given twice within the pause,
/// whoever asks how often. A state machine without clock; times are monotonic nanoseconds.
final class MdnsSchedule {
  private static final Duration FIRST = Duration.ofSeconds(1);
  private static final Duration LONGEST = Duration.ofHours(1);

  private final long pause;
  private long askAt;
  private long interval;
  private long answerAt;
  private long toldAt;
  private boolean mustAnswer;

  /// What to do now.
  record Due(boolean ask, boolean tell) {}

  MdnsSchedule(long now, Duration pause) {
    this.pause = pause.toNanos();
    this.toldAt = now - this.pause;
    restart(now);
  }

  /// The network is another one, or was slept through: begins anew.
  void restart(long now) {
    askAt = now;
    interval = FIRST.toNanos();
  }

  /// Somebody asked.
  ///
  /// @param delay nanoseconds to wait, random, so that not all answer in the same moment
  void asked(long now, long delay) {
    if (mustAnswer) return;
    mustAnswer = true;
    answerAt = Math.max(now + delay, toldAt + pause);
  }

  /// What is due, which counts as done from here on.
  Due poll(long now) {
    boolean ask = now - askAt >= 0;
    boolean tell = ask || mustAnswer && now - answerAt >= 0;
    if (ask) {
      askAt = now + interval;
      interval = Math.min(2 * interval, LONGEST.toNanos());
    }
    if (tell) {
      mustAnswer = false;
      toldAt = now;
    }
    return new Due(ask, tell);
  }

  /// Nanoseconds until something is due; 0 if something is.
  long untilDue(long now) {
    long wait = mustAnswer ? Math.min(askAt - now, answerAt - now) : askAt - now;
    return Math.max(0, wait);
  }
}
