package lockstep.sync;

import java.nio.file.Path;
import java.util.Locale;

/// How far a folder is on its way to another place.
///
/// @param bytes done in this phase, of about `bytesTotal`
public record MoveProgress(Path to, Phase phase, long bytes, long bytesTotal) {
  /// What is being done.
  public enum Phase {
    /// It is copied to another disk; it is in its old place, is synced there, and can be cancelled.
    COPYING,
    /// It was given up: what is copied already is deleted.
    CANCELLING,
    /// It changes its place, and is not synced for the moment.
    SWITCHING,
    /// It is in its new place; what is left in the old one is deleted.
    REMOVING;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
