package lockstep.lease;

import java.util.LinkedHashMap;
import java.util.Map;
import lockstep.base.RelPath;

/// The highest epoch of each path where nothing goes on: what may never be promised again.
final class Epochs {
  /// Epochs that are kept of paths where nothing goes on. Beyond, the highest epoch that is dropped
  /// counts for every path that is not kept.
  private static final int KEPT_MAX = 4096;

  private final Map<RelPath, Long> kept = new LinkedHashMap<>();
  private long floor;
  private final Outbox out;

  Epochs(Outbox out) {
    this.out = out;
  }

  long of(RelPath path) {
    return kept.getOrDefault(path, floor);
  }

  void remember(RelPath path, long epoch) {
    kept.remove(path);
    if (epoch > floor) kept.put(path, epoch);
  }

  /// Makes room, if there are too many.
  void bound() {
    if (kept.size() <= KEPT_MAX) return;
    var oldest = kept.entrySet().iterator().next();
    kept.remove(oldest.getKey());
    if (oldest.getValue() > floor) {
      floor = oldest.getValue();
      out.add(new Effect.Persist(floorKept()));
    }
  }

  void raiseFloor(long epoch) {
    floor = Math.max(floor, epoch);
  }

  Kept floorKept() {
    return Kept.ofEpoch(RelPath.ROOT, floor);
  }

  Map<RelPath, Long> kept() {
    return kept;
  }
}
