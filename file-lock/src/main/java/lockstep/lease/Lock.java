package lockstep.lease;

import lockstep.base.PeerId;
import lockstep.base.RelPath;

/// One device's lock on one path, as people see it.
///
/// @param epoch fencing token: of two locks of a path the later has the higher; from 1
public record Lock(RelPath path, PeerId holder, long epoch, LockRequest request) {
  static final long EPOCH_MAX = 1L << 60;

  public Lock {
    if (path.isRoot() || path.isReserved()) {
      throw new IllegalArgumentException("'" + path + "' cannot be locked");
    }
    if (epoch < 1 || epoch > EPOCH_MAX) {
      throw new IllegalArgumentException("epoch " + epoch + " is out of range");
    }
  }

  /// Whether it was asked for knowing that it breaks another's.
  public boolean isOverride() {
    return request.override().isPresent();
  }
}
