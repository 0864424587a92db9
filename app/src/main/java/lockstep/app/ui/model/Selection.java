package lockstep.app.ui.model;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import lockstep.app.JsonObject;

/// What of a folder this device syncs: everything but what its user has left out.
///
/// @param leftOut paths with all below them, absolute
public record Selection(Set<Path> leftOut) {
  public static final Selection EVERYTHING = new Selection(Set.of());

  /// How a path stands.
  public enum Tick {
    /// Synced with all below it.
    ON,
    /// Synced, but not all below it.
    PARTLY,
    /// Left out.
    OFF,
    /// Left out with the directory that it lies in: it cannot be synced alone.
    OFF_WITH_ABOVE
  }

  public Selection {
    leftOut = Set.copyOf(leftOut);
  }

  static Selection of(Path folder, JsonObject json) {
    return new Selection(
        json.strings("excluded").stream().map(folder::resolve).collect(Collectors.toSet()));
  }

  public Tick tick(Path path) {
    if (leftOut.contains(path)) return Tick.OFF;
    for (Path each : leftOut) {
      if (path.startsWith(each)) return Tick.OFF_WITH_ABOVE;
    }
    boolean isWhole = leftOut.stream().noneMatch(each -> each.startsWith(path));
    return isWhole ? Tick.ON : Tick.PARTLY;
  }

  /// What lies directly in a directory and is left out, or leads to it; it need not be on the disk.
  public List<Path> in(Path directory) {
    return leftOut.stream()
        .filter(each -> each.startsWith(directory) && !each.equals(directory))
        .map(each -> directory.resolve(directory.relativize(each).getName(0)))
        .distinct()
        .toList();
  }
}
