package lockstep.sync;

import java.util.Optional;
import lockstep.base.PeerId;
import lockstep.lease.Notice;

/// What whoever wants to lock a file learns, on the loop's thread.
interface LockReply {
  /// The lock is this device's.
  void locked(Optional<FileLock> lock);

  /// Somebody else has it.
  void denied(PeerId holder, Optional<FileLock> lock);

  void notAllowed(Notice.NotAllowed.Why why);
}
