package lockstep.app;

import lockstep.base.PeerId;
import lockstep.base.PrivateKey;

/// A device that always is the same.
final class TestKeys {
  static final PeerId PEER =
      new PeerId(PrivateKey.ofSeed(new byte[PrivateKey.SEED_LENGTH]).publicKey());

  private TestKeys() {}
}
