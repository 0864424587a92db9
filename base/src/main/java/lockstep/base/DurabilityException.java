package lockstep.base;

import java.io.IOException;

/// The disk did not confirm that bytes are stable (a sync failed). What was written may or may not
/// survive, and asking again proves nothing: whoever writes there stops.
public class DurabilityException extends IOException {
  public DurabilityException(String message, Throwable cause) {
    super(message, cause);
  }
}
