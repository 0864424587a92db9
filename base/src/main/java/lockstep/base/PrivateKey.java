package lockstep.base;

import java.util.Arrays;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/// An Ed25519 private key (RFC 8032), made from a 32-byte seed. Never printed, never compared.
///
/// Thread-safe. Bouncy Castle's low-level signer, which is some 18 times faster than the JDK's.
public final class PrivateKey {
  /// Length of the seed in bytes.
  public static final int SEED_LENGTH = 32;

  private final byte[] seed;
  private final PublicKey publicKey;

  private PrivateKey(byte[] seed) {
    this.seed = seed;
    byte[] key = new byte[PublicKey.LENGTH];
    Ed25519.generatePublicKey(seed, 0, key, 0);
    this.publicKey = PublicKey.of(key);
  }

  /// The key that belongs to a seed of 32 secret bytes, which are copied.
  public static PrivateKey ofSeed(byte[] seed) {
    if (seed.length != SEED_LENGTH) {
      throw new IllegalArgumentException("an Ed25519 seed has 32 bytes, not " + seed.length);
    }
    return new PrivateKey(seed.clone());
  }

  /// A fresh key from the host's randomness.
  public static PrivateKey generate(Entropy entropy) {
    return new PrivateKey(entropy.bytes(SEED_LENGTH));
  }

  /// The public half.
  public PublicKey publicKey() {
    return publicKey;
  }

  /// The 64-byte signature over `message`.
  public byte[] sign(byte[] message) {
    byte[] signature = new byte[PublicKey.SIGNATURE_LENGTH];
    byte[] key = publicKey.bytes(); // to derive it anew takes as long as all the rest
    Ed25519.sign(seed, 0, key, 0, message, 0, message.length, signature, 0);
    return signature;
  }

  /// A copy of the secret seed, for the keyring alone; the caller wipes it.
  public byte[] seed() {
    return Arrays.copyOf(seed, seed.length);
  }

  /// Says nothing of the secret.
  @Override
  public String toString() {
    return "PrivateKey[of " + publicKey + "]";
  }
}
