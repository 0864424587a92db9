package lockstep.sync.transfer;

import java.util.BitSet;
import java.util.function.IntUnaryOperator;
import lockstep.chunk.Manifest;
import org.jspecify.annotations.Nullable;

/// Which chunks of one content are here, asked for, or neither. Blocks of [#BLOCK_CHUNKS] chunks,
/// about 1 MiB, are the unit in which peers tell each other what they have. Thread-safe.
final class ChunkMap {
  /// Chunks in a block; part of the protocol.
  static final int BLOCK_CHUNKS = 32;

  private static final byte MISSING = 0;
  private static final byte ASKED = 1;
  private static final byte HELD = 2;

  /// Blocks looked at for one choice: enough to find a rare one, little enough for huge files.
  private static final int CANDIDATES_MAX = 4096;

  private final Manifest manifest;
  private final byte[] states;

  /// Chunks in [#MISSING] of each block.
  private final int[] missing;

  private int notHeld;
  private long heldBytes;

  ChunkMap(Manifest manifest) {
    this.manifest = manifest;
    int count = manifest.count();
    states = new byte[count];
    missing = new int[blocks(count)];
    notHeld = count;
    for (int i = 0; i < count; i++) {
      missing[i / BLOCK_CHUNKS]++;
    }
  }

  /// Chunks that lie side by side.
  record Run(int first, int count, long bytes) {}

  static int blocks(int chunks) {
    return (chunks + BLOCK_CHUNKS - 1) / BLOCK_CHUNKS;
  }

  synchronized boolean isComplete() {
    return notHeld == 0;
  }

  synchronized boolean holds(int first, int count) {
    for (int i = first; i < first + count; i++) {
      if (states[i] != HELD) return false;
    }
    return true;
  }

  /// The first chunk from `from` on that is not held, or the number of chunks.
  synchronized int nextAbsent(int from) {
    int i = from;
    while (i < states.length && states[i] == HELD) {
      i++;
    }
    return i;
  }

  synchronized long heldBytes() {
    return heldBytes;
  }

  /// The bytes of all chunks that are not held.
  synchronized long absentBytes() {
    return manifest.content().size() - heldBytes;
  }

  synchronized BitSet heldBlocks() {
    var held = new BitSet();
    for (int block = 0; block < missing.length; block++) {
      int first = block * BLOCK_CHUNKS;
      held.set(block, holds(first, Math.min(BLOCK_CHUNKS, states.length - first)));
    }
    return held;
  }

  synchronized void hold(int first, int count) {
    for (int i = first; i < first + count; i++) {
      if (states[i] == HELD) continue;
      if (states[i] == MISSING) missing[i / BLOCK_CHUNKS]--;
      states[i] = HELD;
      notHeld--;
      heldBytes += manifest.length(i);
    }
  }

  /// Those asked for among these will not come, or not soon: they may be asked for again.
  synchronized void giveUp(int first, int count) {
    for (int i = first; i < first + count; i++) {
      if (states[i] == ASKED) {
        states[i] = MISSING;
        missing[i / BLOCK_CHUNKS]++;
      }
    }
  }

  /// Marks a run of at most `bytesMax` (at least one chunk) as asked for and returns it; null if
  /// nothing that `available` has is missing.
  ///
  /// @param available blocks to choose from; null for all
  /// @param start block to begin at; those before it come last
  /// @param copies how many peers have a block: the rarest is taken, the first among equals
  synchronized @Nullable Run ask(
      @Nullable BitSet available, int start, IntUnaryOperator copies, long bytesMax) {
    int block = choose(available, start, copies);
    if (block < 0) return null;
    int first = block * BLOCK_CHUNKS;
    while (states[first] != MISSING) {
      first++;
    }
    int end = Math.min(states.length, (block + 1) * BLOCK_CHUNKS);
    long bytes = 0;
    int at = first;
    while (at < end
        && states[at] == MISSING
        && (at == first || bytes + manifest.length(at) <= bytesMax)) {
      bytes += manifest.length(at);
      states[at++] = ASKED;
    }
    missing[block] -= at - first;
    return new Run(first, at - first, bytes);
  }

  private int choose(@Nullable BitSet available, int start, IntUnaryOperator copies) {
    int best = -1;
    int fewest = Integer.MAX_VALUE;
    int candidates = 0;
    for (int i = 0; i < missing.length && candidates < CANDIDATES_MAX; i++) {
      int block = (start + i) % missing.length;
      if (missing[block] == 0 || available != null && !available.get(block)) continue;
      candidates++;
      int count = copies.applyAsInt(block);
      if (count < fewest) {
        best = block;
        fewest = count;
      }
      if (fewest <= 1) break;
    }
    return best;
  }
}
