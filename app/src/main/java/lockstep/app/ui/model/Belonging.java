package lockstep.app.ui.model;

import java.time.Instant;
import java.util.Optional;
import lockstep.app.JsonObject;

/// What became of who belongs to a folder, as the signed ledger tells.
///
/// @param kind a word of the daemon's: `create`, `join`, `role`, `leave`, `remove`, `invite`,
///   `withdraw`, `quarantine`, `heal`
/// @param peerId of the device that it is about; empty for an invitation
/// @param name of that device, or empty
/// @param role that it has from then on, or gives; empty if it is about none
/// @param uses how many devices an invitation is for
/// @param expires when an invitation ends
/// @param needsApproval whether an invitation needs a yes for each device
public record Belonging(
    String kind,
    String peerId,
    String name,
    String role,
    long uses,
    Optional<Instant> expires,
    boolean needsApproval) {
  static Belonging of(JsonObject json) {
    return new Belonging(
        json.string("kind"),
        json.string("peerId"),
        json.string("name"),
        json.string("role"),
        json.number("uses"),
        Conflict.moment(json.string("expires")),
        json.flag("approval"));
  }
}
