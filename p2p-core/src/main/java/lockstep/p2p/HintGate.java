package lockstep.p2p;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import lockstep.base.PeerId;

/// Holds back what was said before, and floods: a peer's same addresses pass once in a while, and
/// only so many hints a second. Thread-safe; times are monotonic nanoseconds.
final class HintGate {
  private static final long SECOND = 1_000_000_000L;
  private static final long REPEAT = 5 * SECOND;

  private final Limits limits;
  private final Map<PeerId, Told> told = new LinkedHashMap<>();
  private long secondFrom = Long.MIN_VALUE;
  private int thisSecond;

  private record Told(List<Multiaddr> addresses, long at) {}

  HintGate(Limits limits) {
    this.limits = limits;
  }

  synchronized boolean lets(PeerId peer, List<Multiaddr> addresses, long now) {
    Told last = told.get(peer);
    if (last != null && now - last.at < REPEAT && last.addresses.equals(addresses)) return false;
    if (secondFrom == Long.MIN_VALUE || now - secondFrom >= SECOND) {
      secondFrom = now;
      thisSecond = 0;
    }
    if (thisSecond >= limits.mdnsHintsPerSecond()) return false;
    thisSecond++;
    told.remove(peer); // so that it counts as the youngest
    told.put(peer, new Told(addresses, now));
    if (told.size() > limits.mdnsPeers()) told.remove(told.keySet().iterator().next());
    return true;
  }
}
