package lockstep.ledger;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import lockstep.base.RelPath;
import lockstep.base.VersionVector;

/// What a call added to the ledger; durable.
///
/// @param entries the new entries, in the order of the ledger
/// @param changed paths of the global tree that may hold something else now
/// @param places the entries, and those that they follow in their chains, as the ledger's frontier
///   counts them
public record Appended(List<Entry> entries, Set<RelPath> changed, VersionVector places) {
  static final Appended NOTHING = new Appended(List.of(), Set.of(), VersionVector.EMPTY);

  public Appended {
    entries = List.copyOf(entries);
    changed = Collections.unmodifiableSet(changed); // ours to keep: large, and made for this
  }

  Appended and(Appended more) {
    if (more.entries.isEmpty()) return this;
    List<Entry> both = new ArrayList<>(entries);
    both.addAll(more.entries);
    Set<RelPath> paths = new HashSet<>(changed);
    paths.addAll(more.changed);
    return new Appended(both, paths, places.merge(more.places));
  }
}
