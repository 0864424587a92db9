package lockstep.sync;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import lockstep.base.PeerId;
import lockstep.p2p.Multiaddr;

/// Who the local network says is there, members or not: whom this device does not know today it may
/// share a folder with tomorrow. In memory only, since anybody may say so. Thread-safe.
final class Nearby {
  private static final int PEERS_MAX = 256;

  private final Map<PeerId, List<Multiaddr>> alleged = new LinkedHashMap<>();

  /// In place of what was known of the peer; the peer longest unheard of gives way.
  synchronized void remember(PeerId peer, List<Multiaddr> addresses) {
    alleged.remove(peer);
    alleged.put(peer, List.copyOf(addresses));
    if (alleged.size() > PEERS_MAX) alleged.remove(alleged.keySet().iterator().next());
  }

  synchronized Set<PeerId> all() {
    return Set.copyOf(alleged.keySet());
  }

  synchronized List<Multiaddr> of(PeerId peer) {
    return alleged.getOrDefault(peer, List.of());
  }
}
