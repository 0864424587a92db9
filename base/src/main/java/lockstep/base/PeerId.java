package lockstep.base;

import java.util.Arrays;

/// A device's name on the wire: the libp2p peer id of its Ed25519 key (peer-ids specification): the
/// multihash `00 24 08 01 12 20 ‖ key`, in text base58btc and so always `12D3KooW…`.
///
/// Peers with other key types are refused on purpose: one key type means one parser to attack.
public record PeerId(PublicKey key) implements Comparable<PeerId> {
  /// Length of the binary form in bytes.
  public static final int LENGTH = 38;

  private static final byte[] PREFIX = {0x00, 0x24, 0x08, 0x01, 0x12, 0x20};

  /// Reads the binary form.
  ///
  /// @throws IllegalArgumentException if it is not that of an Ed25519 key
  public static PeerId fromBytes(byte[] bytes) {
    if (bytes.length != LENGTH
        || !Arrays.equals(bytes, 0, PREFIX.length, PREFIX, 0, PREFIX.length)) {
      throw new IllegalArgumentException("not the peer id of an Ed25519 key");
    }
    return new PeerId(PublicKey.of(Arrays.copyOfRange(bytes, PREFIX.length, LENGTH)));
  }

  /// Reads `12D3KooW…` (base58btc).
  ///
  /// @throws IllegalArgumentException saying what is wrong with the text
  public static PeerId parse(String text) {
    if (text.length() > 64) {
      throw new IllegalArgumentException("a peer id has 52 characters, not " + text.length());
    }
    return fromBytes(Base58.decode(text));
  }

  /// The binary form, 38 bytes.
  public byte[] bytes() {
    byte[] out = Arrays.copyOf(PREFIX, LENGTH);
    System.arraycopy(key.bytes(), 0, out, PREFIX.length, PublicKey.LENGTH);
    return out;
  }

  @Override
  public int compareTo(PeerId that) {
    return key.compareTo(that.key);
  }

  @Override
  public String toString() {
    return Base58.encode(bytes());
  }

  /// The last eight characters, for people: all ids begin alike.
  public String brief() {
    String text = toString();
    return text.substring(text.length() - 8);
  }
}
