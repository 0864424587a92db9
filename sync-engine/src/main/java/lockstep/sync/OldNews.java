package lockstep.sync;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import lockstep.base.Content;
import lockstep.base.Node;
import lockstep.base.RelPath;
import lockstep.ledger.Entry;
import lockstep.ledger.Ledger;
import lockstep.ledger.Payload;

/// Which of some new contents their paths had before: an edit makes what never was, a restored
/// snapshot what was. Reads the whole ledger, so it is asked only where much depends on it.
final class OldNews {
  private OldNews() {}

  static Set<RelPath> among(Ledger ledger, Map<RelPath, Content> contents) {
    var old = new HashSet<RelPath>();
    if (contents.isEmpty()) {
      return old;
    }
    var current = new HashSet<RelPath>();
    try (Stream<Entry> entries = ledger.entries()) {
      for (Entry entry : (Iterable<Entry>) entries::iterator) {
        if (entry.payload() instanceof Payload.Changes(var changes)) {
          for (var change : changes) {
            note(change.path(), change.node(), contents, current, old);
          }
        }
      }
    }
    return old;
  }

  /// The newest mention of a path may be the very change that is judged.
  private static void note(
      RelPath path,
      Node node,
      Map<RelPath, Content> contents,
      Set<RelPath> current,
      Set<RelPath> old) {
    Content content = contents.get(path);
    if (content != null
        && !current.add(path)
        && node instanceof Node.File file
        && file.content().equals(content)) {
      old.add(path);
    }
  }
}
