package lockstep.app.ui.model;

import java.util.Optional;
import lockstep.app.JsonObject;

/// What `doctor` has to say of one thing around the program.
///
/// @param severity `ok`, `note`, `warning` or `error`
public record Finding(String severity, String topic, String what, Optional<String> advice) {
  static Finding of(JsonObject json) {
    return new Finding(
        json.string("severity"), json.string("topic"), json.string("what"), json.text("advice"));
  }
}
