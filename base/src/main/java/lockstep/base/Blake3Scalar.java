package lockstep.base;

import static java.lang.Integer.rotateRight;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// BLAKE3's compression function in plain Java: runs anywhere, and is the faster one for less than
/// two leaves.
final class Blake3Scalar implements Blake3Kernel {
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  @Override
  public void leaves(
      Blake3Mode mode, byte[] input, int offset, int count, long first, int[] values, int stride) {
    int[] value = new int[VALUE_WORDS];
    int[] block = new int[BLOCK_WORDS];
    for (int i = 0; i < count; i++) {
      leaf(mode, input, offset + i * LEAF_BYTES, LEAF_BYTES, first + i, 0, value, block);
      put(value, values, stride, i);
    }
  }

  @Override
  public void parents(Blake3Mode mode, int count, int[] values, int stride) {
    int[] value = new int[VALUE_WORDS];
    int[] block = new int[BLOCK_WORDS];
    for (int i = 0; i < count; i++) {
      parent(mode, values, stride, 2 * i, 0, value, block);
      put(value, values, stride, i);
    }
  }

  /// Hashes one leaf of 0 to 1,024 bytes.
  ///
  /// @param last flags of the last block beside the usual ones
  /// @param value receives the chaining value
  /// @param block scratch
  static void leaf(
      Blake3Mode mode,
      byte[] input,
      int offset,
      int length,
      long number,
      int last,
      int[] value,
      int[] block) {
    System.arraycopy(mode.key(), 0, value, 0, VALUE_WORDS);
    int at = 0;
    int flags = mode.flags() | CHUNK_START;
    for (; length - at > BLOCK_BYTES; at += BLOCK_BYTES) {
      load(input, offset + at, block, BLOCK_WORDS);
      compress(value, block, number, BLOCK_BYTES, flags);
      flags = mode.flags();
    }
    int rest = length - at;
    if (rest == BLOCK_BYTES) {
      load(input, offset + at, block, BLOCK_WORDS);
    } else {
      byte[] padded = new byte[BLOCK_BYTES];
      System.arraycopy(input, offset + at, padded, 0, rest);
      load(padded, 0, block, BLOCK_WORDS);
    }
    compress(value, block, number, rest, flags | CHUNK_END | last);
  }

  /// Hashes nodes `left` and `left + 1` to their parent's chaining value.
  static void parent(
      Blake3Mode mode, int[] values, int stride, int left, int last, int[] value, int[] block) {
    for (int w = 0; w < VALUE_WORDS; w++) {
      block[w] = values[w * stride + left];
      block[w + VALUE_WORDS] = values[w * stride + left + 1];
    }
    System.arraycopy(mode.key(), 0, value, 0, VALUE_WORDS);
    compress(value, block, 0, BLOCK_BYTES, mode.flags() | PARENT | last);
  }

  static void put(int[] value, int[] values, int stride, int node) {
    for (int w = 0; w < VALUE_WORDS; w++) {
      values[w * stride + node] = value[w];
    }
  }

  static void load(byte[] bytes, int offset, int[] words, int count) {
    for (int i = 0; i < count; i++) {
      words[i] = (int) INT.get(bytes, offset + i * Integer.BYTES);
    }
  }

