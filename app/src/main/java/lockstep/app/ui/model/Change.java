package lockstep.app.ui.model;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import lockstep.app.JsonObject;

/// One signed entry of a folder's ledger, or several that people see as one thing done.
///
/// @param lines what it states, in the daemon's words
/// @param doings what that did to files, where it is about files
/// @param belonging what that did to who belongs to the folder, where it is about that
public record Change(
    String authorName,
    Optional<Instant> at,
    String kind,
    List<String> lines,
    List<Doing> doings,
    Optional<Belonging> belonging) {
  /// What is done so soon after something like it is part of the same.
  private static final Duration PAUSE_MAX = Duration.ofSeconds(10);

  public Change {
    lines = List.copyOf(lines);
    doings = List.copyOf(doings);
  }

  static Change of(JsonObject json) {
    return new Change(
        json.string("authorName"),
        Conflict.moment(json.string("at")),
        json.string("kind"),
        json.strings("lines"),
        json.objects("changes").stream().map(Doing::of).toList(),
        Optional.of(Belonging.of(json.object("belonging"))).filter(b -> !b.kind().isEmpty()));
  }

  /// The same entries, newest first, with those in one that belong together: a hundred files that
  /// were put there at once may have come in many entries.
  static List<Change> together(List<Change> entries) {
    var all = new ArrayList<Change>();
    Optional<Instant> latest = Optional.empty();
    for (Change entry : entries) {
      if (!all.isEmpty() && entry.continuesIn(all.getLast(), latest)) {
        all.add(all.removeLast().with(entry));
      } else {
        all.add(entry);
      }
      latest = entry.at;
    }
    return List.copyOf(all);
  }

  /// The one kind of all that was done to files; empty if there are several or none.
  Optional<String> doneAlike() {
    List<String> kinds = doings.stream().map(Doing::kind).distinct().toList();
    return kinds.size() == 1 ? Optional.of(kinds.getFirst()) : Optional.empty();
  }

  /// @param after when what came next was done
  private boolean continuesIn(Change next, Optional<Instant> after) {
    boolean soon =
        at.isPresent()
            && after.isPresent()
            && Duration.between(at.get(), after.get()).abs().compareTo(PAUSE_MAX) <= 0;
    return soon
        && authorName.equals(next.authorName)
        && doneAlike().isPresent()
        && doneAlike().equals(next.doneAlike())
        && Collections.disjoint(paths(), next.paths());
  }

  private List<String> paths() {
    return doings.stream().map(Doing::path).toList();
  }

  private Change with(Change earlier) {
    return new Change(
        authorName,
        at,
        kind,
        Stream.concat(lines.stream(), earlier.lines.stream()).toList(),
        Stream.concat(doings.stream(), earlier.doings.stream()).toList(),
        belonging);
  }
}
