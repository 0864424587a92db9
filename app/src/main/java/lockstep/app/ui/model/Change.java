package lockstep.app.ui.model;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import lockstep.app.JsonObject;

/// One signed entry of a folder's ledger.
public record Change(String authorName, Optional<Instant> at, String kind, List<String> lines) {
  public Change {
    lines = List.copyOf(lines);
  }

  static Change of(JsonObject json) {
    return new Change(
        json.string("authorName"),
        Conflict.moment(json.string("at")),
        json.string("kind"),
        json.strings("lines"));
  }
}
