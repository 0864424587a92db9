package lockstep.p2p;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InterfaceAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The routers of the local networks that this computer is in.
final class Gateways {
  private static final Path ROUTES = Path.of("/proc/net/route");
  private static final int GATEWAYS_MAX = 4;
  private static final String NOWHERE = "00000000";

  private Gateways() {}

  /// A router, and this computer as it knows it. Both are private IPv4 addresses of one network.
  record Gateway(InetAddress router, InetAddress self) {}

  /// As the system tells them (Linux), or else the first address of each network, where a router
  /// mostly is. What is no router does not answer. None where this computer has a public address
  /// itself.
  static List<Gateway> find() {
    List<InterfaceAddress> all = own();
    if (all.stream().anyMatch(own -> LocalAddress.isPublic(own.getAddress()))) return List.of();
    List<InetAddress> told = told();
    var found = new ArrayList<Gateway>();
    for (InterfaceAddress own : all) {
      if (!LocalAddress.isLocal(own.getAddress())) continue;
      Optional<InetAddress> router =
          told.isEmpty()
              ? Optional.of(first(own))
              : told.stream().filter(each -> isWithin(own, each)).findFirst();
      router
          .filter(each -> LocalAddress.isLocal(each) && !each.equals(own.getAddress()))
          .ifPresent(each -> found.add(new Gateway(each, own.getAddress())));
    }
    return found.stream().distinct().limit(GATEWAYS_MAX).toList();
  }

  private static List<InetAddress> told() {
    try {
      return routers(Files.readAllLines(ROUTES));
    } catch (IOException notLinux) {
      return List.of();
    }
  }

  /// The gateways of the default routes in `/proc/net/route`.
  static List<InetAddress> routers(List<String> lines) {
    var routers = new ArrayList<InetAddress>();
    for (String line : lines) {
      String[] fields = line.strip().split("\\s+");
      if (fields.length < 3 || !fields[1].equals(NOWHERE) || fields[2].equals(NOWHERE)) continue;
      if (fields[2].matches("[0-9A-Fa-f]{8}")) routers.add(address(fields[2]));
    }
    return routers;
  }

  /// In the byte order of the processor: the last byte first.
  private static InetAddress address(String hex) {
    int bits = Integer.reverseBytes(Integer.parseUnsignedInt(hex, 16));
    return address(bits);
  }

  private static InetAddress address(int bits) {
    try {
      return InetAddress.getByAddress(
          new byte[] {
            (byte) (bits >>> 24), (byte) (bits >>> 16), (byte) (bits >>> 8), (byte) bits
          });
    } catch (UnknownHostException e) {
      throw new IllegalStateException("an IPv4 address of another length than 4", e);
    }
  }

  private static int bits(InetAddress address) {
    byte[] four = address.getAddress();
    return (four[0] & 0xff) << 24 | (four[1] & 0xff) << 16 | (four[2] & 0xff) << 8 | four[3] & 0xff;
  }

  private static int mask(InterfaceAddress own) {
    int length = Math.clamp(own.getNetworkPrefixLength(), 1, 32);
    return -1 << 32 - length;
  }

  private static InetAddress first(InterfaceAddress own) {
    return address((bits(own.getAddress()) & mask(own)) + 1);
  }

  private static boolean isWithin(InterfaceAddress own, InetAddress other) {
    return ((bits(own.getAddress()) ^ bits(other)) & mask(own)) == 0;
  }

  private static List<InterfaceAddress> own() {
    var all = new ArrayList<InterfaceAddress>();
    try {
      for (var network : NetworkInterface.networkInterfaces().toList()) {
        if (!network.isUp() || network.isLoopback() || network.isPointToPoint()) continue;
        for (var own : network.getInterfaceAddresses()) {
          if (own.getAddress() instanceof Inet4Address) all.add(own);
        }
      }
    } catch (SocketException e) {
      return List.of();
    }
    return all;
  }
}
