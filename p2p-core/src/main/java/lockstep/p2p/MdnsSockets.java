package lockstep.p2p;

import static java.lang.System.Logger.Level.DEBUG;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.MembershipKey;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;

/// One multicast DNS socket per address family, a member of the group on every interface that has
/// multicast. Other programs of this computer share the port. Thread-safe.
final class MdnsSockets implements AutoCloseable {
  static final int PORT = 5353;
  private static final byte[] GROUP_4 = {(byte) 224, 0, 0, (byte) 251};
  private static final byte[] GROUP_6 = {
    (byte) 0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, (byte) 0xfb
  };
  private static final int HOPS = 255; // RFC 6762 §11
  private static final System.Logger LOG = System.getLogger("lockstep.p2p");

  private final DatagramChannel channel;
  private final InetSocketAddress group;

  /// By the interface's index, with the addresses that it had; guarded by this object.
  private final Map<Integer, Membership> memberships = new HashMap<>();

  private record Membership(NetworkInterface network, String addresses, MembershipKey key) {}

  private MdnsSockets(DatagramChannel channel, InetSocketAddress group) {
    this.channel = channel;
    this.group = group;
  }

  static MdnsSockets open(StandardProtocolFamily family) throws IOException {
    DatagramChannel channel = DatagramChannel.open(family);
    try {
      channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
      if (channel.supportedOptions().contains(StandardSocketOptions.SO_REUSEPORT)) {
        channel.setOption(StandardSocketOptions.SO_REUSEPORT, true);
      }
      channel.setOption(StandardSocketOptions.IP_MULTICAST_TTL, HOPS);
      channel.setOption(StandardSocketOptions.IP_MULTICAST_LOOP, true);
      boolean v6 = family == StandardProtocolFamily.INET6;
      channel.bind(new InetSocketAddress(InetAddress.getByAddress(new byte[v6 ? 16 : 4]), PORT));
      var group = InetAddress.getByAddress(v6 ? GROUP_6 : GROUP_4);
      return new MdnsSockets(channel, new InetSocketAddress(group, PORT));
    } catch (IOException | RuntimeException e) {
      Sockets.close(channel);
      throw e;
    }
  }

  /// Joins on interfaces that came up and forgets those that went.
  ///
  /// @return whether there is an interface, or an address of one, that was not there before
  synchronized boolean update() throws SocketException {
    Map<Integer, NetworkInterface> up =
        NetworkInterface.networkInterfaces()
            .filter(MdnsSockets::isUsable)
            .collect(Collectors.toMap(NetworkInterface::getIndex, network -> network));
    memberships.entrySet().removeIf(entry -> isGone(entry.getValue(), up.get(entry.getKey())));
    boolean isNew = false;
    for (var network : up.values()) {
      if (!memberships.containsKey(network.getIndex())) isNew |= join(network);
    }
    return isNew;
  }

  private static boolean isUsable(NetworkInterface network) {
    try {
      return network.isUp() && network.supportsMulticast() && !network.isLoopback();
    } catch (SocketException gone) {
      return false;
    }
  }

  private static boolean isGone(
      Membership membership, @org.jspecify.annotations.Nullable NetworkInterface now) {
    if (now != null && addresses(now).equals(membership.addresses)) return false;
    membership.key.drop();
    return true;
  }

  private static String addresses(NetworkInterface network) {
    return network.getName() + network.getInterfaceAddresses();
  }

  private boolean join(NetworkInterface network) {
    boolean hasFamily =
        network
            .inetAddresses()
            .anyMatch(a -> a.getAddress().length == group.getAddress().getAddress().length);
    if (!hasFamily) return false;
    try {
      MembershipKey key = channel.join(group.getAddress(), network);
      memberships.put(network.getIndex(), new Membership(network, addresses(network), key));
      return true;
    } catch (IOException | IllegalStateException e) {
      LOG.log(DEBUG, "no multicast on {0}: {1}", network.getName(), e.getMessage());
      return false;
    }
  }

  /// Sends on every interface that takes it.
  synchronized void send(byte[] packet) {
    for (var membership : memberships.values()) {
      try {
        channel.setOption(StandardSocketOptions.IP_MULTICAST_IF, membership.network);
        channel.send(ByteBuffer.wrap(packet), group);
      } catch (IOException e) {
        LOG.log(DEBUG, "cannot send on {0}: {1}", membership.network.getName(), e.getMessage());
      }
    }
  }

  /// Waits for a packet; `buffer` then holds it, cut off if it is longer.
  ///
  /// @throws IOException once closed
  InetAddress receive(ByteBuffer buffer) throws IOException {
    buffer.clear();
    var from = (InetSocketAddress) channel.receive(buffer);
    buffer.flip();
    return from.getAddress();
  }

  boolean isOpen() {
    return channel.isOpen();
  }

  @Override
  public void close() {
    Sockets.close(channel);
  }
}
