package lockstep.app.ui.model;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import lockstep.app.JsonObject;

/// One signed entry of a folder's ledger.
///
/// @param lines what it states, in the daemon's words
/// @param doings what that did to files, where it is about files
public record Change(
    String authorName, Optional<Instant> at, String kind, List<String> lines, List<Doing> doings) {
  public Change {
    lines = List.copyOf(lines);
    doings = List.copyOf(doings);
  }

  static Change of(JsonObject json) {
    return new Change(
        json.string("authorName"),
        Conflict.moment(json.string("at")),
        json.string("kind"),
        json.strings("lines"),
        json.has("changes") ? json.objects("changes").stream().map(Doing::of).toList() : List.of());
  }
}
