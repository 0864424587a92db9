package lockstep.p2p.gossip;

import java.util.Set;
import java.util.function.Consumer;
import lockstep.base.PeerId;

/// A topic of [Gossip] that is open on this device. Thread-safe.
public final class Topic implements AutoCloseable {
  private final Gossip gossip;
  private final String name;

  Topic(Gossip gossip, String name) {
    this.gossip = gossip;
    this.name = name;
  }

  public String name() {
    return name;
  }

  /// Signs and sends; does not wait until anybody has it. Need not be subscribed.
  ///
  /// @param data less than a megabyte
  /// @throws IllegalArgumentException if it is too much
  public void publish(byte[] data) {
    gossip.publish(name, data);
  }

  /// Takes part from now on: messages of others are passed on, and delivered.
  ///
  /// @param listener is called on the thread that reads from a peer, hence from several at once,
  ///   and may keep that peer waiting; replaces the one before
  public void subscribe(Consumer<GossipMessage> listener) {
    gossip.subscribe(name, listener);
  }

  /// Takes part no more.
  public void unsubscribe() {
    gossip.unsubscribe(name);
  }

  /// Connected peers that take part.
  public Set<PeerId> peers() {
    return gossip.look(router -> router.peers(name));
  }

  /// Those of them that messages are exchanged with at once.
  public Set<PeerId> mesh() {
    return gossip.look(router -> router.mesh(name));
  }

  /// Unsubscribes, and frees the name.
  @Override
  public void close() {
    gossip.close(name);
  }
}
