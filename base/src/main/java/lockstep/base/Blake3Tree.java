package lockstep.base;

/// BLAKE3's binary tree over bytes in memory, built level by level: neighbours are paired and an
/// odd last node goes up unpaired, which gives the tree of the paper (where a left subtree is the
/// largest power of two).
record Blake3Tree(Blake3Mode mode, Blake3Kernel kernel) {
  private static final int LEAF = Blake3Kernel.LEAF_BYTES;

  /// With the kernel that suits so many bytes.
  static Blake3Tree of(Blake3Mode mode, int length) {
    return new Blake3Tree(mode, Blake3Kernels.forLength(length));
  }

  /// The hash of a whole input.
  Blake3 root(byte[] input, int offset, int length) {
    if (length <= LEAF) return leaf(input, offset, length, 0, Blake3Kernel.ROOT);
    return parent(lastPair(input, offset, length, 0), Blake3Kernel.ROOT);
  }

  /// The chaining value of a part of an input: a power of two of whole leaves, from a leaf whose
  /// number is a multiple of that power.
  Blake3 subtree(byte[] input, int offset, int length, long first) {
    if (length <= LEAF) return leaf(input, offset, length, first, 0);
    return parent(lastPair(input, offset, length, first), 0);
  }

  /// The chaining value of one leaf of 0 to 1,024 bytes.
  Blake3 leaf(byte[] input, int offset, int length, long number, int last) {
    int[] value = new int[Blake3Kernel.VALUE_WORDS];
    int[] block = new int[Blake3Kernel.BLOCK_WORDS];
    Blake3Scalar.leaf(mode, input, offset, length, number, last, value, block);
    return Blake3.fromWords(value);
  }

  /// The parent of two chaining values.
  Blake3 parent(Blake3 left, Blake3 right, int last) {
    var pair = new Nodes(new int[2 * Blake3Kernel.VALUE_WORDS], 2);
    pair.put(0, left);
    pair.put(1, right);
    return parent(pair, last);
  }

  private Blake3 parent(Nodes pair, int last) {
    int[] value = new int[Blake3Kernel.VALUE_WORDS];
    int[] block = new int[Blake3Kernel.BLOCK_WORDS];
    Blake3Scalar.parent(mode, pair.values, pair.stride, 0, last, value, block);
    return Blake3.fromWords(value);
  }

  /// Hashes more than one leaf up to the last two nodes.
  private Nodes lastPair(byte[] input, int offset, int length, long first) {
    int whole = length / LEAF;
    int rest = length % LEAF;
    int count = rest == 0 ? whole : whole + 1;
    var nodes = Nodes.forCount(count);
    kernel.leaves(mode, input, offset, whole, first, nodes.values, nodes.stride);
    if (rest > 0) nodes.put(whole, leaf(input, offset + whole * LEAF, rest, first + whole, 0));
    while (count > 2) count = pairUp(nodes, count);
    return nodes;
  }

  private int pairUp(Nodes nodes, int count) {
    int pairs = count / 2;
    if (count % 2 == 0) {
      kernel.parents(mode, pairs, nodes.values, nodes.stride);
      return pairs;
    }
    Blake3 odd = nodes.at(count - 1); // read before its place may be lost
    kernel.parents(mode, pairs, nodes.values, nodes.stride);
    nodes.put(pairs, odd);
    return pairs + 1;
  }

  /// Chaining values, laid out as [Blake3Kernel] has them.
  @SuppressWarnings("ArrayRecordComponent")
  private record Nodes(int[] values, int stride) {
    static Nodes forCount(int count) {
      int group = Blake3Kernel.GROUP_MAX;
      int stride = (count + group - 1) / group * group;
      return new Nodes(new int[stride * Blake3Kernel.VALUE_WORDS], stride);
    }

    void put(int node, Blake3 value) {
      Blake3Scalar.put(value.words(), values, stride, node);
    }

    Blake3 at(int node) {
      int[] value = new int[Blake3Kernel.VALUE_WORDS];
      for (int w = 0; w < value.length; w++) {
        value[w] = values[w * stride + node];
      }
      return Blake3.fromWords(value);
    }
  }
}
