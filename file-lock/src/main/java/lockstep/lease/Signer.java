package lockstep.lease;

import lockstep.base.PeerId;
import lockstep.base.PrivateKey;

/// This device, as it signs what it says of locks.
public interface Signer {
  PeerId self();

  /// The 64-byte signature over `message`.
  byte[] sign(byte[] message);

  /// Signs with the device's key.
  static Signer of(PrivateKey key) {
    var self = new PeerId(key.publicKey());
    return new Signer() {
      @Override
      public PeerId self() {
        return self;
      }

      @Override
      public byte[] sign(byte[] message) {
        return key.sign(message);
      }
    };
  }
}
