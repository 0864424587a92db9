package lockstep.base;

import java.util.Arrays;
import java.util.HexFormat;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/// An Ed25519 public key (RFC 8032), 32 bytes. Any 32 bytes can be held; a key that is no point of
/// the curve verifies nothing.
public final class PublicKey implements Comparable<PublicKey> {
  /// Length of a key in bytes.
  public static final int LENGTH = 32;

  /// Length of a signature in bytes.
  public static final int SIGNATURE_LENGTH = 64;

  private final byte[] bytes;

  private PublicKey(byte[] bytes) {
    this.bytes = bytes;
  }

  /// Copies the key in.
  ///
  /// @throws IllegalArgumentException if there are not 32 bytes
  public static PublicKey of(byte[] bytes) {
    if (bytes.length != LENGTH) {
      throw new IllegalArgumentException("an Ed25519 key has 32 bytes, not " + bytes.length);
    }
    return new PublicKey(bytes.clone());
  }

  /// A fresh copy of the 32 bytes.
  public byte[] bytes() {
    return bytes.clone();
  }

  /// Whether `signature` (64 bytes, else false) was made over exactly `message` by this key's
  /// owner.
  public boolean verifies(byte[] message, byte[] signature) {
    return signature.length == SIGNATURE_LENGTH
        && Ed25519.verify(signature, 0, bytes, 0, message, 0, message.length);
  }

  @Override
  public int compareTo(PublicKey that) {
    return Arrays.compareUnsigned(bytes, that.bytes);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof PublicKey that && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return HexFormat.of().formatHex(bytes);
  }
}
