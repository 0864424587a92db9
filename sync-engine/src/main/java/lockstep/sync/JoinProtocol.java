package lockstep.sync;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import lockstep.base.Blake3;
import lockstep.base.PeerViolationException;
import lockstep.base.ProtoReader;
import lockstep.base.ProtoWriter;
import lockstep.base.PublicKey;
import lockstep.ledger.Admission;
import lockstep.p2p.PeerStream;

/// The messages of `/lockstep/join/1.0.0`. The joiner sends one [Request]; the admitter answers
/// with [Refused], or with the ledger's entries in dependency order, genesis first and the joiner's
/// grant among them, in messages of which the last says so.
///
/// Where a person has to be asked, the admitter answers with [Waits] first, the joiner shows what
/// it had committed to ([#reveal]), and both show their [Comparison]; the rest comes once that
/// person has decided. A joiner too old for that has committed to nothing, and is refused.
final class JoinProtocol {
  static final String PROTOCOL = "/lockstep/join/1.0.0";

  /// Longest name of a device, in bytes.
  static final int NAME_MAX = 200;

  private static final int MESSAGE_MAX = 4 << 20;
  private static final int REVEAL_MAX = 100;

  private JoinProtocol() {}

  /// @param admission proof that the sender holds the one-time key of an invitation, bound to its
  ///   own key
  /// @param device the joiner's name for itself
  /// @param commitment to the joiner's nonce, see [Comparison]
  record Request(Blake3 folder, Admission admission, String device, Optional<Blake3> commitment) {}

  sealed interface Reply {
    record Refused(String reason) implements Reply {}

    record Entries(List<byte[]> entries, boolean last) implements Reply {}

    /// A person has been asked.
    ///
    /// @param nonce the admitter's
    record Waits(Blake3 nonce) implements Reply {}
  }

  static void send(PeerStream stream, Request request) throws IOException {
    var out =
        new ProtoWriter()
            .bytes(1, request.folder().bytes())
            .bytes(2, request.admission().invite().bytes())
            .string(3, request.device())
            .bytes(4, request.admission().proof());
    request.commitment().ifPresent(hash -> out.bytes(5, hash.bytes()));
    Frames.write(stream.output(), out.toBytes());
  }

  static Request readRequest(InputStream stream) throws IOException {
    var in = ProtoReader.of(Frames.read(stream, MESSAGE_MAX));
    byte[] folder = new byte[0];
    byte[] invite = new byte[0];
    String device = "";
    byte[] proof = new byte[0];
    Optional<Blake3> commitment = Optional.empty();
    for (int field = in.next(); field != 0; field = in.next()) {
      switch (field) {
        case 1 -> folder = in.bytes(Blake3.LENGTH);
        case 2 -> invite = in.bytes(PublicKey.LENGTH);
        case 3 -> device = in.string(NAME_MAX);
        case 4 -> proof = in.bytes(PublicKey.SIGNATURE_LENGTH);
        case 5 -> commitment = Optional.of(hash(in));
        default -> in.skip();
      }
    }
    try {
      return new Request(
          Blake3.fromBytes(folder, 0),
          Admission.of(PublicKey.of(invite), proof),
          device,
          commitment);
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      throw new PeerViolationException("a join request without folder or proof", e);
    }
  }

  static void send(PeerStream stream, Reply reply) throws IOException {
    var out = new ProtoWriter();
    switch (reply) {
      case Reply.Refused(String reason) -> out.string(1, reason);
      case Reply.Entries(List<byte[]> entries, boolean last) -> {
        entries.forEach(entry -> out.bytes(2, entry));
        out.varint(3, last ? 1 : 0);
      }
      case Reply.Waits(Blake3 nonce) -> out.bytes(4, nonce.bytes());
    }
    Frames.write(stream.output(), out.toBytes());
  }

  /// @param in the stream's input, the same one for all replies
  static Reply readReply(InputStream in) throws IOException {
    var message = ProtoReader.of(Frames.read(in, MESSAGE_MAX));
    var entries = new ArrayList<byte[]>();
    boolean last = false;
    for (int field = message.next(); field != 0; field = message.next()) {
      switch (field) {
        case 1 -> {
          return new Reply.Refused(message.string(1000));
        }
        case 2 -> entries.add(message.bytes(MESSAGE_MAX));
        case 3 -> last = message.varint() != 0;
        case 4 -> {
          return new Reply.Waits(hash(message));
        }
        default -> message.skip();
      }
    }
    return new Reply.Entries(entries, last);
  }

  /// The joiner's answer to [Reply.Waits].
  static void reveal(PeerStream stream, Blake3 nonce) throws IOException {
    Frames.write(stream.output(), new ProtoWriter().bytes(1, nonce.bytes()).toBytes());
  }

  /// @throws PeerViolationException if it is not what the joiner had committed to
  static Blake3 readRevealed(InputStream stream, Blake3 commitment) throws IOException {
    var in = ProtoReader.of(Frames.read(stream, REVEAL_MAX));
    for (int field = in.next(); field != 0; field = in.next()) {
      if (field != 1) continue;
      Blake3 nonce = hash(in);
      if (Comparison.isKept(commitment, nonce)) return nonce;
    }
    throw new PeerViolationException("not the nonce that the joiner had committed to");
  }

  private static Blake3 hash(ProtoReader in) throws PeerViolationException {
    byte[] bytes = in.bytes(Blake3.LENGTH);
    if (bytes.length != Blake3.LENGTH) {
      throw new PeerViolationException("a nonce has 32 bytes, not " + bytes.length);
    }
    return Blake3.fromBytes(bytes, 0);
  }

  static InputStream buffered(PeerStream stream) {
    return new BufferedInputStream(stream.input(), 64 << 10);
  }
}
