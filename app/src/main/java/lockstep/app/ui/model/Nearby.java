package lockstep.app.ui.model;

import lockstep.app.JsonObject;

/// A device on this network that has a short code to be used now.
///
/// @param device its name, as it says itself
/// @param number with which the code begins; a person tells the two words that follow
public record Nearby(String device, int number) {
  static Nearby of(JsonObject json) {
    return new Nearby(json.string("name"), (int) json.number("number"));
  }
}
