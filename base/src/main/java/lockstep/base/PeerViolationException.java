package lockstep.base;

import java.io.IOException;

/// A peer broke the protocol, or sent what its signature or hash disproves. The connection it came
/// by is closed; the process and all other peers go on.
public class PeerViolationException extends IOException {
  public PeerViolationException(String message) {
    super(message);
  }

  public PeerViolationException(String message, Throwable cause) {
    super(message, cause);
  }
}
