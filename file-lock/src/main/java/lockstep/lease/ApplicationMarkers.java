package lockstep.lease;

import java.util.Collection;
import java.util.List;
import lockstep.base.RelPath;

/// Which documents an application's own lock or temporary file stands for.
public final class ApplicationMarkers {
  private ApplicationMarkers() {}

  /// Whether a name is that of an application's lock or temporary file.
  public static boolean isMarker(String name) {
    return MarkerTable.ROWS.stream().anyMatch(row -> row.matches(name));
  }

  /// The documents beside a marker that it stands for: that are open while it exists.
  ///
  /// @param marker its path
  /// @param siblings the names in the same directory: some markers tell their document's name only
  ///   in part
  /// @return without those that do not exist, in no order; empty if it is no marker
  public static List<RelPath> documents(RelPath marker, Collection<String> siblings) {
    String name = marker.name();
    return MarkerTable.ROWS.stream()
        .filter(row -> row.matches(name))
        .flatMap(row -> siblings.stream().filter(sibling -> row.standsFor(name, sibling)))
        .filter(sibling -> !sibling.equals(name) && !isMarker(sibling))
        .distinct()
        .map(marker.parent()::resolve)
        .toList();
  }
}
