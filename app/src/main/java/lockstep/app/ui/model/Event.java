package lockstep.app.ui.model;

import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import lockstep.app.JsonObject;

/// Something that the daemon did or saw.
///
/// @param forced whether somebody broke a lock
public record Event(
    Optional<Instant> at,
    String type,
    String folder,
    String path,
    String peer,
    String detail,
    boolean forced) {

  static Event of(JsonObject json) {
    return new Event(
        Conflict.moment(json.string("at")),
        json.string("type"),
        json.string("folder"),
        json.string("path"),
        json.string("peer"),
        Stream.of("what", "reason", "note", "detail")
            .map(json::string)
            .filter(text -> !text.isEmpty())
            .findFirst()
            .orElse(""),
        json.string("forced").equals("true"));
  }

  /// Whether every word of a filter occurs in it, in any case.
  public boolean matches(String filter) {
    String all = String.join(" ", type, folder, path, peer, detail).toLowerCase(Locale.ROOT);
    for (String word : filter.toLowerCase(Locale.ROOT).strip().split("\\s+")) {
      if (!all.contains(word)) return false;
    }
    return true;
  }
}
