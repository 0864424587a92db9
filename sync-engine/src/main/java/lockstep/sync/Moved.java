package lockstep.sync;

import java.util.List;

/// What a move of a folder has done.
///
/// @param left what was not deleted in its old place, since it was changed there after it was
///   copied, or is still being written to; as seen from there
public record Moved(FolderStatus folder, List<String> left) {
  public Moved {
    left = List.copyOf(left);
  }
}
