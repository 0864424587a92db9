package lockstep.p2p.gossip;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;
import lockstep.base.PeerViolationException;
import lockstep.base.ProtoWriter;

/// A device that does not keep the rules. All of them say to be in the topic and want into every
/// mesh.
final class SimVillain extends SimNode {
  private final Kind kind;
  private int count;

  enum Kind {
    /// Has thousands of messages that there are not.
    IHAVE_FLOOD,

    /// Leaves meshes and wants in again.
    GRAFT_IN_BACKOFF,

    /// Lets others say what they did not say.
    FORGER,

    /// Says what the topic does not allow, but signs it.
    SPAMMER,

    /// Fills messages with hundreds of thousands of empty elements.
    EMPTY_ELEMENTS,

    /// Says what is no RPC at all.
    NOISE,

    /// Is in a hundred thousand topics.
    SUBSCRIPTIONS,

    /// Asks for everything, always.
    IWANT_FLOOD,

    /// Does everything right, but passes nothing on.
    BLACK_HOLE,

    /// Knows the topic's name, but is admitted by nobody: is to be told nothing at all.
    STRANGER
  }

  SimVillain(GossipWorld world, int number, Kind kind) {
    super(world, number);
    this.kind = kind;
    switch (kind) {
      case IHAVE_FLOOD -> everyMillis(50, it -> send(it, ihave()));
      case GRAFT_IN_BACKOFF -> everyMillis(500, this::leaveAndComeBack);
      case FORGER -> everyMillis(100, it -> send(it, forged()));
      case SPAMMER -> everyMillis(100, it -> send(it, Rpcs.message(signed(new byte[1]))));
      case EMPTY_ELEMENTS -> everyMillis(1_000, it -> send(it, emptyElements()));
      case NOISE -> everyMillis(100, it -> send(it, noise()));
      case SUBSCRIPTIONS -> everyMillis(500, it -> send(it, subscriptions()));
      case IWANT_FLOOD -> everyMillis(100, it -> send(it, Rpcs.iwant(ids())));
      case STRANGER -> {
        world.strangers.add(id);
        everyMillis(1_000, it -> send(it, Rpcs.message(signed(new byte[GossipWorld.DATA_BYTES]))));
      }
      case BLACK_HOLE -> {}
    }
  }

  /// Whether each alone is so bad that a peer takes nothing more from it.
  boolean isScoredDown() {
    return switch (kind) {
      case IHAVE_FLOOD, GRAFT_IN_BACKOFF, FORGER, SPAMMER, EMPTY_ELEMENTS, NOISE -> true;
      case SUBSCRIPTIONS, IWANT_FLOOD, BLACK_HOLE, STRANGER -> false;
    };
  }

  @Override
  void connected(SimNode peer, boolean outbound) {
    send(peer, Rpcs.subscription(GossipWorld.TOPIC, true));
    send(peer, Rpcs.graft(GossipWorld.TOPIC));
  }

  @Override
  void disconnected(SimNode peer) {}

  @Override
  void received(SimNode from, byte[] rpc) {
    if (kind == Kind.STRANGER) throw new AssertionError(from + " talks to a stranger");
  }

  private void leaveAndComeBack(SimNode peer) {
    send(peer, Rpcs.prune(GossipWorld.TOPIC, 60));
    send(peer, Rpcs.graft(GossipWorld.TOPIC));
  }

  private Rpc ihave() {
    return Rpcs.ihave(GossipWorld.TOPIC, ids());
  }

  private List<MessageId> ids() {
    var ids = new ArrayList<MessageId>();
    for (int i = 0; i < 100; i++) {
      byte[] bytes = new byte[46];
      world.random.nextBytes(bytes);
      ids.add(MessageId.of(bytes));
    }
    return ids;
  }

  private Rpc subscriptions() {
    var topics = new ArrayList<Rpc.Subscription>();
    for (int i = 0; i < 1_000; i++) {
      topics.add(new Rpc.Subscription("topic " + count++, true));
    }
    return Rpcs.subscriptions(topics);
  }

  private AllegedMessage signed(byte[] data) {
    return GossipMessage.sign(key, count++, GossipWorld.TOPIC, data).wire();
  }

  /// The author is said to be another; the signature is our own.
  private Rpc forged() {
    SimNode author = world.any(world.gossipers());
    byte[] encoded = signed(new byte[GossipWorld.DATA_BYTES]).encoded().clone();
    System.arraycopy(author.id.bytes(), 0, encoded, 2, author.id.bytes().length);
    return Rpcs.message(decoded(encoded));
  }

  private static AllegedMessage decoded(byte[] encoded) {
    try {
      return AllegedMessage.decode(encoded);
    } catch (PeerViolationException e) {
      throw new AssertionError(e);
    }
  }

  private byte[] emptyElements() {
    var control = new ProtoWriter();
    for (int i = 0; i < Bounds.RPC_BYTES / 4; i++) {
      control.bytesAlways(1 + count % 4, new byte[0]);
    }
    count++;
    return new ProtoWriter().message(3, control).toBytes();
  }

  private byte[] noise() {
    byte[] bytes = "this is no protobuf: \u0007".getBytes(UTF_8);
    bytes[world.random.nextInt(bytes.length)] ^= (byte) 0x80;
    return bytes;
  }
}
