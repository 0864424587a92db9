package lockstep.lease;

import lockstep.base.PeerViolationException;
import lockstep.testkit.Fuzz;
import org.junit.jupiter.api.Test;

/// What members say of locks, and the markers that anybody may write into the folder; see [Fuzz].
class FuzzTest {
  @Test
  void words_about_locks() {
    Fuzz.run("lock-envelope", SignedMessage::verify, PeerViolationException.class);
    Fuzz.run("lock-message", MessageCodec::read, PeerViolationException.class);
  }

  @Test
  void markers() {
    Fuzz.run("lock-marker", LockMarker::decode);
  }
}
