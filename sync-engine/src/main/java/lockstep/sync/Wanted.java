package lockstep.sync;

import java.util.Optional;
import lockstep.base.Content;
import lockstep.base.Node;
import lockstep.base.RelPath;

/// A file that the folder wants to have staged.
///
/// @param id name of the staged file; the same id finds what an earlier session had fetched
/// @param path where the file will stand, for messages
/// @param previous what stands at the path now: the first place to look for chunks
record Wanted(String id, RelPath path, Node.File file, Optional<Content> previous) {
  Content content() {
    return file.content();
  }
}
