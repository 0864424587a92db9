package lockstep.chunk;

import java.io.IOException;

/// A file changed while it was read: what was read is no version of it. Look again when it is
/// quiet.
public class ContentChangedException extends IOException {
  public ContentChangedException(String message) {
    super(message);
  }
}
