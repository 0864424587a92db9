package lockstep.app.ui.model;

import java.util.Optional;
import lockstep.app.JsonObject;

/// What `doctor` has to say of one thing around the program.
///
/// @param severity `ok`, `note`, `warning` or `error`
/// @param remedy what the program can do about it
public record Finding(
    String severity, String topic, String what, Optional<String> advice, Optional<String> remedy) {
  /// How the topic begins where that is a folder; its name follows.
  static final String OF_FOLDER = "folder ";

  static Finding of(JsonObject json) {
    return new Finding(
        json.string("severity"),
        json.string("topic"),
        json.string("what"),
        json.text("advice"),
        json.text("remedy"));
  }

  /// The remedy's kind, without what it is about.
  public Optional<String> kindOfRemedy() {
    return remedy.map(id -> id.split(":", 2)[0]);
  }
}
