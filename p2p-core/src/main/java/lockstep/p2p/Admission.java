package lockstep.p2p;

import java.util.HashMap;
import java.util.Map;

/// Counts inbound connections that have not proven who they are, in total and by origin (an IP
/// address, or a relay), so that nobody can hold all places. Thread-safe.
final class Admission {
  private final Limits limits;
  private final Map<Object, Integer> halfOpen = new HashMap<>();
  private int total;

  Admission(Limits limits) {
    this.limits = limits;
  }

  /// Takes a place; false if there is none.
  synchronized boolean enter(Object origin) {
    int ofHost = halfOpen.getOrDefault(origin, 0);
    if (total >= limits.halfOpenHandshakes() || ofHost >= limits.halfOpenPerHost()) return false;
    halfOpen.put(origin, ofHost + 1);
    total++;
    return true;
  }

  synchronized void leave(Object origin) {
    halfOpen.computeIfPresent(origin, (_, count) -> count == 1 ? null : count - 1);
    total--;
  }
}
