package lockstep.chunk;

import java.util.Optional;
import lockstep.base.Blake3;

/// Finds where content says a chunk ends: FastCDC with normalised chunking (Xia et al., "FastCDC: a
/// Fast and Efficient Content-Defined Chunking Approach for Data Deduplication", USENIX ATC 2016).
///
/// A gear hash rolls over the bytes; a cut falls where its top bits are zero. Before the normal
/// size two bits more must be zero than that size asks for, after it two bits fewer (level 2),
/// which gathers the lengths around it. The first `min` bytes are skipped.
final class FastCdc {
  private static final int LEVEL = 2;
  private static final String GEAR_LABEL = "lockstep 2026 FastCDC gear table v1";

  /// For each byte value the first eight bytes of BLAKE3's key derivation of that byte under
  /// [#GEAR_LABEL]. Part of the format: another table would cut, and so name, all files anew.
  private static final long[] GEAR = gear();

  static final Optional<GearCode> MACHINE = GearCode.find();

  private final int min;
  private final int normal;
  private final int max;
  private final long strictMask;
  private final long looseMask;

  FastCdc(Chunking.ByContent sizes) {
    min = sizes.min();
    normal = sizes.normal();
    max = sizes.max();
    int bits = Integer.numberOfTrailingZeros(normal);
    strictMask = -1L << Long.SIZE - bits - LEVEL;
    looseMask = -1L << Long.SIZE - bits + LEVEL;
  }

  private static long[] gear() {
    long[] gear = new long[256];
    Blake3.Hasher hasher = Blake3.Hasher.derived(GEAR_LABEL);
    for (int i = 0; i < gear.length; i++) {
      gear[i] = hasher.reset().update(new byte[] {(byte) i}).digest().a();
    }
    return gear;
  }

  /// The length of the chunk that begins at `offset`, where `available` bytes stand: all the rest
  /// of the file, or at least `max`.
  int cut(byte[] bytes, int offset, int available) {
    if (available <= min) return available;
    int end = Math.min(available, max);
    int turn = Math.min(end, normal);
    if (MACHINE.isEmpty()) return cutInJava(bytes, offset, turn, end);
    int strict = turn - min;
    int loose = end - turn;
    return min
        + MACHINE.get().roll(bytes, offset + min, strict, strictMask, loose, looseMask, GEAR);
  }

  /// The plain byte loop is on purpose: steps of several bytes were slower in Java.
  int cutInJava(byte[] bytes, int offset, int turn, int end) {
    long hash = 0;
    int at = min;
    for (; at < turn; at++) {
      hash = (hash << 1) + GEAR[bytes[offset + at] & 0xff];
      if ((hash & strictMask) == 0) return at + 1;
    }
    for (; at < end; at++) {
      hash = (hash << 1) + GEAR[bytes[offset + at] & 0xff];
      if ((hash & looseMask) == 0) return at + 1;
    }
    return end;
  }
}
