package lockstep.sync;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import lockstep.base.Blake3;
import lockstep.recovery.Workspace;

/// The file that says that a directory is a shared folder, and which: without it nothing that is
/// seen there means anything (rule 5). Thread-safe.
///
/// @param root for messages
record Marker(Workspace workspace, Blake3 folder, Path root) {
  /// Why the folder's directory is not to be trusted: an unmounted disk, an emptied or replaced
  /// directory.
  Optional<String> trouble() {
    Optional<String> marker;
    try {
      marker = workspace.marker();
    } catch (IOException e) {
      return Optional.of("the folder's marker cannot be read: " + e.getMessage());
    }
    if (marker.isEmpty()) {
      return Optional.of(
          "the marker .lockstep/folder is missing in "
              + root
              + ": is its disk mounted? If you have moved the folder, say where to: `lockstep"
              + " folder move`");
    }
    return marker.get().equals(folder.toString())
        ? Optional.empty()
        : Optional.of("the directory " + root + " belongs to another shared folder");
  }
}
