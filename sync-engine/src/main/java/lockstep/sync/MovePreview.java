package lockstep.sync;

import java.nio.file.Path;
import java.util.Locale;

/// What a move of a folder would do.
///
/// @param files of the folder, as its user sees it
/// @param bytes of these files
/// @param roomNeeded bytes that the new place has to have room for, the history included; 0 where
///   nothing is copied
/// @param freeBytes that it has
public record MovePreview(
    Path from, Path to, Way way, long files, long bytes, long roomNeeded, long freeBytes) {
  /// How a folder comes to its new place.
  public enum Way {
    /// It gets another name on the same disk, in one step.
    RENAME,
    /// It is copied to another disk and compared, and then deleted in its old place.
    COPY,
    /// Its user has moved it already: it is taken up where it is.
    ADOPT;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
