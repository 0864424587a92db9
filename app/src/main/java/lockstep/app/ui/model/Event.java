package lockstep.app.ui.model;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import lockstep.app.JsonObject;

/// Something that the daemon did or saw.
///
/// @param path within the folder, or a whole one
/// @param name of the device, where it said one itself
/// @param forced whether somebody broke a lock
/// @param number of the short code that it is about, if it is about one
public record Event(
    Optional<Instant> at,
    String type,
    String folder,
    String path,
    String peer,
    Optional<String> name,
    String detail,
    boolean forced,
    String number) {

  static Event of(JsonObject json) {
    return new Event(
        Conflict.moment(json.string("at")),
        json.string("type"),
        json.string("folder"),
        json.string("path"),
        json.string("peer"),
        json.text("name"),
        Stream.of("what", "reason", "note", "detail", "to")
            .map(json::string)
            .filter(text -> !text.isEmpty())
            .findFirst()
            .orElse(""),
        json.string("forced").equals("true"),
        json.string("number"));
  }

  /// Whether the detail is what a person wrote: to ask for a file, or on breaking a lock.
  boolean isQuoted() {
    return forced || type.equals("lock-requested");
  }

  /// The same with its path as people know it, from the folder on.
  public Event within(Snapshot snapshot) {
    Optional<Path> root = snapshot.folder(folder).map(Folder::path);
    if (root.isEmpty() || path.isEmpty()) return this;
    Path whole = root.get().resolve(path);
    return whole.startsWith(root.get()) && !whole.equals(root.get())
        ? new Event(
            at,
            type,
            folder,
            root.get().relativize(whole).toString(),
            peer,
            name,
            detail,
            forced,
            number)
        : this;
  }

  /// The same, told in other words.
  Event with(String words) {
    return new Event(at, type, folder, path, peer, name, words, forced, number);
  }

  /// Whether every word of a filter occurs in it, in any case.
  ///
  /// @param shown what else is to be read of it: the kind of event and the device, in words
  public boolean matches(String filter, String shown) {
    String all = String.join(" ", shown, type, folder, path, peer, detail).toLowerCase(Locale.ROOT);
    for (String word : filter.toLowerCase(Locale.ROOT).strip().split("\\s+")) {
      if (!all.contains(word)) return false;
    }
    return true;
  }
}
