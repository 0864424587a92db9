package lockstep.base;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import org.bouncycastle.crypto.digests.Blake3Digest;

/// A BLAKE3 hash (256 bits): the name of a chunk, a manifest node, a ledger entry.
///
/// Kept as four big-endian longs, so that a million of them are cheap to hold, compare and use as
/// map keys. Equality is not constant-time: hashes are public.
public record Blake3(long a, long b, long c, long d) implements Comparable<Blake3> {
  /// Length of the hash in bytes.
  public static final int LENGTH = 32;

  /// The hash of `length` bytes of `bytes` from `offset`.
  public static Blake3 of(byte[] bytes, int offset, int length) {
    var digest = new Blake3Digest(LENGTH);
    digest.update(bytes, offset, length);
    byte[] out = new byte[LENGTH];
    digest.doFinal(out, 0);
    return fromBytes(out, 0);
  }

  /// The hash of all of `bytes`.
  public static Blake3 of(byte[] bytes) {
    return of(bytes, 0, bytes.length);
  }

  /// Reads the 32 bytes that stand at `offset`.
  public static Blake3 fromBytes(byte[] bytes, int offset) {
    var buffer = ByteBuffer.wrap(bytes, offset, LENGTH);
    return new Blake3(buffer.getLong(), buffer.getLong(), buffer.getLong(), buffer.getLong());
  }

  /// Reads 64 hexadecimal digits.
  ///
  /// @throws IllegalArgumentException if the text is anything else
  public static Blake3 parse(String hex) {
    if (hex.length() != 2 * LENGTH) {
      throw new IllegalArgumentException("a hash has 64 hexadecimal digits, not " + hex.length());
    }
    return fromBytes(HexFormat.of().parseHex(hex), 0);
  }

  /// A fresh array of 32 bytes.
  public byte[] bytes() {
    return ByteBuffer.allocate(LENGTH).putLong(a).putLong(b).putLong(c).putLong(d).array();
  }

  @Override
  public int hashCode() {
    return (int) (a ^ (a >>> 32));
  }

  /// Orders as unsigned byte strings do.
  @Override
  public int compareTo(Blake3 that) {
    int order = Long.compareUnsigned(a, that.a);
    if (order == 0) order = Long.compareUnsigned(b, that.b);
    if (order == 0) order = Long.compareUnsigned(c, that.c);
    return order == 0 ? Long.compareUnsigned(d, that.d) : order;
  }

  /// 64 hexadecimal digits.
  @Override
  public String toString() {
    return HexFormat.of().formatHex(bytes());
  }

  /// The first 10 hexadecimal digits, for people.
  public String brief() {
    return toString().substring(0, 10);
  }
}
