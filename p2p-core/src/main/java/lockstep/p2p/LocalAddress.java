package lockstep.p2p;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;

/// Which addresses belong to the local network: those of RFC 1918, link-local ones, and the unique
/// local ones of IPv6. Loopback is none: it means another computer to each.
final class LocalAddress {
  private LocalAddress() {}

  /// Whether it is plain TCP to an IP address of the local network.
  static boolean isLocal(Multiaddr address) {
    return ip(address).filter(LocalAddress::isLocal).isPresent();
  }

  /// Whether it is plain TCP to an IP address of this computer.
  static boolean isLoopback(Multiaddr address) {
    return ip(address).filter(InetAddress::isLoopbackAddress).isPresent();
  }

  /// Whether it is plain TCP to an IP address that means the same everywhere.
  static boolean isPublic(Multiaddr address) {
    return ip(address).filter(LocalAddress::isPublic).isPresent();
  }

  /// Whether it is one computer's, and the same one's everywhere.
  static boolean isPublic(InetAddress ip) {
    byte[] bytes = ip.getAddress();
    int first = bytes[0] & 0xff;
    int second = bytes[1] & 0xff;
    boolean shared = // by a provider's customers, by none at all, or for later
        bytes.length == 4 && (first == 0 || first >= 240 || first == 100 && (second & 0xc0) == 64);
    return !shared
        && !isLocal(ip)
        && !ip.isLoopbackAddress()
        && !ip.isAnyLocalAddress()
        && !ip.isMulticastAddress();
  }

  private static Optional<InetAddress> ip(Multiaddr address) {
    if (address.tcpHost().isEmpty()) return Optional.empty();
    String host = address.tcpHost().get();
    try {
      return switch (address.hostProtocol()) {
        case IP4 -> Optional.of(InetAddress.getByAddress(IpLiteral.parse4(host)));
        case IP6 -> Optional.of(InetAddress.getByAddress(IpLiteral.parse6(host)));
        default -> Optional.empty();
      };
    } catch (UnknownHostException e) {
      throw new IllegalStateException("an IP address of another length than 4 or 16", e);
    }
  }

  static boolean isLocal(InetAddress address) {
    boolean uniqueLocal =
        address.getAddress().length == 16 && (address.getAddress()[0] & 0xfe) == 0xfc;
    return address.isSiteLocalAddress() || address.isLinkLocalAddress() || uniqueLocal;
  }
}
