package lockstep.base;

import java.util.Comparator;

/// One chain of ledger entries: a device and its incarnation. A device whose own past is in doubt
/// (a restored backup) goes on under the next incarnation instead of reusing sequence numbers.
///
/// @param incarnation from 0
public record WriterId(PublicKey device, int incarnation) implements Comparable<WriterId> {
  private static final Comparator<WriterId> ORDER =
      Comparator.comparing(WriterId::device).thenComparingInt(WriterId::incarnation);

  public WriterId {
    if (incarnation < 0) {
      throw new IllegalArgumentException("incarnation " + incarnation + " is negative");
    }
  }

  @Override
  public int compareTo(WriterId that) {
    return ORDER.compare(this, that);
  }
}
