package lockstep.app.ui.model;

import java.time.Instant;
import java.util.Optional;
import lockstep.app.JsonObject;

/// An invitation that was made to a folder.
///
/// @param uses how many devices may join by it
/// @param used how many have
/// @param state `open`, `used`, `expired` or `revoked`
public record Invitation(
    String id,
    String role,
    Optional<Instant> expires,
    long uses,
    long used,
    String state,
    String inviterName,
    boolean needsApproval) {

  static Invitation of(JsonObject json) {
    return new Invitation(
        json.string("id"),
        json.string("role"),
        Conflict.moment(json.string("expires")),
        json.number("uses"),
        json.number("used"),
        json.string("state"),
        json.string("inviterName"),
        json.flag("approve"));
  }

  public boolean isOpen() {
    return state.equals("open");
  }
}
