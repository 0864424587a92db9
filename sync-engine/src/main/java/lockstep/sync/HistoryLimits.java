package lockstep.sync;

import java.time.Duration;

/// How much a folder's history may keep of what was replaced and deleted; the oldest goes first.
///
/// @param keep how long at the most
/// @param maxPercent part of the disk's room that it may take, from 0 to 100
public record HistoryLimits(Duration keep, int maxPercent) {
  public static final HistoryLimits DEFAULT = new HistoryLimits(Duration.ofDays(30), 10);

  public HistoryLimits {
    if (keep.isNegative() || maxPercent < 0 || maxPercent > 100) {
      throw new IllegalArgumentException(
          "a history keeps 0 days or more and takes 0 to 100 percent, not "
              + keep
              + ", "
              + maxPercent);
    }
  }
}
