package lockstep.app.ui.model;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import lockstep.app.JsonObject;

/// A file that somebody works on.
///
/// @param path within the folder
/// @param strength how far it can be relied on: `requested`, `soft`, `firm` or `unconfirmed`
/// @param asks who waits for it, if it is this device's
public record Lock(
    String folder,
    String path,
    String ownerName,
    Optional<Instant> since,
    boolean mine,
    String note,
    String strength,
    List<Ask> asks) {

  public Lock {
    asks = List.copyOf(asks);
  }

  /// Somebody waits for the file.
  public record Ask(String name, String note) {}

  static Lock of(JsonObject json) {
    return new Lock(
        json.string("folder"),
        json.string("path"),
        json.string("ownerName"),
        Conflict.moment(json.string("since")),
        json.flag("mine"),
        json.string("note"),
        json.string("state"),
        json.objects("asks").stream()
            .map(ask -> new Ask(ask.string("name"), ask.string("note")))
            .toList());
  }

  /// Where the file lies on this disk, if the folder is known.
  public Optional<Path> file(Snapshot snapshot) {
    return snapshot.folder(folder).map(known -> known.path().resolve(path));
  }

  /// Whether this device has the file locked, going by all locks that there are.
  public boolean isHeldIn(List<Lock> all) {
    return all.stream().anyMatch(lock -> lock.mine && sameFile(lock));
  }

  /// Whether it is the same file, whatever became of its lock.
  boolean sameFile(Lock other) {
    return folder.equals(other.folder) && path.equals(other.path);
  }
}
