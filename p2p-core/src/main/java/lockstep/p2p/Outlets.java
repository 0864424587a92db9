package lockstep.p2p;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.Optional;

/// Where this device dials from. Behind a router that is the port it listens on: then others are
/// let in by the very way that the router keeps open for what went out. Thread-safe.
final class Outlets {
  private final List<Listener> listeners;

  Outlets(List<Listener> listeners) {
    this.listeners = listeners;
  }

  /// A socket to dial `target` with, bound to a listening port where that is of use.
  ///
  /// @throws java.net.BindException if the port cannot be dialled from
  SocketChannel open(InetAddress target) throws IOException {
    if (!LocalAddress.isPublic(target) || isPublic()) return SocketChannel.open();
    for (var listener : listeners) {
      Optional<InetSocketAddress> outlet = listener.outlet(target);
      if (outlet.isPresent()) return bound(outlet.get());
    }
    return SocketChannel.open();
  }

  /// Whether no router stands between this device and all others.
  private boolean isPublic() {
    return listeners.stream()
        .flatMap(listener -> listener.addresses().stream())
        .anyMatch(LocalAddress::isPublic);
  }

  private static SocketChannel bound(InetSocketAddress outlet) throws IOException {
    boolean v6 = outlet.getAddress().getAddress().length > 4;
    var socket =
        SocketChannel.open(v6 ? StandardProtocolFamily.INET6 : StandardProtocolFamily.INET);
    try {
      // Or else nobody could listen on the port for a while after this connection has ended.
      socket.setOption(StandardSocketOptions.SO_REUSEADDR, true);
      var _ = Sockets.share(socket);
      return socket.bind(outlet);
    } catch (IOException | RuntimeException e) {
      Sockets.close(socket);
      throw e;
    }
  }

  /// Whether a connection runs from or to a listening port.
  boolean isListening(SocketChannel socket) {
    try {
      return socket.getLocalAddress() instanceof InetSocketAddress local
          && listeners.stream().anyMatch(listener -> listener.port() == local.getPort());
    } catch (IOException closed) {
      return false;
    }
  }
}
