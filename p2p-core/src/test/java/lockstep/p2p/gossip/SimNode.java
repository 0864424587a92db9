package lockstep.p2p.gossip;

import java.util.function.Consumer;
import lockstep.base.PeerId;
import lockstep.base.PrivateKey;

/// One end of connections in a [GossipWorld].
abstract class SimNode {
  final GossipWorld world;
  final int number;
  final PrivateKey key;
  final PeerId id;

  SimNode(GossipWorld world, int number) {
    this.world = world;
    this.number = number;
    byte[] seed = new byte[PrivateKey.SEED_LENGTH];
    world.random.nextBytes(seed);
    this.key = PrivateKey.ofSeed(seed);
    this.id = new PeerId(key.publicKey());
  }

  /// @param outbound whether this node dialled
  abstract void connected(SimNode peer, boolean outbound);

  abstract void disconnected(SimNode peer);

  /// One RPC, as it is on the wire.
  abstract void received(SimNode from, byte[] rpc);

  void send(SimNode to, byte[] rpc) {
    world.send(this, to, rpc);
  }

  void send(SimNode to, Rpc rpc) {
    RpcCodec.encode(rpc).forEach(frame -> send(to, frame));
  }

  /// Does something to every peer, over and over.
  void everyMillis(long millis, Consumer<SimNode> action) {
    world.after(
        millis,
        () -> {
          world.neighbours(this).forEach(action);
          everyMillis(millis, action);
        });
  }

  @Override
  public String toString() {
    return "device " + number;
  }
}
