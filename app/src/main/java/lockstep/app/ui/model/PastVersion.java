package lockstep.app.ui.model;

import java.time.Instant;
import java.util.Optional;
import lockstep.app.JsonObject;

/// An earlier version of a file, from the signed ledger.
///
/// @param kind a word of the daemon's: `put`, `delete`, `move`
/// @param from where it was before, if it was moved
/// @param available whether this device can bring it back
public record PastVersion(
    String version,
    String authorName,
    Optional<Instant> at,
    long size,
    Optional<String> hash,
    String kind,
    Optional<String> from,
    boolean available) {

  static PastVersion of(JsonObject json) {
    return new PastVersion(
        json.string("version"),
        json.string("authorName"),
        Conflict.moment(json.string("at")),
        json.number("size"),
        json.text("hash"),
        json.string("kind"),
        json.text("from"),
        json.flag("available"));
  }

  public boolean isDeletion() {
    return kind.equals("delete");
  }

  /// Else a directory, or a link.
  public boolean isFile() {
    return hash.isPresent();
  }
}
