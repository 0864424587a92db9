package lockstep.sync.transfer;

import java.util.Optional;
import java.util.regex.Pattern;
import lockstep.base.Blake3;
import lockstep.base.Content;
import lockstep.base.Node;
import lockstep.base.RelPath;

/// A file that the folder wants to have staged.
///
/// @param id name of the staged file; the same id finds what an earlier session had fetched
/// @param path where the file will stand, for messages
/// @param previous what stands at the path now: the first place to look for chunks
public record Wanted(String id, RelPath path, Node.File file, Optional<Content> previous) {
  private static final Pattern ID = Pattern.compile("[0-9a-f]+-[0-9a-f]+");

  /// The same in every run, so that a cut-off download goes on.
  public static String id(RelPath path, Content content) {
    return briefly(content) + Blake3.of(path.utf8()).brief();
  }

  /// Whether a name in staging is that of a file that was to have a content.
  public static boolean isId(String name, Content content) {
    return name.startsWith(briefly(content));
  }

  private static String briefly(Content content) {
    return content.root().brief() + "-";
  }

  /// Whether a name in staging is that of such a file.
  public static boolean isId(String name) {
    return ID.matcher(name).matches();
  }

  Content content() {
    return file.content();
  }
}
