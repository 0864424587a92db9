package lockstep.sync;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
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
final class JoinProtocol {
  static final String PROTOCOL = "/lockstep/join/1.0.0";

  /// Longest name of a device, in bytes.
  static final int NAME_MAX = 200;

  private static final int MESSAGE_MAX = 4 << 20;

  private JoinProtocol() {}

  /// @param admission proof that the sender holds the one-time key of an invitation, bound to its
  ///   own key
  /// @param device the joiner's name for itself
  record Request(Blake3 folder, Admission admission, String device) {}

  sealed interface Reply {
    record Refused(String reason) implements Reply {}

    record Entries(List<byte[]> entries, boolean last) implements Reply {}
  }

  static void send(PeerStream stream, Request request) throws IOException {
    var out =
        new ProtoWriter()
            .bytes(1, request.folder().bytes())
            .bytes(2, request.admission().invite().bytes())
            .string(3, request.device())
            .bytes(4, request.admission().proof());
    Frames.write(stream.output(), out.toBytes());
  }

  static Request readRequest(InputStream stream) throws IOException {
    var in = ProtoReader.of(Frames.read(stream, MESSAGE_MAX));
    byte[] folder = new byte[0];
    byte[] invite = new byte[0];
    String device = "";
    byte[] proof = new byte[0];
    for (int field = in.next(); field != 0; field = in.next()) {
      switch (field) {
        case 1 -> folder = in.bytes(Blake3.LENGTH);
        case 2 -> invite = in.bytes(PublicKey.LENGTH);
        case 3 -> device = in.string(NAME_MAX);
        case 4 -> proof = in.bytes(PublicKey.SIGNATURE_LENGTH);
        default -> in.skip();
      }
    }
    try {
      return new Request(
          Blake3.fromBytes(folder, 0), Admission.of(PublicKey.of(invite), proof), device);
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
        default -> message.skip();
      }
    }
    return new Reply.Entries(entries, last);
  }

  static InputStream buffered(PeerStream stream) {
    return new BufferedInputStream(stream.input(), 64 << 10);
  }
}
