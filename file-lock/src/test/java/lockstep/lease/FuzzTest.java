package lockstep.lease;

import java.util.stream.Stream;
import lockstep.base.CorruptStoreException;
import lockstep.base.PeerViolationException;
import lockstep.testkit.FuzzTarget;
import lockstep.testkit.FuzzTargets;

/// What members say of locks, and the markers that anybody may write into the folder, and the locks
/// in the journal; see [FuzzTargets].
class FuzzTest implements FuzzTargets {
  @Override
  public Stream<FuzzTarget> targets() {
    return Stream.of(
        new FuzzTarget("lock-envelope", SignedMessage::verify, PeerViolationException.class),
        new FuzzTarget("lock-message", MessageCodec::read, PeerViolationException.class),
        new FuzzTarget("lock-marker", LockMarker::decode),
        new FuzzTarget("lock-kept", Kept::decode, CorruptStoreException.class));
  }
}
