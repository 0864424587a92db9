package lockstep.lease;

import lockstep.base.PeerId;
import lockstep.base.RelPath;

/// Something that a person wants to be told.
public sealed interface Notice {
  RelPath path();

  /// A request came to nothing: another has it.
  record Denied(RelPath path, Lock holder) implements Notice {}

  /// A lock that this device held is another's now: it had run out unrenewed, as after a partition
  /// or a long suspend. What was saved meanwhile becomes a conflict copy if the other saves too.
  record Lost(RelPath path, Lock holder) implements Notice {}

  /// Somebody broke this device's lock; the reason stands in the breaker's request. Further saves
  /// here become conflict copies.
  record Overridden(RelPath path, Lock breaker) implements Notice {}

  /// Somebody asks this device to let go of its lock.
  record Asked(RelPath path, PeerId asker, String note) implements Notice {}

  /// A file that this device asked for is free.
  record NowFree(RelPath path) implements Notice {}

  /// This device held the lock when its last run ended: whoever knows whether an application still
  /// works on the file requests it again or releases it. Released after one lease otherwise.
  record Recovered(RelPath path, Lock lock) implements Notice {}

  /// The last holder's final version has not come for so long that others need not wait for it.
  record FinalVersionMissing(RelPath path) implements Notice {}

  /// This device may not lock here.
  record NotAllowed(RelPath path, Why why) implements Notice {
    /// Why not.
    public enum Why {
      /// Its role does not allow it to write.
      ROLE,
      /// It holds as many locks as one member may.
      TOO_MANY
    }
  }
}
