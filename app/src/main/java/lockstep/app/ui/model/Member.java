package lockstep.app.ui.model;

import lockstep.app.JsonObject;

/// A device that belongs to a folder, as this device sees it.
///
/// @param leftOutFiles files that it does not sync, by its user's choice
public record Member(
    String peerId,
    String name,
    String role,
    boolean self,
    boolean connected,
    boolean inSync,
    long missingFiles,
    long missingBytes,
    long leftOutFiles,
    boolean forked) {

  static Member of(JsonObject json) {
    return new Member(
        json.string("peerId"),
        json.string("name"),
        json.string("role"),
        json.flag("self"),
        json.flag("connected"),
        json.flag("inSync"),
        json.number("missingFiles"),
        json.number("missingBytes"),
        json.number("leftOutFiles"),
        json.flag("forked"));
  }
}
