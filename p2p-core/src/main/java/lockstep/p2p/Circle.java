package lockstep.p2p;

import java.io.InterruptedIOException;
import java.util.Set;
import lockstep.base.PeerId;

/// Who belongs together, for a network that relays: it asks, whoever knows the folders answers.
/// Thread-safe.
public interface Circle {
  /// Whom this device would like to be connected with, and asks to relay for it. Answers at once.
  Set<PeerId> members();

  /// Whether this device relays between the two: both are members of a folder it shares. Answers at
  /// once; asked again now and then while it does.
  boolean belongTogether(PeerId one, PeerId other);

  /// Returns when so many bytes that came from one may be passed on to the other.
  void pass(PeerStream from, PeerStream to, int bytes) throws InterruptedIOException;
}
