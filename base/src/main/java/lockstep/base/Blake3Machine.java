package lockstep.base;

import java.lang.foreign.MemorySegment;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/// BLAKE3 by [MachineCode] of our own ([Blake3Code]), with AVX2 or AVX-512: at full speed from the
/// first byte, where vector code of the JVM's takes half a second of a core to get ready. No call
/// works on more than [#CALL_LEAVES_MAX] leaves: some 15 µs.
final class Blake3Machine implements Blake3Kernel {
  private static final int CALL_LEAVES_MAX = 64;

  private static final int OSXSAVE = 1 << 27;
  private static final int AVX2 = 1 << 5;
  private static final int YMM_STATES = 0b110;
  private static final int AVX512F = 1 << 16;
  private static final int AVX512_VBMI2 = 1 << 6;
  private static final int ZMM_STATES = 0b1110_0110;

  /// Nodes worked on at once.
  final int lanes;

  private final int[] workspace;
  private final MachineCode code;
  private final int leaves;
  private final int parents;

  private Blake3Machine(int lanes, Blake3Code.Program program, MachineCode code) {
    this.lanes = lanes;
    this.code = code;
    workspace = program.workspace();
    leaves = program.leaves();
    parents = program.parents();
  }

  /// The fastest kernel that this computer can run and that hashes a known input right.
  static Optional<Blake3Machine> find() {
    return all().findFirst();
  }

  /// All of them, the fastest first.
  static Stream<Blake3Machine> all() {
    return usable().map(Blake3Machine::of).flatMap(Optional::stream);
  }

  /// What this processor can run, the fastest first.
  static Stream<Blake3Code> usable() {
    return MachineCode.of(Blake3Code.features()).stream().flatMap(Blake3Machine::usable);
  }

  /// Of those with AVX-512 only processors that are not slowed down by it: all since 2019 (Ice
  /// Lake, Zen 4), which have VBMI2, too.
  private static Stream<Blake3Code> usable(MachineCode features) {
    int[] found = new int[4];
    MemorySegment none = MemorySegment.NULL;
    features.call(0, none, 0, none, 0, MemorySegment.ofArray(found), 0);
    int states = (found[2] & OSXSAVE) == 0 ? 0 : found[3];
    var usable = Stream.<Blake3Code>builder();
    if ((found[0] & AVX512F) != 0
        && (found[1] & AVX512_VBMI2) != 0
        && (states & ZMM_STATES) == ZMM_STATES) {
      usable.add(new Blake3Avx512Code());
    }
    if ((found[0] & AVX2) != 0 && (states & YMM_STATES) == YMM_STATES) {
      usable.add(new Blake3Avx2Code());
    }
    return usable.build();
  }

  private static Optional<Blake3Machine> of(Blake3Code code) {
    Blake3Code.Program program = code.program();
    return MachineCode.of(code.code)
        .map(ready -> new Blake3Machine(code.lanes, program, ready))
        .filter(Blake3Machine::hashesRight);
  }

  /// The official test vector of 16 leaves.
  private boolean hashesRight() {
    byte[] input = new byte[16 * LEAF_BYTES];
    for (int i = 0; i < input.length; i++) input[i] = (byte) (i % 251);
    Blake3 hash = new Blake3Tree(Blake3Mode.HASH, this).root(input, 0, input.length);
    return hash.toString()
        .equals("f875d6646de28985646f34ee13be9a576fd515f76b5b0a26bb324735041ddde4");
  }

  @Override
  public void leaves(
      Blake3Mode mode, byte[] input, int offset, int count, long first, int[] values, int stride) {
    Objects.checkFromIndexSize(offset, count * LEAF_BYTES, input.length);
    checkRoom(count, values, stride);
    if (count == 0) return;
    if (first >>> Integer.SIZE
        != first + count - 1 >>> Integer.SIZE) { // halves are not carried over
      Blake3Kernels.SCALAR.leaves(mode, input, offset, count, first, values, stride);
      return;
    }
    int whole = count / lanes * lanes;
    for (int at = 0; at < whole; at += CALL_LEAVES_MAX) {
      int leavesNow = Math.min(CALL_LEAVES_MAX, whole - at);
      group(mode, input, offset + at * LEAF_BYTES, leavesNow, first + at, values, at, stride);
    }
    int rest = count - whole;
    if (rest > 0) {
      byte[] padded = new byte[lanes * LEAF_BYTES];
      System.arraycopy(input, offset + whole * LEAF_BYTES, padded, 0, rest * LEAF_BYTES);
      group(mode, padded, 0, lanes, first + whole, values, whole, stride);
    }
  }

  private void group(
      Blake3Mode mode,
      byte[] input,
      int offset,
      int count,
      long first,
      int[] values,
      int at,
      int stride) {
    int[] work = work(mode, count / lanes);
    work[Blake3Code.FIRST_FLAGS] = mode.flags() | CHUNK_START;
    work[Blake3Code.FLAGS] = mode.flags();
    work[Blake3Code.LAST_FLAGS] = mode.flags() | CHUNK_END;
    work[Blake3Code.COUNTER_HIGH] = (int) (first >>> Integer.SIZE);
    for (int lane = 0; lane < lanes; lane++) {
      work[Blake3Code.COUNTERS + lane] = (int) first + lane;
    }
    code.call(
        leaves,
        MemorySegment.ofArray(input),
        offset,
        MemorySegment.ofArray(values),
        (long) at * Integer.BYTES,
        MemorySegment.ofArray(work),
        stride * Integer.BYTES);
  }

  @Override
  public void parents(Blake3Mode mode, int count, int[] values, int stride) {
    checkRoom(2 * count, values, stride);
    int[] work = work(mode, (count + lanes - 1) / lanes);
    work[Blake3Code.FLAGS] = mode.flags() | PARENT;
    if (count == 0) return;
    MemorySegment nodes = MemorySegment.ofArray(values);
    MemorySegment workspace = MemorySegment.ofArray(work);
    code.call(parents, nodes, 0, nodes, 0, workspace, stride * Integer.BYTES);
  }

  /// Whole groups are read and written.
  private void checkRoom(int nodes, int[] values, int stride) {
    Objects.checkIndex(stride * VALUE_WORDS - 1, values.length);
    if (nodes > stride || stride % (2 * lanes) != 0) {
      throw new IndexOutOfBoundsException("%d nodes, stride %d".formatted(nodes, stride));
    }
  }

  private int[] work(Blake3Mode mode, int groups) {
    int[] work = workspace.clone();
    System.arraycopy(mode.key(), 0, work, Blake3Code.KEY, VALUE_WORDS);
    work[Blake3Code.GROUPS] = groups;
    return work;
  }
}
