package lockstep.p2p;

import static lockstep.p2p.AddressProtocol.IP4;
import static lockstep.p2p.AddressProtocol.IP6;

import java.io.IOException;
import java.net.BindException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A bound TCP port: accepts sockets on a virtual thread.
final class Listener implements AutoCloseable {
  private static final long PAUSE_MILLIS = 100;
  private static final long CLOSE_MILLIS_MAX = 1000;

  private final ServerSocketChannel server;
  private final InetSocketAddress bound;
  private final Multiaddr asked;
  private final CountDownLatch closed = new CountDownLatch(1);
  private volatile @Nullable Thread acceptor;

  /// Whether a wildcard IPv6 socket stands for the IPv4 wildcard too.
  private final boolean bothFamilies;

  /// Whether the port may be dialled from as well.
  private final boolean shared;

  private Listener(
      ServerSocketChannel server, InetSocketAddress bound, Multiaddr asked, boolean bothFamilies)
      throws IOException {
    this.server = server;
    this.bound = bound;
    this.asked = asked;
    this.bothFamilies = bothFamilies;
    // Only now: else another program could have listened on the very same port.
    this.shared = Sockets.share(server);
  }

  /// Binds every address, or none and throws.
  ///
  /// The wildcards of both families with one port (or any port) share a socket, since an IPv6 one
  /// takes the IPv4 port too. On a computer without IPv6 its wildcard is left out.
  static List<Listener> bindAll(List<Multiaddr> addresses) throws IOException {
    var listeners = new ArrayList<Listener>();
    try {
      for (var address : addresses) {
        if (isWildcard(address, IP6)) {
          var twin = addresses.stream().filter(a -> isTwin(a, address)).findFirst();
          if (hasIp6() || addresses.size() == 1) listeners.add(bind(address, twin.isPresent()));
        }
      }
      for (var address : addresses) {
        boolean covered = listeners.stream().anyMatch(listener -> listener.covers(address));
        if (!covered && !isWildcard(address, IP6)) listeners.add(bind(address, false));
      }
      return listeners;
    } catch (IOException | RuntimeException e) {
      listeners.forEach(Listener::close);
      throw e;
    }
  }

  private static boolean isWildcard(Multiaddr address, AddressProtocol family) {
    boolean any =
        address.tcpHost().filter(h -> h.equals(family == IP6 ? "::" : "0.0.0.0")).isPresent();
    return any && address.hostProtocol() == family;
  }

  /// Whether `ip4` is the IPv4 wildcard with the port of the IPv6 wildcard `ip6`.
  private static boolean isTwin(Multiaddr ip4, Multiaddr ip6) {
    return isWildcard(ip4, IP4) && ip4.tcpPort().equals(ip6.tcpPort());
  }

  private boolean covers(Multiaddr address) {
    return bothFamilies && isTwin(address, asked);
  }

  private static boolean hasIp6() throws IOException {
    try {
      Sockets.close(ServerSocketChannel.open(StandardProtocolFamily.INET6));
      return true;
    } catch (UnsupportedOperationException e) {
      return false;
    }
  }

  private static Listener bind(Multiaddr address, boolean bothFamilies) throws IOException {
    boolean v6 = address.hostProtocol() == IP6;
    if (!v6 && address.hostProtocol() != IP4 || address.tcpPort().isEmpty()) {
      throw new IOException(
          "cannot listen on %s: give an IP address and a TCP port, as in /ip4/0.0.0.0/tcp/4001"
              .formatted(address));
    }
    try {
      return bind(address, v6, bothFamilies);
    } catch (BindException e) {
      throw new IOException(
          "cannot listen on %s: %s. Choose another port or stop the program that uses it."
              .formatted(address, e.getMessage()),
          e);
    } catch (UnsupportedOperationException e) {
      throw new IOException("cannot listen on " + address + ": there is no IPv6 here", e);
    }
  }

  private static Listener bind(Multiaddr address, boolean v6, boolean bothFamilies)
      throws IOException {
    String host = address.tcpHost().orElseThrow();
    byte[] ip = v6 ? IpLiteral.parse6(host) : IpLiteral.parse4(host);
    var family = v6 ? StandardProtocolFamily.INET6 : StandardProtocolFamily.INET;
    var server = ServerSocketChannel.open(family);
    try {
      int port = address.tcpPort().getAsInt();
      server.bind(new InetSocketAddress(InetAddress.getByAddress(ip), port));
      var bound = (InetSocketAddress) server.getLocalAddress();
      return new Listener(server, bound, address, bothFamilies);
    } catch (IOException | RuntimeException e) {
      Sockets.close(server);
      throw e;
    }
  }

  void start(Consumer<SocketChannel> accepted) {
    acceptor = Thread.ofVirtual().name("p2p-accept").start(() -> run(accepted));
  }

  private void run(Consumer<SocketChannel> accepted) {
    while (server.isOpen()) {
      try {
        accepted.accept(server.accept());
      } catch (ClosedChannelException e) {
        return;
      } catch (IOException e) {
        pause(); // Out of descriptors, most likely: that passes.
      }
    }
  }

  private void pause() {
    try {
      var _ = closed.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // Closes the channel at the next look.
    }
  }

  int port() {
    return bound.getPort();
  }

  /// What a socket has to be bound to, to dial from here to `target`; empty if that cannot be.
  Optional<InetSocketAddress> outlet(InetAddress target) throws IOException {
    boolean v6 = target instanceof Inet6Address;
    boolean fits = bound.getAddress() instanceof Inet6Address == v6;
    if (!shared || bound.getAddress().isLoopbackAddress()) return Optional.empty();
    if (fits) return Optional.of(bound);
    if (!bothFamilies || v6) return Optional.empty();
    var any = InetAddress.getByAddress(new byte[4]);
    return Optional.of(new InetSocketAddress(any, bound.getPort()));
  }

  /// Where others can dial, a wildcard expanded to the addresses of all interfaces that are up.
  List<Multiaddr> addresses() {
    if (!bound.getAddress().isAnyLocalAddress()) return List.of(toMultiaddr(bound));
    int length = bound.getAddress().getAddress().length;
    var all = new ArrayList<Multiaddr>();
    for (var address : interfaceAddresses()) {
      if (bothFamilies || address.getAddress().length == length) {
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

  /// Gives the port back: whoever waits for a socket holds it until they have woken up.
  @Override
  public void close() {
    closed.countDown();
    Sockets.close(server);
    Thread waiting = acceptor;
    if (waiting != null) await(waiting);
  }

  private static void await(Thread thread) {
    try {
      var _ = thread.join(Duration.ofMillis(CLOSE_MILLIS_MAX));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
