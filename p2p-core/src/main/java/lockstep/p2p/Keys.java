package lockstep.p2p;

import lockstep.base.PeerViolationException;
import lockstep.base.ProtoReader;
import lockstep.base.ProtoWriter;
import lockstep.base.PublicKey;

/// Public keys as libp2p writes them: `PublicKey { Type = 1; Data = 2; }`. Only Ed25519: one key
/// type means one parser to attack.
final class Keys {
  /// Bytes that are looked at before a key is refused.
  static final int ENCODED_MAX = 2048;

  private static final int TYPE = 1;
  private static final int DATA = 2;
  private static final int ED25519 = 1;

  private Keys() {}

  static byte[] encode(PublicKey key) {
    return new ProtoWriter().varintAlways(TYPE, ED25519).bytes(DATA, key.bytes()).toBytes();
  }

  static PublicKey decode(byte[] encoded) throws PeerViolationException {
    long type = -1;
    byte[] data = {};
    var fields = ProtoReader.of(encoded);
    for (int field = fields.next(); field != 0; field = fields.next()) {
      switch (field) {
        case TYPE -> type = fields.varint();
        case DATA -> data = fields.bytes(ENCODED_MAX);
        default -> fields.skip();
      }
    }
    if (type != ED25519 || data.length != PublicKey.LENGTH) {
      throw new PeerViolationException(
          "the peer's key is of type %d; only Ed25519 keys are accepted".formatted(type));
    }
    return PublicKey.of(data);
  }
}
