package lockstep.lease;

import java.util.HashSet;
import java.util.Set;
import lockstep.base.RelPath;

/// What was seen of somebody's work on one file.
final class Work {
  static final long NOT = Long.MIN_VALUE;

  final RelPath path;

  /// Markers there are that mean that it is open.
  final Set<RelPath> markers = new HashSet<>();

  boolean isHeld;
  boolean isManual;

  /// The last marker has gone: unless a process still has the file open, the work is done.
  boolean isClosed;

  /// Nothing has the file open any more, and something had.
  boolean isDone;

  /// A look for handles is under way.
  boolean isAsked;

  long activeAt;
  long goneSince = NOT;
  long openSince = NOT;
  long lookedAt = NOT;

  Work(RelPath path) {
    this.path = path;
  }

  void active(long now) {
    activeAt = now;
  }

  boolean isOver(long now, AutoLock.Timing timing) {
    if (goneSince != NOT) return now - goneSince >= timing.grace().toNanos();
    if (isDone) return true;
    long quiet = (markers.isEmpty() ? timing.quiet() : timing.forgotten()).toNanos();
    return now - activeAt >= quiet;
  }

  /// While a marker says that it is open, nobody needs to look.
  boolean isLookDue(long now, AutoLock.Timing timing) {
    if (isAsked || !markers.isEmpty()) return false;
    if (isClosed) return true;
    return lookedAt == NOT || now - lookedAt >= timing.look().toNanos();
  }

  /// When to look at it again, at the latest.
  long wakeAt(AutoLock.Timing timing) {
    if (!isHeld || isManual) return Long.MAX_VALUE;
    if (goneSince != NOT) return goneSince + timing.grace().toNanos();
    if (!markers.isEmpty()) return activeAt + timing.forgotten().toNanos();
    long over = activeAt + timing.quiet().toNanos();
    return isAsked || lookedAt == NOT ? over : Math.min(over, lookedAt + timing.look().toNanos());
  }
}
