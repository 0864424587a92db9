package lockstep.p2p;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.macs.HMac;
import org.bouncycastle.crypto.params.KeyParameter;

/// The numbers and hash functions of `Noise_XX_25519_ChaChaPoly_SHA256`.
final class Noise {
  static final String PROTOCOL = "/noise";

  /// A whole message, handshake or transport, without its two bytes of length.
  static final int MESSAGE_MAX = 65_535;

  static final int TAG_LENGTH = 16;

  /// What one transport message carries at most.
  static final int PLAIN_MAX = MESSAGE_MAX - TAG_LENGTH;

  static final int KEY_LENGTH = 32;
  static final int HASH_LENGTH = 32;

  private Noise() {}

  static byte[] sha256(byte[] first, byte[] second) {
    try {
      var digest = MessageDigest.getInstance("SHA-256");
      digest.update(first);
      return digest.digest(second);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /// By Bouncy Castle: to ask the JDK for a MAC has it load its providers, which a start waits for.
  static byte[] hmac(byte[] key, byte[] first, byte... second) {
    var mac = new HMac(new SHA256Digest());
    mac.init(new KeyParameter(key));
    mac.update(first, 0, first.length);
    mac.update(second, 0, second.length);
    byte[] value = new byte[HASH_LENGTH];
    mac.doFinal(value, 0);
    return value;
  }
}
