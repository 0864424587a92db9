package lockstep.sync;

import java.time.Instant;
import java.util.List;
import lockstep.base.Blake3;
import lockstep.base.PeerId;

/// One entry of the ledger, as `ledger show` prints it.
///
/// @param kind `genesis`, `grant`, `revoke`, `invite` or `changes`
/// @param lines what it states, a line each (`put notes.txt 12 KiB`)
public record LedgerRow(
    Blake3 hash,
    PeerId author,
    String authorName,
    int incarnation,
    long sequence,
    long clock,
    Instant at,
    String kind,
    List<String> lines) {
  public LedgerRow {
    lines = List.copyOf(lines);
  }
}
