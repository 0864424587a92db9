package lockstep.ledger;

import java.time.Instant;
import lockstep.base.Blake3;
import lockstep.base.VersionVector;
import lockstep.base.WriterId;

/// Where versions come from: an entry without its payload. One per entry is held in memory.
///
/// @param savedAtMillis the entry's wall time
/// @param position of the entry's record in the log
record Origin(
    Lane lane,
    long sequence,
    long clock,
    Blake3 hash,
    long savedAtMillis,
    long position,
    Sight sight) {
  /// The writer as version vectors name it here.
  WriterId writer() {
    return lane.name();
  }

  ChainView.Spot spot() {
    return new ChainView.Spot(lane, sequence, hash, clock);
  }

  /// The history of a version that it states.
  VersionVector history(VersionVector base) {
    return base.merge(lane.trunk()).with(writer(), sequence);
  }

  Instant savedAt() {
    return Instant.ofEpochMilli(savedAtMillis);
  }
}
