package lockstep.app.ui.model;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// What there is to say of files in a folder's tree, by where they lie: of each the most urgent.
/// Files that are not named are just synced.
public record Badges(Map<Path, Badge> all) {
  public static final Badges NONE = new Badges(Map.of());

  /// What is said of one file.
  public sealed interface Badge {
    /// @param reason in the daemon's words
    record Problem(String reason) implements Badge {}

    /// Two people saved it at once; of both versions.
    record InConflict() implements Badge {}

    /// @param by the device that works on it; empty if it is this one
    record Locked(Optional<String> by) implements Badge {}
  }

  public Badges {
    all = Map.copyOf(all);
  }

  public static Badges of(Snapshot now, Folder folder) {
    var all = new LinkedHashMap<Path, Badge>();
    for (Folder.Problem problem : folder.problems()) {
      all.putIfAbsent(folder.path().resolve(problem.path()), new Badge.Problem(problem.reason()));
    }
    for (Conflict conflict : now.conflicts()) {
      if (!conflict.folder().equals(folder.name())) continue;
      all.putIfAbsent(folder.path().resolve(conflict.path()), new Badge.InConflict());
      all.putIfAbsent(folder.path().resolve(conflict.copyPath()), new Badge.InConflict());
    }
    for (Lock lock : now.locks()) {
      if (!lock.folder().equals(folder.name())) continue;
      Optional<String> by = lock.mine() ? Optional.empty() : Optional.of(lock.ownerName());
      all.putIfAbsent(folder.path().resolve(lock.path()), new Badge.Locked(by));
    }
    return new Badges(all);
  }

  public Optional<Badge> at(Path file) {
    return Optional.ofNullable(all.get(file));
  }
}
