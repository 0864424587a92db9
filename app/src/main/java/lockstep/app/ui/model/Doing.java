package lockstep.app.ui.model;

import java.util.Optional;
import lockstep.app.JsonObject;

/// What somebody did to a path, as the signed ledger tells.
///
/// @param kind a word of the daemon's: `add`, `change`, `delete`, `move`
/// @param what `file`, `directory` or `link`
/// @param from where it was before, if it was moved
/// @param size bytes of a file that stands there since then, else 0
public record Doing(String kind, String what, String path, Optional<String> from, long size) {
  static Doing of(JsonObject json) {
    return new Doing(
        json.string("kind"),
        json.string("what"),
        json.string("path"),
        json.text("from"),
        json.number("size"));
  }

  /// The path; a directory's ends as one.
  String shown() {
    return what.equals("directory") ? path + "/" : path;
  }

  boolean hasSize() {
    return what.equals("file") && (kind.equals("add") || kind.equals("change"));
  }

  /// What it is called now, as far as that is news: within a directory the name alone.
  String news() {
    int slash = path.lastIndexOf('/');
    String directory = path.substring(0, slash + 1);
    boolean stays =
        from.filter(old -> old.lastIndexOf('/') == slash && old.startsWith(directory)).isPresent();
    return stays ? path.substring(slash + 1) : path;
  }
}
