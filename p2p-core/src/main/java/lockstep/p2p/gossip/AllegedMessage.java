package lockstep.p2p.gossip;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import lockstep.base.PeerId;
import lockstep.base.PeerViolationException;
import lockstep.base.ProtoReader;
import org.jspecify.annotations.Nullable;

/// A message as it came from a peer: nobody vouches for what it says of its author until
/// [#verified]. It is passed on byte for byte, whatever else may stand in it.
final class AllegedMessage {
  static final int FROM = 1;
  static final int DATA = 2;
  static final int SEQUENCE = 3;
  static final int TOPIC = 4;
  static final int SIGNATURE = 5;
  static final int KEY = 6;

  private static final byte[] SIGNING_PREFIX = "libp2p-pubsub:".getBytes(US_ASCII);

  /// Where the serialized key begins in the peer id of an Ed25519 key.
  private static final int KEY_IN_ID = 2;

  private final byte[] encoded;
  private final byte[] from;
  private final byte[] sequence;
  private final String topic;
  private final int dataBegin;
  private final int dataEnd;
  private final byte[] signature;
  private final byte @Nullable [] key;

  private AllegedMessage(byte[] encoded) throws PeerViolationException {
    byte[] alleged = {};
    byte[] number = {};
    String about = "";
    int begin = 0;
    int end = 0;
    byte[] seal = {};
    byte[] sealer = null;
    var in = ProtoReader.of(encoded);
    for (int field = in.next(); field != 0; field = in.next()) {
      switch (field) {
        case FROM -> alleged = in.bytes(Bounds.AUTHOR_BYTES);
        case DATA -> {
          int length = in.bytes(Bounds.DATA_BYTES).length;
          end = in.position();
          begin = end - length;
        }
        case SEQUENCE -> number = in.bytes(Bounds.SEQUENCE_BYTES);
        case TOPIC -> about = in.string(Bounds.TOPIC_BYTES);
        case SIGNATURE -> seal = in.bytes(Bounds.SIGNATURE_BYTES);
        case KEY -> sealer = in.bytes(Bounds.KEY_BYTES);
        default -> in.skip();
      }
    }
    this.encoded = encoded;
    this.from = alleged;
    this.sequence = number;
    this.topic = about;
    this.dataBegin = begin;
    this.dataEnd = end;
    this.signature = seal;
    this.key = sealer;
  }

  /// Reads a message; the array is kept.
  ///
  /// @throws PeerViolationException if it is malformed or beyond the bounds
  static AllegedMessage decode(byte[] encoded) throws PeerViolationException {
    return new AllegedMessage(encoded);
  }

  /// Not a copy.
  byte[] encoded() {
    return encoded;
  }

  String topic() {
    return topic;
  }

  /// A fresh copy.
  byte[] data() {
    return Arrays.copyOfRange(encoded, dataBegin, dataEnd);
  }

  MessageId id() {
    return MessageId.of(from, sequence);
  }

  /// The message, if all that makes it a signed one is there and true; of Ed25519 keys only.
  Optional<GossipMessage> verified() {
    if (sequence.length != Long.BYTES || topic.isEmpty()) return Optional.empty();
    PeerId author;
    try {
      author = PeerId.fromBytes(from);
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
    if (key != null && !Arrays.equals(key, 0, key.length, from, KEY_IN_ID, from.length)) {
      return Optional.empty();
    }
    return author.key().verifies(signedBytes(encoded), signature)
        ? Optional.of(new GossipMessage(author, ByteBuffer.wrap(sequence).getLong(), this))
        : Optional.empty();
  }

  /// What is signed of a message: the bytes as they are, less the fields of the signature, so that
  /// an unknown field, or an empty one, keeps its place.
  static byte[] signedBytes(byte[] message) {
    var signed = new ByteArrayOutputStream(SIGNING_PREFIX.length + message.length);
    signed.writeBytes(SIGNING_PREFIX);
    try {
      var in = ProtoReader.of(message);
      int begin = 0;
      for (int field = in.next(); field != 0; field = in.next()) {
        in.skip();
        if (field != SIGNATURE && field != KEY) signed.write(message, begin, in.position() - begin);
        begin = in.position();
      }
    } catch (PeerViolationException e) {
      throw new IllegalStateException("a message that has been read before", e);
    }
    return signed.toByteArray();
  }
}
