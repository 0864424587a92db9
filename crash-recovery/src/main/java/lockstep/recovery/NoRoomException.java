package lockstep.recovery;

import java.io.IOException;

/// A disk takes no more bytes, or not so many: it is full, or a quota is used up. What needs none
/// may work all the same.
public final class NoRoomException extends IOException {
  private static final long serialVersionUID = 1;

  NoRoomException(String message) {
    super(message);
  }
}
