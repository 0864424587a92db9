package lockstep.app;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.OptionalDouble;
import lockstep.base.PeerId;
import lockstep.p2p.Multiaddr;
import lockstep.p2p.PeerConnection;
import lockstep.p2p.PeerInfo;
import lockstep.p2p.PeerNetwork;
import lockstep.p2p.PeerStream;

/// A network that behaves, in memory: it picks port 4711 where any is asked for, and whoever is
/// dialled answers.
final class FakeNetwork implements PeerNetwork {
  private final PeerId self;
  private final List<String> listen;
  private final List<PeerInfo> peers = new ArrayList<>();

  FakeNetwork(PeerId self, List<String> listen) {
    this.self = self;
    this.listen = listen;
  }

  @Override
  public PeerId self() {
    return self;
  }

  @Override
  public List<Multiaddr> addresses() {
    return listen.stream()
        .map(a -> a.replace("/0.0.0.0/", "/127.0.0.1/").replace("/tcp/0", "/tcp/4711"))
        .map(a -> Multiaddr.parse(a + "/p2p/" + self))
        .toList();
  }

  @Override
  public void handle(String protocol, StreamHandler handler) {
    // no stream ever comes in
  }

  @Override
  public void onConnection(ConnectionListener listener) {
    // nobody listens in these tests
  }

  @Override
  public synchronized PeerConnection connect(
      PeerId peer, Collection<Multiaddr> addresses, Duration timeout) {
    peers.add(
        new PeerInfo(
            peer,
            true,
            addresses.iterator().next(),
            List.copyOf(addresses),
            "fake/1",
            OptionalDouble.of(0.25),
            OptionalDouble.empty(),
            10,
            20,
            0));
    Multiaddr address = addresses.iterator().next();
    return new PeerConnection() {
      @Override
      public PeerId peer() {
        return peer;
      }

      @Override
      public Multiaddr address() {
        return address;
      }

      @Override
      public boolean outbound() {
        return true;
      }

      @Override
      public boolean isOpen() {
        return true;
      }
    };
  }

  @Override
  public PeerStream open(PeerId peer, String protocol) throws IOException {
    throw new IOException("this network carries no streams");
  }

  @Override
  public synchronized List<PeerInfo> peers() {
    return List.copyOf(peers);
  }

  @Override
  public synchronized void disconnect(PeerId peer) {
    peers.removeIf(info -> info.peer().equals(peer));
  }

  @Override
  public void close() {
    // holds nothing
  }
}
