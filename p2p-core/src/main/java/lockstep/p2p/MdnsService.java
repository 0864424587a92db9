package lockstep.p2p;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import lockstep.base.PeerId;
import lockstep.p2p.MdnsMessage.Entry;

/// What this device says in multicast DNS, and what it takes from others' messages (libp2p
/// specification of discovery, `discovery/mdns.md`). Pure; sends nothing.
final class MdnsService {
  static final String NAME = "_p2p._udp.local";
  private static final String ATTRIBUTE = "dnsaddr=";
  private static final int STRING_MAX = 255;
  private static final int SECONDS_TO_LIVE = 120;

  private final PeerId self;
  private final String instance;
  private final Limits limits;

  /// @param peerName random; tells nothing about this device
  MdnsService(PeerId self, String peerName, Limits limits) {
    this.self = self;
    this.instance = peerName + "." + NAME;
    this.limits = limits;
  }

  static byte[] query() {
    var question = new MdnsMessage.Question(NAME, MdnsMessage.TYPE_PTR);
    return new MdnsMessage(false, List.of(question), List.of()).encode(SECONDS_TO_LIVE);
  }

  /// The answer to a query, and what is said unasked at the start.
  ///
  /// @return empty if none of the addresses is one that this network's other devices could reach
  Optional<byte[]> announcement(List<Multiaddr> addresses) {
    List<String> strings =
        addresses.stream()
            .filter(LocalAddress::isLocal)
            .sorted(Comparator.comparing(Multiaddr::hostProtocol)) // IPv4 first
            .map(address -> ATTRIBUTE + address.withPeer(self))
            .filter(string -> string.length() <= STRING_MAX)
            .limit(limits.mdnsAddresses())
            .toList();
    if (strings.isEmpty()) return Optional.empty();
    List<Entry> entries =
        List.of(new Entry.Pointer(NAME, instance), new Entry.Text(instance, strings));
    return Optional.of(new MdnsMessage(true, List.of(), entries).encode(SECONDS_TO_LIVE));
  }

  /// Whether a message asks for peers.
  static boolean isAsked(MdnsMessage message) {
    return !message.isResponse() && message.questions().stream().anyMatch(MdnsService::isOurs);
  }

  private static boolean isOurs(MdnsMessage.Question question) {
    boolean pointer =
        question.type() == MdnsMessage.TYPE_PTR || question.type() == MdnsMessage.TYPE_ANY;
    return pointer && question.name().equals(NAME);
  }

  /// The other peers that a message tells of, each with addresses to try, unproven: IP addresses of
  /// local networks only, so that nobody can send this device into the world or to a name server.
  /// Of a name with two peers nothing is believed.
  Map<PeerId, List<Multiaddr>> found(MdnsMessage message) {
    if (!message.isResponse()) return Map.of();
    Map<String, Set<Multiaddr>> byName = alleged(message);
    var found = new LinkedHashMap<PeerId, List<Multiaddr>>();
    for (Set<Multiaddr> addresses : byName.values()) {
      var peers = new HashSet<PeerId>();
      addresses.forEach(address -> address.peerId().ifPresent(peers::add));
      if (peers.size() == 1 && !peers.contains(self) && found.size() < limits.mdnsPeers()) {
        found.putIfAbsent(peers.iterator().next(), usable(addresses));
      }
    }
    found.values().removeIf(List::isEmpty);
    return found;
  }

  private Map<String, Set<Multiaddr>> alleged(MdnsMessage message) {
    var byName = new HashMap<String, Set<Multiaddr>>();
    for (Entry entry : message.entries()) {
      if (entry instanceof Entry.Pointer(var name, var target)
          && name.equals(NAME)
          && !target.equals(instance)) {
        byName.put(target, new LinkedHashSet<>());
      }
    }
    for (Entry entry : message.entries()) {
      if (entry instanceof Entry.Text(var name, var strings) && byName.containsKey(name)) {
        strings.forEach(string -> address(string).ifPresent(byName.get(name)::add));
      }
    }
    return byName;
  }

  private static Optional<Multiaddr> address(String string) {
    if (!string.startsWith(ATTRIBUTE)) return Optional.empty();
    try {
      var address = Multiaddr.parse(string.substring(ATTRIBUTE.length()));
      return address.peerId().isPresent() ? Optional.of(address) : Optional.empty();
    } catch (IllegalArgumentException unknownOrMalformed) {
      return Optional.empty();
    }
  }

  private List<Multiaddr> usable(Set<Multiaddr> addresses) {
    var usable = new ArrayList<>(addresses);
    usable.removeIf(address -> !LocalAddress.isLocal(address));
    return List.copyOf(usable.subList(0, Math.min(usable.size(), limits.mdnsAddresses())));
  }
}
