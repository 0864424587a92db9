package lockstep.base;

import java.io.IOException;

/// Our own bytes on disk are not what was written: quarantine, report, fetch again; never
/// overwrite.
public class CorruptStoreException extends IOException {
  public CorruptStoreException(String message) {
    super(message);
  }

  public CorruptStoreException(String message, Throwable cause) {
    super(message, cause);
  }
}
