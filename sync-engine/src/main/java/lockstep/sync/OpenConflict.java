package lockstep.sync;

import java.time.Instant;
import java.util.Optional;
import lockstep.base.Blake3;
import lockstep.base.PeerId;

/// A conflict copy that stands beside the file it lost its name to.
///
/// @param id the same on every device, for as long as the copy stands and nobody edits it
/// @param path the file, below the folder's root
/// @param copyPath the copy, beside it
/// @param state open, or resolved here and not known to the others yet
public record OpenConflict(
    String id,
    String folder,
    String path,
    String copyPath,
    Side official,
    Side other,
    State state) {

  /// The same once somebody has decided.
  OpenConflict resolved() {
    return new OpenConflict(id, folder, path, copyPath, official, other, State.RESOLVED);
  }

  /// Whether somebody has still to decide.
  public enum State {
    OPEN("open"),
    RESOLVED("resolved");

    private final String text;

    State(String text) {
      this.text = text;
    }

    @Override
    public String toString() {
      return text;
    }
  }

  /// One of the two versions.
  ///
  /// @param hash of a file's content; empty for what has none, or was deleted since
  public record Side(
      PeerId author, String authorName, Instant at, long size, Optional<Blake3> hash) {}

  /// What to keep of a conflict.
  public enum Keep {
    /// The copy goes to the history.
    OFFICIAL,
    /// The copy takes the file's name; what stood there goes to the history.
    OTHER,
    /// The copy gets an ordinary name.
    BOTH;

    @Override
    public String toString() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }

    /// @throws IllegalArgumentException naming what there is
    public static Keep parse(String text) {
      return switch (text) {
        case "official" -> OFFICIAL;
        case "other" -> OTHER;
        case "both" -> BOTH;
        default ->
            throw new IllegalArgumentException(
                "'" + text + "' cannot be kept; there are official, other and both");
      };
    }
  }
}
