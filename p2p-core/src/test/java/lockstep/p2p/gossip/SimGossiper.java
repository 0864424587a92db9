package lockstep.p2p.gossip;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import lockstep.base.PeerId;
import lockstep.base.PeerViolationException;

/// A device that keeps the rules: a [Router] and the least shell that it needs.
final class SimGossiper extends SimNode {
  final Router router;

  /// Numbers of the messages that came here.
  final Set<Integer> delivered = new TreeSet<>();

  private boolean heartbeatDue;

  SimGossiper(GossipWorld world, int number, GossipParameters parameters) {
    super(world, number);
    router = new Router(key, parameters, 1, new SplittableRandom(world.random.nextLong()));
    router.open(GossipWorld.TOPIC, world.rules());
  }

  void join() {
    act(router.join(world.now(), GossipWorld.TOPIC), this);
  }

  void publish(int message) {
    byte[] data = ByteBuffer.allocate(GossipWorld.DATA_BYTES).putInt(message).array();
    world.published(this, message);
    act(router.publish(world.now(), GossipWorld.TOPIC, data), this);
  }

  double score(SimNode peer) {
    return router.score(world.now(), peer.id);
  }

  @Override
  void connected(SimNode peer, boolean outbound) {
    act(router.connected(world.now(), peer.id, outbound), this);
    awaitHeartbeat();
  }

  @Override
  void disconnected(SimNode peer) {
    act(router.disconnected(world.now(), peer.id), this);
  }

  /// What a shell does with what it reads.
  @Override
  void received(SimNode from, byte[] bytes) {
    Rpc rpc;
    try {
      rpc = RpcCodec.decode(bytes);
    } catch (PeerViolationException e) {
      router.violated(world.now(), from.id);
      return;
    }
    world.copies += rpc.messages().size();
    act(router.received(world.now(), from.id, rpc), from);
  }

  private void act(List<Effect> effects, SimNode because) {
    for (Effect effect : effects) {
      switch (effect) {
        case Effect.Send(PeerId to, Rpc rpc) -> send(world.node(to), rpc);
        case Effect.Deliver(GossipMessage message) -> deliver(message, because);
      }
    }
  }

  private void deliver(GossipMessage message, SimNode from) {
    int number = ByteBuffer.wrap(message.data()).getInt();
    if (!delivered.add(number)) {
      throw new AssertionError(this + " was given message " + number + " twice");
    }
    world.delivered(this, from, number);
  }

  private void awaitHeartbeat() {
    long next = router.nextHeartbeat();
    if (heartbeatDue || next == Long.MAX_VALUE) return;
    heartbeatDue = true;
    world.scheduler.after(
        next - world.now(),
        GossipWorld.EVER,
        "heartbeat",
        () -> {
          heartbeatDue = false;
          if (router.nextHeartbeat() <= world.now()) {
            act(router.heartbeat(world.now()), this);
          }
          awaitHeartbeat();
        });
  }
}
