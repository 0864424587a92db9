package lockstep.ledger;

import lockstep.base.Blake3;
import lockstep.base.PeerViolationException;
import lockstep.base.PrivateKey;
import lockstep.base.ProtoReader;
import lockstep.base.ProtoWriter;
import lockstep.base.PublicKey;

/// Bytes that claim to be an entry: decoded, but nobody vouches for them before [#verify].
///
/// On the wire an entry is a protobuf message of the body (1) and the signature (2) over it.
final class UnverifiedEntry {
  private static final byte[] DOMAIN = Domain.of("lockstep/ledger-entry/1");

  /// What the envelope adds to a body, at most.
  static final int ENVELOPE_BYTES_MAX = 16 + PublicKey.SIGNATURE_LENGTH;

  private final Entry alleged;
  private final byte[] signature;
  private final byte[] message;

  private UnverifiedEntry(Entry alleged, byte[] signature, byte[] message) {
    this.alleged = alleged;
    this.signature = signature;
    this.message = message;
  }

  /// Reads an entry's bytes, which must not change afterwards.
  ///
  /// @throws PeerViolationException if they are no entry, whoever signed it
  static UnverifiedEntry decode(byte[] encoded) throws PeerViolationException {
    if (encoded.length > Entry.ENCODED_BYTES_MAX) {
      throw new PeerViolationException(
          "entry of %d bytes, at most 1 MiB allowed".formatted(encoded.length));
    }
    byte[] body = {};
    byte[] signature = {};
    var in = ProtoReader.of(encoded);
    for (int field = in.next(); field != 0; field = in.next()) {
      switch (field) {
        case 1 -> body = in.bytes(Entry.ENCODED_BYTES_MAX);
        case 2 -> signature = in.bytes(PublicKey.SIGNATURE_LENGTH);
        default -> throw new PeerViolationException("entry with an unknown part " + field);
      }
    }
    byte[] message = Domain.join(DOMAIN, body);
    var alleged = new Entry(BodyCodec.decode(body), Blake3.of(message), encoded);
    return new UnverifiedEntry(alleged, signature, message);
  }

  /// Encodes and signs a body. What comes out is genuine, there is nothing to verify.
  static Entry sign(Entry.Body body, PrivateKey key) {
    byte[] plain = BodyCodec.encode(body);
    byte[] message = Domain.join(DOMAIN, plain);
    byte[] encoded =
        new ProtoWriter().bytesAlways(1, plain).bytesAlways(2, key.sign(message)).toBytes();
    return new Entry(body, Blake3.of(message), encoded);
  }

  /// Checks the signature of the writer it names, and in a grant the proof of the invited device.
  ///
  /// @throws PeerViolationException if they did not sign exactly these bytes
  Entry verify() throws PeerViolationException {
    if (!alleged.writer().device().verifies(message, signature)) {
      throw new PeerViolationException(
          "entry %s is not signed by the device it names".formatted(alleged.hash().brief()));
    }
    checkProof(alleged);
    return alleged;
  }

  /// @throws PeerViolationException if it admits a device by an invitation that it does not hold
  static void checkProof(Entry entry) throws PeerViolationException {
    if (entry.payload() instanceof Payload.Grant grant && !isProven(entry.body(), grant)) {
      throw new PeerViolationException(
          "entry %s admits a device that has not proved to be invited"
              .formatted(entry.hash().brief()));
    }
  }

  private static boolean isProven(Entry.Body body, Payload.Grant grant) {
    return grant
        .admission()
        .map(admission -> admission.holds(body.folder().orElseThrow(), grant.device()))
        .orElse(true);
  }

  /// The entry as read back from our own log: verified before it was written there, and guarded by
  /// the log's checksums since.
  Entry trusted() {
    return alleged;
  }
}
