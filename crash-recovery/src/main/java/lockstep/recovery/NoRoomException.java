package lockstep.recovery;

import java.io.IOException;

/// A disk takes no more bytes, or not so many: it is full, or a quota is used up. What needs none
/// may work all the same.
public final class NoRoomException extends IOException {
  private static final long serialVersionUID = 1;

  private final long needed;

  NoRoomException(String message, long needed) {
    super(message);
    this.needed = needed;
  }

  /// For how many bytes there is no room.
  public long needed() {
    return needed;
  }
}
