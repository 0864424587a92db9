package lockstep.base;

/// The two bulk operations of BLAKE3: chaining values of many leaves, and of many parents.
///
/// The paper calls a 1 KiB piece of input a chunk; here it is a *leaf*, since a chunk is something
/// else in this program. Chaining values stand word by word: word `w` of node `i` is `values[w *
/// stride + i]`, so that neighbours can be worked on side by side in one vector.
interface Blake3Kernel {
  int LEAF_BYTES = 1024;
  int BLOCK_BYTES = 64;
  int BLOCKS = LEAF_BYTES / BLOCK_BYTES;
  int VALUE_WORDS = 8;
  int BLOCK_WORDS = 16;

  int CHUNK_START = 1;
  int CHUNK_END = 1 << 1;
  int PARENT = 1 << 2;
  int ROOT = 1 << 3;
  int KEYED_HASH = 1 << 4;
  int DERIVE_KEY_CONTEXT = 1 << 5;
  int DERIVE_KEY_MATERIAL = 1 << 6;

  /// Nodes are read and written in groups of up to this many: strides are multiples of it.
  int GROUP_MAX = 32;

  /// Hashes `count` whole leaves of `input` from `offset` to nodes 0 to `count` - 1.
  ///
  /// @param first the number of the first leaf in the whole input
  void leaves(
      Blake3Mode mode, byte[] input, int offset, int count, long first, int[] values, int stride);

  /// Replaces nodes `2 * i` and `2 * i + 1` by their parent, node `i`, for each `i` below `count`.
  /// What stands behind those is lost.
  void parents(Blake3Mode mode, int count, int[] values, int stride);
}
