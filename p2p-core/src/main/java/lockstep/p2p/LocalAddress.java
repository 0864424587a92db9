package lockstep.p2p;

import java.net.InetAddress;
import java.net.UnknownHostException;

/// Which addresses belong to the local network: those of RFC 1918, link-local ones, and the unique
/// local ones of IPv6. Loopback is none: it means another computer to each.
final class LocalAddress {
  private LocalAddress() {}

  /// Whether it is plain TCP to an IP address of the local network.
  static boolean isLocal(Multiaddr address) {
    if (address.tcpHost().isEmpty()) return false;
    String host = address.tcpHost().get();
    var protocol = address.hostProtocol();
    try {
      if (protocol == AddressProtocol.IP4) {
        return isLocal(InetAddress.getByAddress(IpLiteral.parse4(host)));
      }
      return protocol == AddressProtocol.IP6
          && isLocal(InetAddress.getByAddress(IpLiteral.parse6(host)));
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
