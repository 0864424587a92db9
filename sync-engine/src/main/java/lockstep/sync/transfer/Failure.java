package lockstep.sync.transfer;

import java.io.IOException;
import java.util.OptionalLong;
import lockstep.recovery.NoRoomException;

/// Why a file that was wanted is not fetched any more.
///
/// @param reason for people
/// @param retry whether it may succeed another time
/// @param room for how many bytes the disk has no room, if it is that
public record Failure(String reason, boolean retry, OptionalLong room) {
  Failure(String reason, boolean retry) {
    this(reason, retry, OptionalLong.empty());
  }

  /// It may succeed another time.
  static Failure of(IOException problem) {
    String message = problem.getMessage();
    String reason = message == null ? problem.getClass().getSimpleName() : message;
    return problem instanceof NoRoomException full
        ? new Failure(reason, true, OptionalLong.of(full.needed()))
        : new Failure(reason, true);
  }
}
