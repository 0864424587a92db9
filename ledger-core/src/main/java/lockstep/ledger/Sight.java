package lockstep.ledger;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import lockstep.base.PeerViolationException;
import lockstep.base.VersionVector;
import lockstep.base.WriterId;

/// Which branches of forked chains an entry's author had seen: what it takes to read the version
/// vectors in the entry, see [Names]. Depends on the entry's past alone, so every ledger reads them
/// alike.
///
/// @param only for each forked chain of which the author had seen one branch, the lane that ends it
///   (absent if it is the one that bears the chain's own name here)
/// @param split the chains that the author knew had forked
record Sight(Map<WriterId, Lane> only, Set<WriterId> split) {
  /// Nothing that needs to be translated.
  static final Sight PLAIN = new Sight(Map.of(), Set.of());

  static Sight of(ChainView chains, VersionVector past) {
    if (chains.forked().isEmpty()) return PLAIN;
    var only = new HashMap<WriterId, Lane>();
    var split = new HashSet<WriterId>();
    for (WriterId chain : chains.forked()) {
      List<Lane> seen =
          chains.lanes(chain).stream()
              .filter(lane -> past.includes(lane.name(), lane.first()))
              .toList();
      if (seen.isEmpty()) continue;
      seen.stream()
          .filter(lane -> isEnd(lane, seen, past))
          .findFirst()
          .ifPresentOrElse(lane -> note(lane, only), () -> split.add(chain));
    }
    return only.isEmpty() && split.isEmpty() ? PLAIN : new Sight(only, split);
  }

  boolean isPlain() {
    return only.isEmpty() && split.isEmpty();
  }

  private static void note(Lane end, Map<WriterId, Lane> only) {
    if (!end.isMain()) only.put(end.chain(), end);
  }

  /// Whether all that was seen of the other lanes is what this one builds on.
  private static boolean isEnd(Lane lane, List<Lane> seen, VersionVector past) {
    return seen.stream()
        .allMatch(
            other ->
                other.name().equals(lane.name())
                    || lane.trunk().includes(other.name(), past.get(other.name())));
  }

  /// A version vector of the entry, as this ledger names things.
  ///
  /// @throws PeerViolationException if it does not say which branch it means
  VersionVector local(VersionVector stated, ChainView chains) throws PeerViolationException {
    if (stated.counters().keySet().stream().noneMatch(this::differs)) return stated;
    var local = VersionVector.EMPTY;
    for (var counter : stated.counters().entrySet()) {
      local = local.merge(local(counter.getKey(), counter.getValue(), chains));
    }
    return local;
  }

  private boolean differs(WriterId name) {
    return Names.isPlace(name) || only.containsKey(name) || split.contains(name);
  }

  private VersionVector local(WriterId name, long counter, ChainView chains)
      throws PeerViolationException {
    if (Names.isPlace(name)) {
      return chains
          .inForked(Names.entry(name))
          .filter(spot -> split.contains(spot.lane().chain()))
          .orElseThrow(() -> new PeerViolationException("it names an entry that it cannot know"))
          .reached();
    }
    if (split.contains(name)) {
      throw new PeerViolationException("it does not say which branch of a forked chain it means");
    }
    Lane end = only.get(name);
    return end == null ? VersionVector.EMPTY.with(name, counter) : end.path(counter);
  }
}
