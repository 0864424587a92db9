package lockstep.p2p;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import lockstep.base.PeerId;
import lockstep.base.PeerViolationException;
import lockstep.base.PrivateKey;
import lockstep.base.ProtoReader;
import lockstep.base.ProtoWriter;
import lockstep.base.PublicKey;

/// The payload of Noise messages 2 and 3: who a peer is, proven for the static key of this very
/// handshake, and which muxers it speaks.
///
/// @param muxers in its order of preference; empty if it wants to negotiate later
record NoiseIdentity(PeerId peer, List<String> muxers) {
  private static final byte[] SIGNED_PREFIX = "noise-libp2p-static-key:".getBytes(US_ASCII);

  private static final int IDENTITY_KEY = 1;
  private static final int IDENTITY_SIGNATURE = 2;
  private static final int EXTENSIONS = 4;
  private static final int STREAM_MUXERS = 2;

  private static final int MUXERS_MAX = 16;

  NoiseIdentity {
    muxers = List.copyOf(muxers);
  }

  /// What this device says of itself.
  static byte[] prove(PrivateKey identity, byte[] staticPublicKey, List<String> muxers) {
    var extensions = new ProtoWriter();
    muxers.forEach(muxer -> extensions.string(STREAM_MUXERS, muxer));
    return new ProtoWriter()
        .bytes(IDENTITY_KEY, Keys.encode(identity.publicKey()))
        .bytes(IDENTITY_SIGNATURE, identity.sign(signed(staticPublicKey)))
        .message(EXTENSIONS, extensions)
        .toBytes();
  }

  /// Checks what the other side says of itself.
  static NoiseIdentity verify(byte[] payload, byte[] staticPublicKey)
      throws PeerViolationException {
    byte[] key = {};
    byte[] signature = {};
    List<String> muxers = List.of();
    var fields = ProtoReader.of(payload);
    for (int field = fields.next(); field != 0; field = fields.next()) {
      switch (field) {
        case IDENTITY_KEY -> key = fields.bytes(Keys.ENCODED_MAX);
        case IDENTITY_SIGNATURE -> signature = fields.bytes(PublicKey.SIGNATURE_LENGTH);
        case EXTENSIONS -> muxers = muxers(fields.message(payload.length));
        default -> fields.skip();
      }
    }
    PublicKey publicKey = Keys.decode(key);
    if (!publicKey.verifies(signed(staticPublicKey), signature)) {
      throw new PeerViolationException("the peer's signature over its Noise key is wrong");
    }
    return new NoiseIdentity(new PeerId(publicKey), muxers);
  }

  private static List<String> muxers(ProtoReader extensions) throws PeerViolationException {
    var muxers = new ArrayList<String>();
    for (int field = extensions.next(); field != 0; field = extensions.next()) {
      if (field == STREAM_MUXERS && muxers.size() < MUXERS_MAX) {
        muxers.add(extensions.string(Multistream.NAME_MAX));
      } else {
        extensions.skip();
      }
    }
    return muxers;
  }

  private static byte[] signed(byte[] staticPublicKey) {
    byte[] message = Arrays.copyOf(SIGNED_PREFIX, SIGNED_PREFIX.length + Noise.KEY_LENGTH);
    System.arraycopy(staticPublicKey, 0, message, SIGNED_PREFIX.length, Noise.KEY_LENGTH);
    return message;
  }
}
