package lockstep.ledger;

import java.time.Instant;
import lockstep.base.Blake3;
import lockstep.base.WriterId;

/// Where versions come from: an entry without its payload. One per entry is held in memory.
///
/// @param savedAtMillis the entry's wall time
/// @param position of the entry's record in the log
record Origin(
    WriterId writer, long sequence, long clock, Blake3 hash, long savedAtMillis, long position) {
  Instant savedAt() {
    return Instant.ofEpochMilli(savedAtMillis);
  }
}
