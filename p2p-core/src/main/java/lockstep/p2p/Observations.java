package lockstep.p2p;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import lockstep.base.PeerId;

/// Where others see this device from outside: behind a router, the only ones who can. Each may be
/// wrong or lie, so one alone is not believed unless it is trusted for this. Pure: no I/O, threads
/// or clock. Not thread-safe.
final class Observations {
  private static final int WITNESSES = 2;

  private final int addressesMax;
  private final Map<PeerId, Multiaddr> seen = new LinkedHashMap<>();

  /// @param addressesMax that are believed at once
  Observations(int addressesMax) {
    this.addressesMax = addressesMax;
  }

  /// What a peer says, on a connection to the port that this device listens on or from it. Only a
  /// public address is of any use.
  void saw(PeerId observer, Multiaddr address) {
    if (LocalAddress.isPublic(address)) seen.put(observer, address.withoutPeer());
  }

  /// The peer has left: the router may forget the way it came.
  void gone(PeerId observer) {
    seen.remove(observer);
  }

  /// Where this device is, by the word of two members, or of one that is trusted.
  List<Multiaddr> believed(Predicate<PeerId> isMember, Predicate<PeerId> isTrusted) {
    Map<Multiaddr, List<PeerId>> witnesses =
        seen.entrySet().stream()
            .filter(word -> isMember.test(word.getKey()))
            .collect(
                Collectors.groupingBy(
                    Map.Entry::getValue,
                    LinkedHashMap::new,
                    Collectors.mapping(Map.Entry::getKey, Collectors.toList())));
    return witnesses.entrySet().stream()
        .filter(w -> w.getValue().size() >= WITNESSES || w.getValue().stream().anyMatch(isTrusted))
        .sorted((a, b) -> Integer.compare(b.getValue().size(), a.getValue().size()))
        .limit(addressesMax)
        .map(Map.Entry::getKey)
        .toList();
  }
}
