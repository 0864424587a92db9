package lockstep.app.ui.model;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import lockstep.app.Json;
import lockstep.app.JsonObject;

/// What the daemon might say, written with single quotes.
final class Snapshots {
  private Snapshots() {}

  static JsonObject json(String text) {
    try {
      return Json.parseObject(text.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Folder folder(String name, String state) {
    return folder(name, state, "");
  }

  /// A folder at `/NAME` of which this device is an admin.
  static Folder folder(String name, String state, String more) {
    String self = "{'name': 'studio', 'peerId': 'me', 'role': 'admin', 'self': true}";
    return Folder.of(
        json(
            "{'name': '%1$s', 'path': '/%1$s', 'state': '%2$s', 'members': [%3$s%4$s]}"
                .formatted(name, state, self, more)));
  }

  static Event event(String text) {
    return Event.of(json(text));
  }

  static Lock lock(String text) {
    return Lock.of(json(text));
  }

  static Conflict conflict(String text) {
    return Conflict.of(json(text));
  }

  static Snapshot of(Folder... folders) {
    return new Snapshot(
        "studio",
        "me",
        "1",
        List.of(folders),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        Optional.empty());
  }

  static Snapshot with(Snapshot other, Lock... locks) {
    return with(other, other.conflicts(), List.of(locks), other.applicants());
  }

  static Snapshot with(Snapshot other, Conflict... conflicts) {
    return with(other, List.of(conflicts), other.locks(), other.applicants());
  }

  static Snapshot with(Snapshot other, Applicant... applicants) {
    return with(other, other.conflicts(), other.locks(), List.of(applicants));
  }

  private static Snapshot with(
      Snapshot other, List<Conflict> conflicts, List<Lock> locks, List<Applicant> applicants) {
    return new Snapshot(
        other.deviceName(),
        other.peerId(),
        other.version(),
        other.folders(),
        other.peers(),
        conflicts,
        locks,
        applicants,
        other.trouble());
  }
}
