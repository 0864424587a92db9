package lockstep.app.ui.model;

import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import lockstep.app.JsonObject;

/// Two versions of one file that were saved at once.
///
/// @param path within the folder; there lies the official version
/// @param copyPath within the folder; there lies the other one
public record Conflict(
    String id,
    String folder,
    String path,
    String copyPath,
    boolean open,
    Side official,
    Side other) {

  /// One of the versions.
  ///
  /// @param hash of its content; empty where the file was deleted
  public record Side(String authorName, Optional<Instant> at, long size, Optional<String> hash) {
    public boolean isFile() {
      return hash.isPresent();
    }

    static Side of(JsonObject json) {
      return new Side(
          json.string("authorName"),
          moment(json.string("at")),
          json.number("size"),
          json.text("hash"));
    }
  }

  /// What to keep, by the name that the control API has for it.
  public enum Keep {
    OFFICIAL("official"),
    OTHER("other"),
    BOTH("both");

    final String word;

    Keep(String word) {
      this.word = word;
    }
  }

  static Conflict of(JsonObject json) {
    return new Conflict(
        json.string("id"),
        json.string("folder"),
        json.string("path"),
        json.string("copyPath"),
        !json.string("state").equals("resolved"),
        Side.of(json.object("official")),
        Side.of(json.object("other")));
  }

  static Optional<Instant> moment(String text) {
    try {
      return Optional.of(Instant.parse(text));
    } catch (DateTimeParseException unknown) {
      return Optional.empty();
    }
  }

  /// Where the version lies on this disk, if the folder is known.
  public Optional<Path> file(Snapshot snapshot, Keep side) {
    String relative = side == Keep.OTHER ? copyPath : path;
    return snapshot.folder(folder).map(known -> known.path().resolve(relative));
  }
}
