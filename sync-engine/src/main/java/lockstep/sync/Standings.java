package lockstep.sync;

import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import lockstep.base.PeerId;
import lockstep.base.RelPath;
import lockstep.lease.Lock;
import lockstep.lease.Standing;
import lockstep.lease.Strength;

/// How the paths stand on which somebody works or just has. Owned by the folder's loop.
final class Standings {
  private final Map<RelPath, Standing> standings = new HashMap<>();

  /// Who has asked for what this device has locked, and their notes.
  private final Map<RelPath, Map<PeerId, String>> asks = new HashMap<>();

  Standing of(RelPath path) {
    return standings.getOrDefault(path, Standing.FREE);
  }

  /// @return how it stood before
  Standing set(RelPath path, Standing now) {
    if (!(now instanceof Standing.Mine)) asks.remove(path);
    Standing before = now.equals(Standing.FREE) ? standings.remove(path) : standings.put(path, now);
    return before == null ? Standing.FREE : before;
  }

  /// A member asks for a file that this device has locked.
  void asked(RelPath path, PeerId asker, String note) {
    asks.computeIfAbsent(path, _ -> new LinkedHashMap<>()).put(asker, note);
  }

  Map<PeerId, String> asks(RelPath path) {
    return Collections.unmodifiableMap(asks.getOrDefault(path, Map.of()));
  }

  Set<RelPath> paths() {
    return Collections.unmodifiableSet(standings.keySet());
  }

  /// The lock of another device on a path: what is done there belongs beside the file.
  Optional<Lock> theirs(RelPath path) {
    return of(path) instanceof Standing.Theirs(Lock lock, _) ? Optional.of(lock) : Optional.empty();
  }

  /// The fence of what this device saves at a path: only a lock that a majority has promised is
  /// one.
  long epoch(RelPath path) {
    return of(path) instanceof Standing.Mine(Lock lock, Strength strength, _) && strength.isFirm()
        ? lock.epoch()
        : 0;
  }

  /// Paths whose locks this device has asked for, without an answer so far.
  List<RelPath> asked() {
    return standings.entrySet().stream()
        .filter(
            each ->
                each.getValue() instanceof Standing.Mine(_, Strength strength, _)
                    && (strength instanceof Strength.Requested
                        || strength instanceof Strength.Unconfirmed))
        .map(Map.Entry::getKey)
        .toList();
  }

  /// The lock on a path, whosever it is.
  Optional<Lock> lock(RelPath path) {
    return switch (of(path)) {
      case Standing.Free _ -> Optional.empty();
      case Standing.Mine(Lock lock, _, _) -> Optional.of(lock);
      case Standing.Theirs(Lock lock, _) -> Optional.of(lock);
    };
  }

  /// How many paths are locked.
  long locks() {
    return standings.values().stream()
        .filter(standing -> !(standing instanceof Standing.Free))
        .count();
  }
}
