package lockstep.p2p.gossip;

import java.nio.ByteBuffer;
import lockstep.base.PeerId;
import lockstep.base.PeerViolationException;
import lockstep.base.PrivateKey;
import lockstep.base.ProtoWriter;

/// A message whose author's signature is good. Immutable. The same message may be delivered again
/// after minutes, and anybody may repeat one years later: whoever takes it must know by its content
/// whether it is news.
public final class GossipMessage {
  private final PeerId author;
  private final long sequence;
  private final AllegedMessage wire;

  GossipMessage(PeerId author, long sequence, AllegedMessage wire) {
    this.author = author;
    this.sequence = sequence;
    this.wire = wire;
  }

  /// Makes and signs a message.
  static GossipMessage sign(PrivateKey identity, long sequence, String topic, byte[] data) {
    var author = new PeerId(identity.publicKey());
    var message =
        new ProtoWriter()
            .bytes(AllegedMessage.FROM, author.bytes())
            .bytesAlways(AllegedMessage.DATA, data)
            .bytes(
                AllegedMessage.SEQUENCE, ByteBuffer.allocate(Long.BYTES).putLong(sequence).array())
            .string(AllegedMessage.TOPIC, topic);
    byte[] signature = identity.sign(AllegedMessage.signedBytes(message.toBytes()));
    message.bytes(AllegedMessage.SIGNATURE, signature);
    try {
      return new GossipMessage(author, sequence, AllegedMessage.decode(message.toBytes()));
    } catch (PeerViolationException e) {
      throw new IllegalArgumentException("cannot be published: " + e.getMessage(), e);
    }
  }

  public PeerId author() {
    return author;
  }

  /// Grows with every message of an author, as long as its clock does between two runs.
  public long sequence() {
    return sequence;
  }

  public String topic() {
    return wire.topic();
  }

  /// A fresh copy.
  public byte[] data() {
    return wire.data();
  }

  MessageId id() {
    return wire.id();
  }

  /// As it travels.
  AllegedMessage wire() {
    return wire;
  }
}
