package lockstep.p2p;

import java.io.IOException;
import java.util.List;
import lockstep.base.Entropy;
import lockstep.base.TimeSource;

/// A process of its own that looks for peers: says `NAME PEER` when it begins, then `NAME-found
/// PEER ADDRESSES`, and `NAME-connected PEER` once it has dialled one. Ends with its standard
/// input.
final class MdnsNode {
  private MdnsNode() {}

  /// @param arguments a name, and where to listen
  public static void main(String[] arguments) throws IOException {
    String name = arguments[0];
    var listen = Multiaddr.parse(arguments[1]);
    try (var network = Hosts.open(List.of(listen), Limits.DEFAULT)) {
      System.out.println(name + " " + network.self());
      var options =
          new LocalDiscovery.Options(
              network.self(),
              network::addresses,
              (peer, alleged) -> Thread.ofVirtual().start(() -> dial(name, network, peer, alleged)),
              Limits.DEFAULT,
              TimeSource.system(),
              Entropy.system());
      try (var _ = LocalDiscovery.start(options)) {
        while (System.in.read() >= 0) {}
      }
    }
  }

  private static void dial(
      String name, PeerNetwork network, lockstep.base.PeerId peer, List<Multiaddr> alleged) {
    System.out.println(name + "-found " + peer + " " + alleged);
    try {
      var _ = network.connect(peer, alleged, Hosts.SOON);
      System.out.println(name + "-connected " + peer);
    } catch (IOException e) {
      System.out.println(name + "-failed " + e);
    }
  }
}
