package lockstep.p2p;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// A bound TCP port: accepts sockets on a virtual thread.
final class Listener implements AutoCloseable {
  private final ServerSocketChannel server;
  private final InetSocketAddress bound;

  private Listener(ServerSocketChannel server, InetSocketAddress bound) {
    this.server = server;
    this.bound = bound;
  }

  /// Binds `/ip4/…/tcp/…` or `/ip6/…/tcp/…`.
  static Listener bind(Multiaddr address) throws IOException {
    boolean v6 = address.hostProtocol() == AddressProtocol.IP6;
    if (!v6 && address.hostProtocol() != AddressProtocol.IP4 || address.tcpPort().isEmpty()) {
      throw new IOException(
          "cannot listen on %s: give an IP address and a TCP port, as in /ip4/0.0.0.0/tcp/4001"
              .formatted(address));
    }
    String host = address.tcpHost().orElseThrow();
    byte[] ip = v6 ? IpLiteral.parse6(host) : IpLiteral.parse4(host);
    var server =
        ServerSocketChannel.open(v6 ? StandardProtocolFamily.INET6 : StandardProtocolFamily.INET);
    try {
      int port = address.tcpPort().getAsInt();
      server.bind(new InetSocketAddress(InetAddress.getByAddress(ip), port));
      return new Listener(server, (InetSocketAddress) server.getLocalAddress());
    } catch (BindException e) {
      Sockets.close(server);
      throw new IOException(
          "cannot listen on %s: %s. Choose another port or stop the program that uses it."
              .formatted(address, e.getMessage()),
          e);
    } catch (IOException | RuntimeException e) {
      Sockets.close(server);
      throw e;
    }
  }

  void start(Consumer<SocketChannel> accepted) {
    Thread.ofVirtual().name("p2p-accept").start(() -> run(accepted));
  }

  private void run(Consumer<SocketChannel> accepted) {
    while (server.isOpen()) {
      try {
        accepted.accept(server.accept());
      } catch (ClosedChannelException e) {
        return;
      } catch (IOException e) {
        // Out of descriptors, or the peer left while it waited: neither is a reason to stop.
        Thread.yield();
      }
    }
  }

  /// Where others can dial, a wildcard expanded to the addresses of all interfaces that are up.
  List<Multiaddr> addresses() {
    if (!bound.getAddress().isAnyLocalAddress()) return List.of(toMultiaddr(bound));
    int length = bound.getAddress().getAddress().length;
    var all = new ArrayList<Multiaddr>();
    for (var address : interfaceAddresses()) {
      if (address.getAddress().length == length) {
        all.add(toMultiaddr(new InetSocketAddress(address, bound.getPort())));
      }
    }
    return all;
  }

  static Multiaddr toMultiaddr(InetSocketAddress address) {
    byte[] ip = address.getAddress().getAddress();
    return Multiaddr.parse(
        "/%s/%s/tcp/%d"
            .formatted(ip.length == 4 ? "ip4" : "ip6", IpLiteral.text(ip), address.getPort()));
  }

  /// Loopback last; without IPv6 link-local ones, which mean nothing without their zone.
  private static List<InetAddress> interfaceAddresses() {
    try {
      return NetworkInterface.networkInterfaces()
          .filter(Listener::isUp)
          .flatMap(NetworkInterface::inetAddresses)
          .filter(a -> !(a.isLinkLocalAddress() && a.getAddress().length > 4))
          .sorted((a, b) -> Boolean.compare(a.isLoopbackAddress(), b.isLoopbackAddress()))
          .toList();
    } catch (SocketException e) {
      return List.of(InetAddress.getLoopbackAddress());
    }
  }

  private static boolean isUp(NetworkInterface network) {
    try {
      return network.isUp();
    } catch (SocketException e) {
      return false;
    }
  }

  @Override
  public void close() {
    Sockets.close(server);
  }
}
