package lockstep.sync;

import java.security.MessageDigest;
import lockstep.base.Blake3;
import lockstep.base.PeerId;

/// The words by which two people find out, by voice, that the device which asks to join at one end
/// is the one that waits at the other.
///
/// Both devices draw a nonce. The joiner commits to its own before it learns the other's, so
/// neither can choose the words: whoever asks in another's place hits his words once in four
/// thousand million attempts, each of which somebody sees.
final class Comparison {
  private static final int WORDS = 4;

  private Comparison() {}

  /// What the joiner sends first.
  static Blake3 commitment(Blake3 nonce) {
    return Blake3.derived("lockstep 2026-11 join commitment", nonce.bytes());
  }

  static boolean isKept(Blake3 commitment, Blake3 nonce) {
    return MessageDigest.isEqual(commitment.bytes(), commitment(nonce).bytes());
  }

  /// @param folder its id
  static String words(
      Blake3 folder, PeerId joiner, PeerId admitter, Blake3 joinersNonce, Blake3 admittersNonce) {
    Blake3 all =
        Blake3.derived(
            "lockstep 2026-11 join words",
            folder.bytes(),
            joiner.key().bytes(),
            admitter.key().bytes(),
            joinersNonce.bytes(),
            admittersNonce.bytes());
    return Words.of(all.bytes(), WORDS);
  }
}
