package lockstep.base;

import static jdk.incubator.vector.VectorOperators.ROR;
import static jdk.incubator.vector.VectorOperators.XOR;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorSpecies;

/// BLAKE3's compression function by the Vector API: as many nodes at once as the CPU's vectors have
/// 32-bit lanes, one node in each lane.
///
/// What makes it fast, and is easily lost: the rounds are a loop and the methods small (unrolled
/// they exceed the JIT's limits and run a hundred times slower), and the message word is added
/// before `b`, which leaves the shorter chain of dependent operations. Idle lanes do the work of
/// the last node again: a group costs the same however many of its lanes are needed.
final class Blake3Vector implements Blake3Kernel {
  private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Long> LONGS = LongVector.SPECIES_PREFERRED;

  /// Nodes worked on at once.
  static final int LANES = INTS.length();

  /// Longs that one message word of all lanes takes: two lanes each.
  private static final int ROW = LANES / 2;

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long LOW = 0xffff_ffffL;

  private static final IntVector LANE = IntVector.zero(INTS).addIndex(1);

  /// Where in the transposed block the word stands that each of the 16 places of each round takes.
  private static final int[] SCHEDULE = schedule();

  private static int[] schedule() {
    int[] permutation = {2, 6, 3, 10, 7, 0, 4, 13, 1, 11, 12, 5, 9, 14, 15, 8};
    int[] schedule = new int[7 * BLOCK_WORDS];
    for (int i = 0; i < schedule.length; i++) {
      int place = i % BLOCK_WORDS;
      int before = i - place - BLOCK_WORDS;
      schedule[i] = before < 0 ? place * ROW : schedule[before + permutation[place]];
    }
    return schedule;
  }

  @Override
  public void leaves(
      Blake3Mode mode, byte[] input, int offset, int count, long first, int[] values, int stride) {
    long[] m = new long[BLOCK_WORDS * ROW];
    for (int at = 0; at < count; at += LANES) {
      int lanes = Math.min(LANES, count - at);
      start(mode, values, at, stride);
      int flags = mode.flags() | CHUNK_START;
      for (int block = 0; block < BLOCKS; block++) {
        if (block == BLOCKS - 1) flags |= CHUNK_END;
        transpose(input, offset + at * LEAF_BYTES + block * BLOCK_BYTES, lanes, m);
        compress(m, first + at, 1, flags, values, at, stride);
        flags = mode.flags();
      }
    }
  }

  @Override
  public void parents(Blake3Mode mode, int count, int[] values, int stride) {
    long[] m = new long[BLOCK_WORDS * ROW];
    for (int at = 0; at < count; at += LANES) {
      pair(values, 2 * at, stride, m);
      start(mode, values, at, stride);
      compress(m, 0, 0, mode.flags() | PARENT, values, at, stride);
    }
  }

  private static void start(Blake3Mode mode, int[] values, int at, int stride) {
    for (int w = 0; w < VALUE_WORDS; w++) {
      IntVector.broadcast(INTS, mode.key()[w]).intoArray(values, at + w * stride);
    }
  }

  /// Makes the blocks of `LANES` parents from the chaining values of their children, which stand
  /// two by two as a row has them: words 0 to 7 are those of the left children.
  private static void pair(int[] values, int at, int stride, long[] m) {
    for (int w = 0; w < VALUE_WORDS; w++) {
      int from = at + w * stride;
      for (int i = 0; i < ROW; i++, from += 4) {
        m[w * ROW + i] = values[from] & LOW | (long) values[from + 2] << 32;
        m[(w + VALUE_WORDS) * ROW + i] = values[from + 1] & LOW | (long) values[from + 3] << 32;
      }
    }
  }

  /// Reads one block of each lane's leaf, word by word. Two lanes and two words at a time: the
  /// stores are what limits it, and shuffles of vectors were slower.
  private static void transpose(byte[] input, int offset, int lanes, long[] m) {
    for (int lane = 0; lane < LANES; lane += 2) {
      int even = offset + Math.min(lane, lanes - 1) * LEAF_BYTES;
      int odd = offset + Math.min(lane + 1, lanes - 1) * LEAF_BYTES;
      transpose(input, even, odd, m, lane / 2);
    }
  }

