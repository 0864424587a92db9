package lockstep.sync;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import lockstep.base.Content;

/// When a change is too large to be taken for granted (ruling 6): more than [#FILES_MAX] files and
/// over half of the folder gone, or back at versions that are old news, at one stroke. Such a thing
/// is as often a slip, a restored snapshot or a hostile program as it is meant, and asking costs
/// little. Pure.
final class Brake {
  /// So few files are quickly brought back from the history.
  static final int FILES_MAX = 50;

  private Brake() {}

  /// @param affected files that vanish or turn into older versions
  /// @param files how many there were before
  static boolean stops(long affected, long files) {
    return affected > FILES_MAX && affected > files - affected;
  }

  /// How many files are gone for good. One whose content still stands under another name was moved;
  /// each that stands excuses one.
  ///
  /// @param vanished their contents, as often as there were files
  /// @param standing how many files hold a content now
  static long lost(Collection<Content> vanished, Map<Content, Integer> standing) {
    var excuses = new HashMap<>(standing);
    return vanished.stream()
        .filter(content -> excuses.merge(content, -1, Integer::sum) < 0)
        .count();
  }
}
