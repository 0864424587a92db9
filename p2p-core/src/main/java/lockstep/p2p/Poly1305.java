package lockstep.p2p;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// Poly1305 (RFC 8439) in 64-bit arithmetic: limbs of 44, 44 and 42 bits, products by
/// `multiplyHigh`, as poly1305-donna-64 does it. Several times as fast as the JDK's own where the
/// CPU lacks the instructions (AVX-512 IFMA) that the JDK's is made for. No branch and no index
/// depends on a secret. Not thread-safe; one instance serves one message after another.
final class Poly1305 {
  static final int KEY_LENGTH = 32;
  static final int TAG_LENGTH = 16;

  private static final int BLOCK = 16;
  private static final long MASK_44 = (1L << 44) - 1;
  private static final long MASK_42 = (1L << 42) - 1;

  /// Bit 128 of every whole block, as it falls into the third limb.
  private static final long WHOLE = 1L << 40;

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private long r0;
  private long r1;
  private long r2;
  private long pad0;
  private long pad1;
  private long h0;
  private long h1;
  private long h2;

  /// Begins a message under a key that no other message has.
  void init(byte[] key, int at) {
    long t0 = (long) LONG.get(key, at);
    long t1 = (long) LONG.get(key, at + 8);
    r0 = t0 & 0xffc0fffffffL;
    r1 = (t0 >>> 44 | t1 << 20) & 0xfffffc0ffffL;
    r2 = t1 >>> 24 & 0x00ffffffc0fL;
    pad0 = (long) LONG.get(key, at + 16);
    pad1 = (long) LONG.get(key, at + 24);
    h0 = 0;
    h1 = 0;
    h2 = 0;
  }

  /// Takes bytes in, filled up with zeros to a multiple of 16: the padding of the AEAD.
  void updatePadded(byte[] bytes, int offset, int length) {
    int whole = length & -BLOCK;
    blocks(bytes, offset, whole);
    if (whole < length) {
      byte[] last = new byte[BLOCK];
      System.arraycopy(bytes, offset + whole, last, 0, length - whole);
      blocks(last, 0, BLOCK);
    }
  }

  /// Takes two little-endian numbers in: the lengths that end the AEAD.
  void updateLengths(long first, long second) {
    byte[] block = new byte[BLOCK];
    LONG.set(block, 0, first);
    LONG.set(block, 8, second);
    blocks(block, 0, BLOCK);
  }

  /// h = (h + block) * r for each block. A product of two limbs is taken as a high part, in units
  /// of 2^44, and a low part of 44 bits, so that sums never overflow: the high part comes from
  /// factors shifted left by ten bits each, which are below 2^63.
  private void blocks(byte[] bytes, int offset, int length) {
    final long r0 = this.r0;
    final long r1 = this.r1;
    final long r2 = this.r2;
    final long s1 = r1 * 20; // 2^132 is 20 modulo 2^130 - 5
    final long s2 = r2 * 20;
    final long r0x = r0 << 10;
    final long r1x = r1 << 10;
    final long r2x = r2 << 10;
    final long s1x = s1 << 10;
    final long s2x = s2 << 10;
    long h0 = this.h0;
    long h1 = this.h1;
    long h2 = this.h2;
    for (int at = offset, end = offset + length; at < end; at += BLOCK) {
      long t0 = (long) LONG.get(bytes, at);
      long t1 = (long) LONG.get(bytes, at + 8);
      h0 += t0 & MASK_44;
      h1 += (t0 >>> 44 | t1 << 20) & MASK_44;
      h2 += t1 >>> 24 | WHOLE;
      long h0x = h0 << 10;
      long h1x = h1 << 10;
      long h2x = h2 << 10;
      long low0 = (h0 * r0 & MASK_44) + (h1 * s2 & MASK_44) + (h2 * s1 & MASK_44);
      long low1 = (h0 * r1 & MASK_44) + (h1 * r0 & MASK_44) + (h2 * s2 & MASK_44);
      long low2 = (h0 * r2 & MASK_44) + (h1 * r1 & MASK_44) + (h2 * r0 & MASK_44);
      long high0 = high(h0x, r0x) + high(h1x, s2x) + high(h2x, s1x);
      long high1 = high(h0x, r1x) + high(h1x, r0x) + high(h2x, s2x);
      long high2 = high(h0x, r2x) + high(h1x, r1x) + high(h2x, r0x);
      low1 += high0 + (low0 >>> 44);
      low2 += high1 + (low1 >>> 44);
      h2 = low2 & MASK_42;
      h0 = (low0 & MASK_44) + 5 * ((high2 << 2) + (low2 >>> 42));
      h1 = (low1 & MASK_44) + (h0 >>> 44);
      h0 &= MASK_44;
    }
    this.h0 = h0;
    this.h1 = h1;
    this.h2 = h2;
  }

  private static long high(long a, long b) {
    return Math.multiplyHigh(a, b);
  }

  /// Ends the message.
  void tag(byte[] out, int at) {
    carryAll();
    carryAll();
    // g = h - p; h if that is negative.
    long g0 = h0 + 5;
    long g1 = h1 + (g0 >>> 44);
    long g2 = h2 + (g1 >>> 44) - (1L << 42);
    long keep = g2 >> 63;
    h0 = h0 & keep | g0 & MASK_44 & ~keep;
    h1 = h1 & keep | g1 & MASK_44 & ~keep;
    h2 = h2 & keep | g2 & MASK_42 & ~keep;
    long low = h0 | h1 << 44;
    long high = h1 >>> 20 | h2 << 24;
    long sum = low + pad0;
    long carry = (low & pad0 | (low | pad0) & ~sum) >>> 63;
    LONG.set(out, at, sum);
    LONG.set(out, at + 8, high + pad1 + carry);
  }

  private void carryAll() {
    h1 += h0 >>> 44;
    h0 &= MASK_44;
    h2 += h1 >>> 44;
    h1 &= MASK_44;
    h0 += (h2 >>> 42) * 5;
    h2 &= MASK_42;
  }
}
