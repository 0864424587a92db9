package lockstep.app.ui.model;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import lockstep.app.JsonObject;

/// How far a folder is on its way to another place.
///
/// @param phase a word of the daemon's: `copying`, `cancelling`, `switching`, `removing`
/// @param bytes done in this phase, of about `bytesTotal`
public record Move(Path to, String phase, long bytes, long bytesTotal) {
  static Optional<Move> of(JsonObject folder) {
    if (!folder.has("move")) return Optional.empty();
    JsonObject json = folder.object("move");
    return Optional.of(
        new Move(
            Path.of(json.string("to")),
            json.string("phase"),
            json.number("bytes"),
            json.number("bytesTotal")));
  }

  /// The part of this phase that is done, 0 to 1; empty where that is not known.
  public Optional<Double> part() {
    return bytesTotal <= 0
        ? Optional.empty()
        : Optional.of((double) Math.min(bytes, bytesTotal) / bytesTotal);
  }

  /// Whether it can still be given up.
  public boolean canBeCancelled() {
    return phase.equals("copying");
  }

  /// What a move would do.
  ///
  /// @param way a word of the daemon's: `rename`, `copy`, `adopt`
  /// @param files of the folder, with so many bytes
  /// @param roomNeeded bytes that a copy takes, the history included
  public record Plan(Path to, String way, long files, long bytes, long roomNeeded, long freeBytes) {
    static Plan of(JsonObject json) {
      return new Plan(
          Path.of(json.string("to")),
          json.string("way"),
          json.number("files"),
          json.number("bytes"),
          json.number("roomNeeded"),
          json.number("freeBytes"));
    }
  }

  /// What has come of one.
  ///
  /// @param left what stays in the old place, since it was changed there meanwhile
  public record Done(Path place, List<String> left) {}
}
