package lockstep.p2p;

import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import lockstep.base.PeerId;

/// This device among its peers: dialling, listening, encrypted multiplexed streams. The message
/// seam between the sync engine and the wire (or a simulated wire). Thread-safe; calls block.
public interface PeerNetwork extends AutoCloseable {
  PeerId self();

  /// Addresses that others may dial, wildcards expanded to interface addresses, real ports, each
  /// ending in `/p2p/<self>`; also those through relays that have promised to pass others on.
  List<Multiaddr> addresses();

  /// Says where else others reach this device, such as where its router lets them in; in place of
  /// what was said before.
  default void reachableAt(List<Multiaddr> addresses) {}

  /// Answers inbound streams of a protocol. Each stream runs `handler` on a virtual thread of its
  /// own; when the handler returns the stream is closed, when it throws the stream is reset.
  void handle(String protocol, StreamHandler handler);

  /// From now on lets in whoever dials; who has dialled before waits at the door. To be called once
  /// all that a peer may ask for first has been given to [#handle]: it is refused else, and tries
  /// again only later.
  default void welcome() {}

  /// From now on relays between those who belong together, and where nobody gets through to this
  /// device directly has them relay for it; to be called once. A network without relays does
  /// nothing.
  default void relayAmong(Circle circle) {}

  /// Somebody belongs to the circle now, or does no more: what is relayed for the latter ends.
  default void circleChanged() {}

  /// Called (on a thread of its own, in order) for every connection that comes and goes.
  void onConnection(ConnectionListener listener);

  /// Dials one of the addresses (the first that answers) and returns the connection; one that
  /// exists already is returned at once, but one through a relay only if no direct way works. An
  /// address with another peer's id is refused. Addresses through relays are tried last, and only
  /// if the relay is connected.
  PeerConnection connect(PeerId peer, Collection<Multiaddr> addresses, Duration timeout)
      throws IOException;

  /// Opens a stream on the best connection to `peer`.
  ///
  /// @throws IOException if there is no connection or the peer does not speak the protocol
  PeerStream open(PeerId peer, String protocol) throws IOException;

  /// The peers connected now, and figures about them.
  List<PeerInfo> peers();

  /// Closes all connections to a peer.
  void disconnect(PeerId peer);

  @Override
  void close();

  /// Serves one inbound stream.
  @FunctionalInterface
  interface StreamHandler {
    void serve(PeerStream stream) throws IOException, InterruptedException;
  }

  /// Learns of connections.
  interface ConnectionListener {
    /// A first connection to this peer is up. What the peer says of itself has yet to come.
    void connected(PeerConnection connection);

    /// Identify has been answered, or has failed, on the connection that was told of.
    default void identified(PeerConnection connection) {}

    /// A direct connection has come to a peer that was connected through a relay: new streams take
    /// it. The other is kept for what runs on it, for a while.
    default void improved(PeerConnection connection) {}

    /// The last connection to this peer is gone.
    void disconnected(PeerId peer);
  }
}