  /// The seven rounds are a loop that permutes the message in local variables: unrolled, the method
  /// grows past what the JIT compiles well.
  private static void compress(int[] h, int[] m, long counter, int length, int flags) {
    int m0 = m[0], m1 = m[1], m2 = m[2], m3 = m[3], m4 = m[4], m5 = m[5], m6 = m[6], m7 = m[7];
    int m8 = m[8], m9 = m[9], m10 = m[10], m11 = m[11];
    int m12 = m[12], m13 = m[13], m14 = m[14], m15 = m[15];
    int v0 = h[0], v1 = h[1], v2 = h[2], v3 = h[3], v4 = h[4], v5 = h[5], v6 = h[6], v7 = h[7];
    int v8 = 0x6A09E667, v9 = 0xBB67AE85, v10 = 0x3C6EF372, v11 = 0xA54FF53A;
    int v12 = (int) counter, v13 = (int) (counter >>> 32), v14 = length, v15 = flags;
    for (int round = 0; ; round++) {
      v0 += m0 + v4;
      v12 = rotateRight(v12 ^ v0, 16);
      v8 += v12;
      v4 = rotateRight(v4 ^ v8, 12);
      v0 += m1 + v4;
      v12 = rotateRight(v12 ^ v0, 8);
      v8 += v12;
      v4 = rotateRight(v4 ^ v8, 7);
      v1 += m2 + v5;
      v13 = rotateRight(v13 ^ v1, 16);
      v9 += v13;
      v5 = rotateRight(v5 ^ v9, 12);
      v1 += m3 + v5;
      v13 = rotateRight(v13 ^ v1, 8);
      v9 += v13;
      v5 = rotateRight(v5 ^ v9, 7);
      v2 += m4 + v6;
      v14 = rotateRight(v14 ^ v2, 16);
      v10 += v14;
      v6 = rotateRight(v6 ^ v10, 12);
      v2 += m5 + v6;
      v14 = rotateRight(v14 ^ v2, 8);
      v10 += v14;
      v6 = rotateRight(v6 ^ v10, 7);
      v3 += m6 + v7;
      v15 = rotateRight(v15 ^ v3, 16);
      v11 += v15;
      v7 = rotateRight(v7 ^ v11, 12);
      v3 += m7 + v7;
      v15 = rotateRight(v15 ^ v3, 8);
      v11 += v15;
      v7 = rotateRight(v7 ^ v11, 7);
      v0 += m8 + v5;
      v15 = rotateRight(v15 ^ v0, 16);
      v10 += v15;
      v5 = rotateRight(v5 ^ v10, 12);
      v0 += m9 + v5;
      v15 = rotateRight(v15 ^ v0, 8);
      v10 += v15;
      v5 = rotateRight(v5 ^ v10, 7);
      v1 += m10 + v6;
      v12 = rotateRight(v12 ^ v1, 16);
      v11 += v12;
      v6 = rotateRight(v6 ^ v11, 12);
      v1 += m11 + v6;
      v12 = rotateRight(v12 ^ v1, 8);
      v11 += v12;
      v6 = rotateRight(v6 ^ v11, 7);
      v2 += m12 + v7;
      v13 = rotateRight(v13 ^ v2, 16);
      v8 += v13;
      v7 = rotateRight(v7 ^ v8, 12);
      v2 += m13 + v7;
      v13 = rotateRight(v13 ^ v2, 8);
      v8 += v13;
      v7 = rotateRight(v7 ^ v8, 7);
      v3 += m14 + v4;
      v14 = rotateRight(v14 ^ v3, 16);
      v9 += v14;
      v4 = rotateRight(v4 ^ v9, 12);
      v3 += m15 + v4;
      v14 = rotateRight(v14 ^ v3, 8);
      v9 += v14;
      v4 = rotateRight(v4 ^ v9, 7);
      if (round == 6) break;
      int was0 = m0;
      m0 = m2;
      m2 = m3;
      m3 = m10;
      m10 = m12;
      m12 = m9;
      m9 = m11;
      m11 = m5;
      m5 = was0;
      int was1 = m1;
      m1 = m6;
      m6 = m4;
      m4 = m7;
      m7 = m13;
      m13 = m14;
      m14 = m15;
      m15 = m8;
      m8 = was1;
    }
    h[0] = v0 ^ v8;
    h[1] = v1 ^ v9;
    h[2] = v2 ^ v10;
    h[3] = v3 ^ v11;
    h[4] = v4 ^ v12;
    h[5] = v5 ^ v13;
    h[6] = v6 ^ v14;
    h[7] = v7 ^ v15;
  }
}
