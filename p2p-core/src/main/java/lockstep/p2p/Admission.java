package lockstep.p2p;

import java.net.InetAddress;
import java.util.HashMap;
import java.util.Map;

/// Counts inbound connections that have not proven who they are, in total and by address, so that
/// nobody can hold all places. Thread-safe.
final class Admission {
  private final Limits limits;
  private final Map<InetAddress, Integer> halfOpen = new HashMap<>();
  private int total;

  Admission(Limits limits) {
    this.limits = limits;
  }

  /// Takes a place; false if there is none.
  synchronized boolean enter(InetAddress host) {
    int ofHost = halfOpen.getOrDefault(host, 0);
    if (total >= limits.halfOpenHandshakes() || ofHost >= limits.halfOpenPerHost()) return false;
    halfOpen.put(host, ofHost + 1);
    total++;
    return true;
  }

  synchronized void leave(InetAddress host) {
    halfOpen.computeIfPresent(host, (_, count) -> count == 1 ? null : count - 1);
    total--;
  }
}
