package lockstep.p2p;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.function.Predicate;
import lockstep.base.PeerViolationException;
import lockstep.base.Varints;

/// multistream-select 1.0: how two peers agree on what a byte stream carries. Reads exactly its own
/// bytes, so that whatever follows reaches the protocol. Wire notes, section 2.
final class Multistream {
  /// One message at most, newline included.
  static final int NAME_MAX = 1024;

  private static final String HEADER = "/multistream/1.0.0";
  private static final String NOT_AVAILABLE = "na";

  private static final byte[] DECLINED = messages(HEADER, NOT_AVAILABLE);
  private static final int NA_LENGTH = NOT_AVAILABLE.length() + 2;

  /// Proposals that a responder looks at before it gives up.
  private static final int PROPOSALS_MAX = 32;

  private Multistream() {}

  /// What an initiator with one candidate sends before its first own byte, without waiting.
  static byte[] proposal(String protocol) {
    return messages(HEADER, protocol);
  }

  /// Reads the answer to [#proposal].
  ///
  /// @throws ProtocolRefusedException if the other side does not speak it
  static void confirm(InputStream in, String protocol) throws IOException {
    new Answer(protocol).read(in);
  }

  /// The answer to a proposal, which is the same bytes again if all is well. Reading may be
  /// interrupted and taken up again.
  static final class Answer {
    private final String protocol;
    private final byte[] expected;
    private int matched;

    Answer(String protocol) {
      this.protocol = protocol;
      this.expected = proposal(protocol);
    }

    boolean isComplete() {
      return matched == expected.length;
    }

    void read(InputStream in) throws IOException {
      while (!isComplete()) {
        int b = in.read();
        if (b < 0) throw new EOFException("the stream ended in its negotiation");
        if (b != expected[matched]) throw mismatch(b);
        matched++;
      }
    }

    private IOException mismatch(int b) {
      boolean declined = matched == DECLINED.length - NA_LENGTH && b == DECLINED[matched];
      return declined
          ? new ProtocolRefusedException(protocol)
          : new PeerViolationException(
              "the peer answers the offer of %s with something else".formatted(protocol));
    }
  }

  /// Answers proposals until one is supported.
  ///
  /// @return the protocol agreed on
  static String respond(InputStream in, OutputStream out, Predicate<String> supported)
      throws IOException {
    expectHeader(in);
    boolean first = true;
    for (int i = 0; i < PROPOSALS_MAX; i++) {
      String proposal = read(in);
      boolean agreed = supported.test(proposal);
      String answer = agreed ? proposal : NOT_AVAILABLE;
      out.write(first ? messages(HEADER, answer) : messages(answer));
      out.flush();
      if (agreed) return proposal;
      first = false;
    }
    throw new PeerViolationException("%d protocols proposed in vain".formatted(PROPOSALS_MAX));
  }

  private static void expectHeader(InputStream in) throws IOException {
    String header = read(in);
    if (!header.equals(HEADER)) {
      throw new PeerViolationException("no multistream-select: " + quote(header));
    }
  }

  private static String read(InputStream in) throws IOException {
    int length = (int) Varints.read(in, NAME_MAX);
    byte[] text = in.readNBytes(length);
    if (text.length < length) throw new EOFException("the stream ended in its negotiation");
    if (length == 0 || text[length - 1] != '\n') {
      throw new PeerViolationException("a multistream-select message without its newline");
    }
    return new String(text, 0, length - 1, UTF_8);
  }

  private static byte[] messages(String... texts) {
    var out = new ByteArrayOutputStream();
    for (String text : texts) {
      byte[] bytes = (text + "\n").getBytes(UTF_8);
      byte[] length = new byte[Varints.LENGTH_MAX];
      out.write(length, 0, Varints.write(bytes.length, length, 0));
      out.writeBytes(bytes);
    }
    return out.toByteArray();
  }

  /// What a peer sent, fit for a log.
  private static String quote(String text) {
    String printable = text.replaceAll("\\P{Print}", "?");
    return "'" + (printable.length() > 64 ? printable.substring(0, 64) + "…" : printable) + "'";
  }
}
