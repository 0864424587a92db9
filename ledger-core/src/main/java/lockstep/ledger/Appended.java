package lockstep.ledger;

import java.util.Collections;
import java.util.List;
import java.util.Set;
import lockstep.base.RelPath;

/// What a call added to the ledger; durable.
///
/// @param entries the new entries, in the order of the ledger
/// @param changed paths of the global tree that may hold something else now
public record Appended(List<Entry> entries, Set<RelPath> changed) {
  public Appended {
    entries = List.copyOf(entries);
    changed = Collections.unmodifiableSet(changed); // ours to keep: large, and made for this
  }
}