  private static void transpose(byte[] input, int even, int odd, long[] m, int column) {
    for (int w = 0; w < BLOCK_WORDS; w += 2) {
      long x = (long) LONG.get(input, even + w * Integer.BYTES);
      long y = (long) LONG.get(input, odd + w * Integer.BYTES);
      m[w * ROW + column] = x & LOW | y << 32;
      m[(w + 1) * ROW + column] = x >>> 32 | y & ~LOW;
    }
  }

  /// One compression in each lane, on the chaining values at `at`.
  ///
  /// @param counter of the first lane; each further one has `step` more
  private static void compress(
      long[] m, long counter, int step, int flags, int[] values, int at, int stride) {
    IntVector v0 = IntVector.fromArray(INTS, values, at);
    IntVector v1 = IntVector.fromArray(INTS, values, at + 1 * stride);
    IntVector v2 = IntVector.fromArray(INTS, values, at + 2 * stride);
    IntVector v3 = IntVector.fromArray(INTS, values, at + 3 * stride);
    IntVector v4 = IntVector.fromArray(INTS, values, at + 4 * stride);
    IntVector v5 = IntVector.fromArray(INTS, values, at + 5 * stride);
    IntVector v6 = IntVector.fromArray(INTS, values, at + 6 * stride);
    IntVector v7 = IntVector.fromArray(INTS, values, at + 7 * stride);
    IntVector v8 = IntVector.broadcast(INTS, 0x6A09E667);
    IntVector v9 = IntVector.broadcast(INTS, 0xBB67AE85);
    IntVector v10 = IntVector.broadcast(INTS, 0x3C6EF372);
    IntVector v11 = IntVector.broadcast(INTS, 0xA54FF53A);
    IntVector v12 = LANE.mul(step).add((int) counter);
    IntVector v13 = IntVector.broadcast(INTS, (int) (counter >>> 32));
    IntVector v14 = IntVector.broadcast(INTS, BLOCK_BYTES);
    IntVector v15 = IntVector.broadcast(INTS, flags);
    for (int s = 0; s < 7 * BLOCK_WORDS; s += BLOCK_WORDS) {
      v0 = v0.add(LongVector.fromArray(LONGS, m, SCHEDULE[s + 0]).reinterpretAsInts()).add(v4);
      v12 = v12.lanewise(XOR, v0).lanewise(ROR, 16);
      v8 = v8.add(v12);
      v4 = v4.lanewise(XOR, v8).lanewise(ROR, 12);
      v0 = v0.add(LongVector.fromArray(LONGS, m, SCHEDULE[s + 1]).reinterpretAsInts()).add(v4);
      v12 = v12.lanewise(XOR, v0).lanewise(ROR, 8);
      v8 = v8.add(v12);
      v4 = v4.lanewise(XOR, v8).lanewise(ROR, 7);
      v1 = v1.add(LongVector.fromArray(LONGS, m, SCHEDULE[s + 2]).reinterpretAsInts()).add(v5);
      v13 = v13.lanewise(XOR, v1).lanewise(ROR, 16);
      v9 = v9.add(v13);
      v5 = v5.lanewise(XOR, v9).lanewise(ROR, 12);
      v1 = v1.add(LongVector.fromArray(LONGS, m, SCHEDULE[s + 3]).reinterpretAsInts()).add(v5);
      v13 = v13.lanewise(XOR, v1).lanewise(ROR, 8);
      v9 = v9.add(v13);
      v5 = v5.lanewise(XOR, v9).lanewise(ROR, 7);
      v2 = v2.add(LongVector.fromArray(LONGS, m, SCHEDULE[s + 4]).reinterpretAsInts()).add(v6);
      v14 = v14.lanewise(XOR, v2).lanewise(ROR, 16);
      v10 = v10.add(v14);
      v6 = v6.lanewise(XOR, v10).lanewise(ROR, 12);
      v2 = v2.add(LongVector.fromArray(LONGS, m, SCHEDULE[s + 5]).reinterpretAsInts()).add(v6);
      v14 = v14.lanewise(XOR, v2).lanewise(ROR, 8);
      v10 = v10.add(v14);
      v6 = v6.lanewise(XOR, v10).lanewise(ROR, 7);
      v3 = v3.add(LongVector.fromArray(LONGS, m, SCHEDULE[s + 6]).reinterpretAsInts()).add(v7);
      v15 = v15.lanewise(XOR, v3).lanewise(ROR, 16);
      v11 = v11.add(v15);
      v7 = v7.lanewise(XOR, v11).lanewise(ROR, 12);
      v3 = v3.add(LongVector.fromArray(LONGS, m, SCHEDULE[s + 7]).reinterpretAsInts()).add(v7);
      v15 = v15.lanewise(XOR, v3).lanewise(ROR, 8);
      v11 = v11.add(v15);
      v7 = v7.lanewise(XOR, v11).lanewise(ROR, 7);
      v0 = v0.add(LongVector.fromArray(LONGS, m, SCHEDULE[s + 8]).reinterpretAsInts()).add(v5);
      v15 = v15.lanewise(XOR, v0).lanewise(ROR, 16);
      v10 = v10.add(v15);
      v5 = v5.lanewise(XOR, v10).lanewise(ROR, 12);
      v0 = v0.add(LongVector.fromArray(LONGS, m, SCHEDULE[s + 9]).reinterpretAsInts()).add(v5);
      v15 = v15.lanewise(XOR, v0).lanewise(ROR, 8);
      v10 = v10.add(v15);
      v5 = v5.lanewise(XOR, v10).lanewise(ROR, 7);
      v1 = v1.add(LongVector.fromArray(LONGS, m, SCHEDULE[s + 10]).reinterpretAsInts()).add(v6);
      v12 = v12.lanewise(XOR, v1).lanewise(ROR, 16);
      v11 = v11.add(v12);
      v6 = v6.lanewise(XOR, v11).lanewise(ROR, 12);
      v1 = v1.add(LongVector.fromArray(LONGS, m, SCHEDULE[s + 11]).reinterpretAsInts()).add(v6);
      v12 = v12.lanewise(XOR, v1).lanewise(ROR, 8);
      v11 = v11.add(v12);
      v6 = v6.lanewise(XOR, v11).lanewise(ROR, 7);
      v2 = v2.add(LongVector.fromArray(LONGS, m, SCHEDULE[s + 12]).reinterpretAsInts()).add(v7);
      v13 = v13.lanewise(XOR, v2).lanewise(ROR, 16);
      v8 = v8.add(v13);
      v7 = v7.lanewise(XOR, v8).lanewise(ROR, 12);
      v2 = v2.add(LongVector.fromArray(LONGS, m, SCHEDULE[s + 13]).reinterpretAsInts()).add(v7);
      v13 = v13.lanewise(XOR, v2).lanewise(ROR, 8);
      v8 = v8.add(v13);
      v7 = v7.lanewise(XOR, v8).lanewise(ROR, 7);
      v3 = v3.add(LongVector.fromArray(LONGS, m, SCHEDULE[s + 14]).reinterpretAsInts()).add(v4);
      v14 = v14.lanewise(XOR, v3).lanewise(ROR, 16);
      v9 = v9.add(v14);
      v4 = v4.lanewise(XOR, v9).lanewise(ROR, 12);
      v3 = v3.add(LongVector.fromArray(LONGS, m, SCHEDULE[s + 15]).reinterpretAsInts()).add(v4);
      v14 = v14.lanewise(XOR, v3).lanewise(ROR, 8);
      v9 = v9.add(v14);
      v4 = v4.lanewise(XOR, v9).lanewise(ROR, 7);
    }
    v0.lanewise(XOR, v8).intoArray(values, at);
    v1.lanewise(XOR, v9).intoArray(values, at + 1 * stride);
    v2.lanewise(XOR, v10).intoArray(values, at + 2 * stride);
    v3.lanewise(XOR, v11).intoArray(values, at + 3 * stride);
    v4.lanewise(XOR, v12).intoArray(values, at + 4 * stride);
    v5.lanewise(XOR, v13).intoArray(values, at + 5 * stride);
    v6.lanewise(XOR, v14).intoArray(values, at + 6 * stride);
    v7.lanewise(XOR, v15).intoArray(values, at + 7 * stride);
  }
}
