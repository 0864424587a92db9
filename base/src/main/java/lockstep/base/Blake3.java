package lockstep.base;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.Objects;

/// A BLAKE3 hash (256 bits): the name of a chunk, a manifest node, a ledger entry.
///
/// Kept as four big-endian longs, so that a million of them are cheap to hold, compare and use as
/// map keys. Equality is not constant-time: hashes are public.
public record Blake3(long a, long b, long c, long d) implements Comparable<Blake3> {
  /// Length of the hash in bytes.
  public static final int LENGTH = 32;

  /// The hash of `length` bytes of `bytes` from `offset`.
  public static Blake3 of(byte[] bytes, int offset, int length) {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    return Blake3Tree.of(Blake3Mode.HASH, length).root(bytes, offset, length);
  }

  /// Says that about so many bytes are to be hashed soon, in whatever pieces: if they are many,
  /// hashing prepares to do that faster.
  public static void expect(long bytes) {
    Blake3Kernels.expect(bytes);
  }

  /// As [#expect] of very much, when nothing is known of what will come: takes some milliseconds,
  /// or half a second of a core, on a thread in the background, where vectors have to be warmed up.
  public static void prepare() {
    Blake3Kernels.warmUp();
  }

  /// The hash of all of `bytes`.
  public static Blake3 of(byte[] bytes) {
    return of(bytes, 0, bytes.length);
  }

  /// The hash of `parts` one after the other in key-derivation mode: hashes under different
  /// contexts have nothing to do with each other, so that one kind of thing can never be passed off
  /// as another. (How the parts are divided does not enter: prefix lengths where it must.)
  ///
  /// @param context hard-coded, unique in the world, for instance `lockstep 2026 manifest node v1`
  public static Blake3 derived(String context, byte[]... parts) {
    var hasher = Hasher.derived(context);
    for (byte[] part : parts) {
      hasher.update(part);
    }
    return hasher.digest();
  }

  /// Reads the 32 bytes that stand at `offset`.
  public static Blake3 fromBytes(byte[] bytes, int offset) {
    var buffer = ByteBuffer.wrap(bytes, offset, LENGTH);
    return new Blake3(buffer.getLong(), buffer.getLong(), buffer.getLong(), buffer.getLong());
  }

  /// From eight little-endian words, as the compression function leaves them.
  static Blake3 fromWords(int[] w) {
    return new Blake3(join(w[0], w[1]), join(w[2], w[3]), join(w[4], w[5]), join(w[6], w[7]));
  }

  private static long join(int first, int second) {
    return Long.reverseBytes((long) second << 32 | first & 0xffff_ffffL);
  }

  /// The reverse of [#fromWords].
  int[] words() {
    int[] words = new int[LENGTH / Integer.BYTES];
    Blake3Scalar.load(bytes(), 0, words, words.length);
    return words;
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

  /// Hashes bytes that come piece by piece. Not thread-safe.
  public static final class Hasher {
    private static final int LEAF = Blake3Kernel.LEAF_BYTES;
    private static final int SUBTREE_LEAVES_MAX = 128;

    private final Blake3Mode mode;
    private final byte[] leaf = new byte[LEAF];
    private int leafLength;

    /// Leaves in the subtrees below; their values stand in `stack`, the largest first.
    private long leaves;

    private final ArrayList<Blake3> stack = new ArrayList<>();

    private Hasher(Blake3Mode mode) {
      this.mode = mode;
    }

    /// For the plain hash.
    public static Hasher plain() {
      return new Hasher(Blake3Mode.HASH);
    }

    /// For key derivation, see [Blake3#derived].
    public static Hasher derived(String context) {
      return new Hasher(Blake3Mode.derived(context));
    }

    /// For the keyed hash: a message authentication code.
    ///
    /// @param key 32 bytes
    public static Hasher keyed(byte[] key) {
      return new Hasher(Blake3Mode.keyed(key));
    }

    public Hasher update(byte[] bytes) {
      return update(bytes, 0, bytes.length);
    }

    /// Takes in `length` bytes from `offset`. Many at once are hashed faster than few.
    public Hasher update(byte[] bytes, int offset, int length) {
      Objects.checkFromIndexSize(offset, length, bytes.length);
      int at = offset;
      int end = offset + length;
      while (at < end) {
        at += leafLength > 0 || end - at <= LEAF ? fill(bytes, at, end) : subtree(bytes, at, end);
      }
      return this;
    }

    /// The last leaf is held back: whether it is the last decides how it is hashed.
    private int fill(byte[] bytes, int at, int end) {
      if (leafLength == LEAF) {
        push(tree(LEAF).leaf(leaf, 0, LEAF, leaves, 0), 1);
        leafLength = 0;
      }
      int length = Math.min(LEAF - leafLength, end - at);
      System.arraycopy(bytes, at, leaf, leafLength, length);
      leafLength += length;
      return length;
    }

    /// Hashes the largest subtree that may start here and leaves a byte for the last leaf.
    private int subtree(byte[] bytes, int at, int end) {
      int fit = Math.min(SUBTREE_LEAVES_MAX, (end - at - 1) / LEAF);
      long aligned = leaves == 0 ? SUBTREE_LEAVES_MAX : Long.lowestOneBit(leaves);
      int count = (int) Math.min(Integer.highestOneBit(fit), aligned);
      push(tree(count * LEAF).subtree(bytes, at, count * LEAF, leaves), count);
      return count * LEAF;
    }

    private void push(Blake3 value, int count) {
      leaves += count;
      Blake3 node = value;
      for (long size = count; (leaves & size) == 0; size *= 2) {
        node = tree(0).parent(stack.removeLast(), node, 0);
      }
      stack.add(node);
    }

    /// The hash of what was taken in so far; more may follow.
    public Blake3 digest() {
      if (stack.isEmpty()) return tree(0).leaf(leaf, 0, leafLength, 0, Blake3Kernel.ROOT);
      Blake3 node = tree(0).leaf(leaf, 0, leafLength, leaves, 0);
      for (int i = stack.size() - 1; i >= 0; i--) {
        node = tree(0).parent(stack.get(i), node, i == 0 ? Blake3Kernel.ROOT : 0);
      }
      return node;
    }

    /// Starts anew in the same mode.
    public Hasher reset() {
      leafLength = 0;
      leaves = 0;
      stack.clear();
      return this;
    }

    private Blake3Tree tree(int length) {
      return Blake3Tree.of(mode, length);
    }
  }
}
