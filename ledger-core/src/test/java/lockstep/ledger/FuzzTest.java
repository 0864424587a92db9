package lockstep.ledger;

import lockstep.base.PeerViolationException;
import lockstep.testkit.Fuzz;
import org.junit.jupiter.api.Test;

/// Entries that members pass on; see [Fuzz].
class FuzzTest {
  @Test
  void entries() {
    Fuzz.run("entry", UnverifiedEntry::decode, PeerViolationException.class);
    Fuzz.run("body", BodyCodec::decode, PeerViolationException.class);
  }
}
