package lockstep.lease;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import lockstep.base.Blake3;
import lockstep.base.PeerId;
import lockstep.base.PeerViolationException;
import lockstep.base.ProtoReader;
import lockstep.base.ProtoWriter;
import lockstep.base.PublicKey;
import lockstep.base.RelPath;

/// A message about locks with its sender's signature, which has been checked: [#verify] and signing
/// are the only roads to one. Any member may pass it on. Whether the sender is a member at all is
/// for [Leases] to judge.
public final class SignedMessage {
  /// Longest encoded message in bytes: a refusal that passes on a claim has the path twice, and
  /// that may be as long as [RelPath#BYTES_MAX].
  public static final int BYTES_MAX = 1 << 17;

  /// Of the format; another is refused. What is added compatibly needs no new number.
  private static final int VERSION = 1;

  private static final byte[] DOMAIN = "lockstep/lease/1\0".getBytes(StandardCharsets.US_ASCII);

  private final Blake3 folder;
  private final PeerId sender;
  private final LeaseMessage message;
  private final byte[] encoded;

  private SignedMessage(Blake3 folder, PeerId sender, LeaseMessage message, byte[] encoded) {
    this.folder = folder;
    this.sender = sender;
    this.message = message;
    this.encoded = encoded;
  }

  static SignedMessage sign(Signer signer, Blake3 folder, LeaseMessage message) {
    byte[] body = MessageCodec.body(folder, signer.self(), message);
    byte[] encoded =
        new ProtoWriter()
            .varint(1, VERSION)
            .bytes(2, body)
            .bytes(3, signer.sign(toSign(body)))
            .toBytes();
    return new SignedMessage(folder, signer.self(), message, encoded);
  }

  /// One that never travels as bytes: for simulations, which would else do little but sign.
  static SignedMessage unencoded(Blake3 folder, PeerId sender, LeaseMessage message) {
    return new SignedMessage(folder, sender, message, new byte[0]);
  }

  /// Reads a message and checks its signature.
  ///
  /// @return empty if it is of a kind that only newer versions know
  /// @throws PeerViolationException if it is malformed, too long, not signed by its sender or of
  ///   another major version
  public static Optional<SignedMessage> verify(byte[] encoded) throws PeerViolationException {
    if (encoded.length > BYTES_MAX) {
      throw new PeerViolationException(
          "a lock message of %d bytes, at most %d allowed".formatted(encoded.length, BYTES_MAX));
    }
    long version = 0;
    byte[] body = {};
    byte[] signature = {};
    ProtoReader in = ProtoReader.of(encoded);
    for (int field = in.next(); field != 0; field = in.next()) {
      switch (field) {
        case 1 -> version = in.varint();
        case 2 -> body = in.bytes(BYTES_MAX);
        case 3 -> signature = in.bytes(PublicKey.SIGNATURE_LENGTH);
        default -> in.skip();
      }
    }
    if (version != VERSION) {
      throw new PeerViolationException(
          "a lock message of version %d where %d is known: the older program needs an update"
              .formatted(version, VERSION));
    }
    return verified(body, signature, encoded.clone());
  }

  private static Optional<SignedMessage> verified(byte[] body, byte[] signature, byte[] encoded)
      throws PeerViolationException {
    MessageCodec.Body read = MessageCodec.read(body);
    if (!read.sender().key().verifies(toSign(body), signature)) {
      throw new PeerViolationException("a lock message is not signed by its sender");
    }
    Optional<LeaseMessage> message = read.message();
    return message.map(it -> new SignedMessage(read.folder(), read.sender(), it, encoded));
  }

  private static byte[] toSign(byte[] body) {
    byte[] joined = Arrays.copyOf(DOMAIN, DOMAIN.length + body.length);
    System.arraycopy(body, 0, joined, DOMAIN.length, body.length);
    return joined;
  }

  /// Genesis hash of the folder it is about.
  public Blake3 folder() {
    return folder;
  }

  public PeerId sender() {
    return sender;
  }

  public LeaseMessage message() {
    return message;
  }

  /// The signed bytes, a fresh array of at most [#BYTES_MAX].
  public byte[] encode() {
    return encoded.clone();
  }

  int encodedBytes() {
    return encoded.length;
  }

  /// The lock record of a claim.
  ///
  /// @throws IllegalStateException if it is another message
  LockRecord record() {
    if (message instanceof LeaseMessage.Claim(LockRecord record)) return record;
    throw new IllegalStateException("not a claim");
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SignedMessage that
        && folder.equals(that.folder)
        && sender.equals(that.sender)
        && message.equals(that.message)
        && Arrays.equals(encoded, that.encoded);
  }

  @Override
  public int hashCode() {
    return message.hashCode();
  }

  @Override
  public String toString() {
    return sender.brief() + ": " + message;
  }
}
