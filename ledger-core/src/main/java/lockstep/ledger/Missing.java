package lockstep.ledger;

import java.util.List;
import lockstep.base.VersionVector;

/// Entries that somebody lacks.
///
/// @param entries as they travel, each after those it depends on
/// @param reached the frontier of one who has taken them in
public record Missing(List<byte[]> entries, VersionVector reached) {
  public Missing {
    entries = List.copyOf(entries);
  }
}
