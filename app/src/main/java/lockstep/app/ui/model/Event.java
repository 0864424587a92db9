package lockstep.app.ui.model;

import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import lockstep.app.JsonObject;

/// Something that the daemon did or saw.
public record Event(
    Optional<Instant> at, String type, String folder, String path, String peer, String detail) {

  static Event of(JsonObject json) {
    return new Event(
        Conflict.moment(json.string("at")),
        json.string("type"),
        json.string("folder"),
        json.string("path"),
        json.string("peer"),
        json.text("what").or(() -> json.text("reason")).or(() -> json.text("detail")).orElse(""));
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
