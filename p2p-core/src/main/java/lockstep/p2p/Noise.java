package lockstep.p2p;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

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

  static byte[] hmac(byte[] key, byte[] first, byte... second) {
    try {
      var mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      mac.update(first);
      return mac.doFinal(second);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has HMAC-SHA256", e);
    }
  }
}
