package lockstep.app.ui.model;

import lockstep.app.JsonObject;

/// A device that waits for a yes of this one's user.
///
/// @param role what it becomes
/// @param words that its own screen shows too
public record Applicant(String folder, String peerId, String name, String role, String words) {

  static Applicant of(JsonObject json) {
    return new Applicant(
        json.string("folder"),
        json.string("peerId"),
        json.string("name"),
        json.string("role"),
        json.string("words"));
  }
}
