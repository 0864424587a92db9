package lockstep.base;

import static lockstep.base.X86Code.R10;
import static lockstep.base.X86Code.R11;
import static lockstep.base.X86Code.R8;
import static lockstep.base.X86Code.R9;
import static lockstep.base.X86Code.RAX;
import static lockstep.base.X86Code.RBX;
import static lockstep.base.X86Code.RCX;
import static lockstep.base.X86Code.RDI;
import static lockstep.base.X86Code.RDX;
import static lockstep.base.X86Code.RSI;

/// BLAKE3's compression function as machine code, written by [X86Code] when a process first needs
/// it: as many nodes at once as a vector has 32-bit lanes, one in each, as the authors' own
/// assembly does it. A subclass knows the registers of one kind of vectors.
///
/// Both functions take, by the calling convention of Linux, where to read (base and offset), where
/// to write (base and offset), a workspace and the stride of the values in bytes. They use no other
/// memory, no stack but for one return address, and only registers that a function may change.
abstract sealed class Blake3Code permits Blake3Avx2Code, Blake3Avx512Code {
  // The workspace, in 32-bit words: first single ones, then rows of a word for each lane.
  static final int KEY = 0;
  static final int FIRST_FLAGS = 8;
  static final int FLAGS = 9;
  static final int LAST_FLAGS = 10;

  /// How many groups of nodes.
  static final int GROUPS = 11;

  static final int COUNTER_HIGH = 12;

  private static final int IV = 16;
  private static final int LENGTH = 20;
  private static final int BLOCK_FLAGS = 21;

  /// The lower halves of the first group's counters.
  static final int COUNTERS = 32;

  private static final int STEPS = 1;
  static final int CONSTANT_A = 2;
  static final int CONSTANT_B = 3;
  static final int SPILL = 4;
  private static final int VALUES = 5;
  static final int MESSAGE = 13;
  private static final int ROWS = 29;

  private static final int[] PERMUTATION = {2, 6, 3, 10, 7, 0, 4, 13, 1, 11, 12, 5, 9, 14, 15, 8};

  static final int READ = RDI;
  static final int WORK = R8;
  private static final int STRIDE = R9;
  private static final int WRITE = RDX;
  private static final int GROUP = R10;
  private static final int BLOCK = R11;

  final int lanes;
  final X86Code code;

  /// The register of the state's first word; the others follow.
  private final int state;

  private int compress;

  /// @param state the register of the state's first word
  Blake3Code(int lanes, int state) {
    this.lanes = lanes;
    this.state = state;
    this.code = new X86Code(lanes == 16);
  }

  /// What is to be known of the code once it is whole.
  ///
  /// @param leaves where the function begins that hashes leaves
  /// @param parents where the one begins that hashes parents
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Program(int leaves, int parents, int[] workspace) {}

  final Program program() {
    compress = compress();
    int leaves = leaves();
    int parents = parents();
    return new Program(leaves, parents, workspace());
  }

  private int[] workspace() {
    int[] work = new int[COUNTERS + ROWS * lanes];
    work[LENGTH] = Blake3Kernel.BLOCK_BYTES;
    System.arraycopy(Blake3Mode.IV, 0, work, IV, 4);
    for (int lane = 0; lane < lanes; lane++) {
      work[COUNTERS + STEPS * lanes + lane] = lanes;
      work[COUNTERS + CONSTANT_A * lanes + lane] = constantA(lane);
      work[COUNTERS + CONSTANT_B * lanes + lane] = constantB(lane);
    }
    return work;
  }

  // ---- What differs --------------------------------------------------------------------------

  abstract int constantA(int lane);

  abstract int constantB(int lane);

  /// Brings the next block of each lane's leaf, which lie one after the other, to the message.
  abstract void transpose();

  /// Brings word `w` of the left and right children to the message's words `w` and `w + 8`.
  ///
  /// @param at a general register that points to the left child of the first lane
  abstract void pair(int w, int at);

  /// Adds a word of the message to a register.
  abstract void addMessage(int register, int word);

  /// Rotates the words of four registers to the right, by 16, 12, 8 or 7 bits.
  abstract void rotateRight(int[] registers, int bits);

  // ---- The two functions ---------------------------------------------------------------------

  /// Chaining values of whole leaves that follow each other.
  private int leaves() {
    int start = begin();
    int nextGroup = code.here();
    for (int w = 0; w < 8; w++) {
      code.broadcast(state, WORK, word(KEY + w));
      code.store(state, WORK, row(VALUES + w));
    }
    code.loadWord(RAX, WORK, word(FIRST_FLAGS));
    code.moveNumber(BLOCK, Blake3Kernel.BLOCKS);
    int nextBlock = code.here();
    code.storeWord(RAX, WORK, word(BLOCK_FLAGS));
    transpose();
    for (int w = 0; w < 8; w++) code.load(state + w, WORK, row(VALUES + w));
    code.load(state + 12, WORK, row(0));
    code.broadcast(state + 13, WORK, word(COUNTER_HIGH));
    code.broadcast(state + 15, WORK, word(BLOCK_FLAGS));
    code.call(compress);
    for (int w = 0; w < 8; w++) code.store(state + w, WORK, row(VALUES + w));
    code.loadWord(RAX, WORK, word(FLAGS));
    code.compare(BLOCK, 2);
    code.loadWordIfEqual(RAX, WORK, word(LAST_FLAGS));
    code.addNumber(READ, Blake3Kernel.BLOCK_BYTES);
    code.decrement(BLOCK);
    code.jumpIfNotZero(nextBlock);
    code.load(state + 12, WORK, row(0));
    code.add(state + 12, state + 12, WORK, row(STEPS));
    code.store(state + 12, WORK, row(0));
    code.addNumber(READ, (lanes - 1) * Blake3Kernel.LEAF_BYTES); // one leaf has been passed
    end(nextGroup);
    return start;
  }

  /// Chaining values of parents; those of their children stand side by side.
  private int parents() {
    int start = begin();
    int nextGroup = code.here();
    code.move(RAX, READ);
    for (int w = 0; w < 8; w++) {
      pair(w, RAX);
      code.addRegister(RAX, STRIDE);
    }
    for (int w = 0; w < 8; w++) code.broadcast(state + w, WORK, word(KEY + w));
    code.xor(state + 12, state + 12, state + 12);
    code.xor(state + 13, state + 13, state + 13);
    code.broadcast(state + 15, WORK, word(FLAGS));
    code.call(compress);
    code.addNumber(READ, 2 * row());
    end(nextGroup);
    return start;
  }

  /// The first half of a transposition: reads a vector of each lane's leaf, from a word of the
  /// block on, to the registers from 0 on; then register `4 * g + w` has, in each 128 bits, word
  /// `w` of those that stood there in lanes `4 * g` to `4 * g + 3`. Uses as many registers more.
  final void loadByFours(int word) {
    for (int lane = 0; lane < lanes; lane++) {
      code.load(lane, READ, lane * Blake3Kernel.LEAF_BYTES + word(word));
    }
    for (int i = 0; i < lanes; i += 2) {
      code.lowWords(lanes + i, i, i + 1);
      code.highWords(lanes + i + 1, i, i + 1);
    }
    for (int i = 0; i < lanes; i += 4) {
      code.lowPairs(i, lanes + i, lanes + i + 2);
      code.highPairs(i + 1, lanes + i, lanes + i + 2);
      code.lowPairs(i + 2, lanes + i + 1, lanes + i + 3);
      code.highPairs(i + 3, lanes + i + 1, lanes + i + 3);
    }
  }

  private int begin() {
    int start = code.here();
    code.addRegister(READ, RSI);
    code.addRegister(WRITE, RCX);
    code.widen(STRIDE);
    code.loadWord(GROUP, WORK, word(GROUPS));
    return start;
  }

  /// Writes the values of a group, and goes on with the next if there is one.
  private void end(int nextGroup) {
    code.move(RAX, WRITE);
    for (int w = 0; w < 8; w++) {
      code.store(state + w, RAX, 0);
      code.addRegister(RAX, STRIDE);
    }
    code.addNumber(WRITE, row());
    code.decrement(GROUP);
    code.jumpIfNotZero(nextGroup);
    code.zeroUpper();
    code.ret();
  }

  // ---- The compression -----------------------------------------------------------------------

  /// Seven rounds on the state, of which words 8 to 11 and 14 are set here; leaves the chaining
  /// values in words 0 to 7.
  private int compress() {
    int start = code.here();
    for (int w = 0; w < 4; w++) code.broadcast(state + 8 + w, WORK, word(IV + w));
    code.broadcast(state + 14, WORK, word(LENGTH));
    int[] words = new int[16];
    for (int w = 0; w < words.length; w++) words[w] = w;
    for (int round = 0; round < 7; round++) {
      mix(words, 0, 0);
      mix(words, 8, 1);
      int[] before = words.clone();
      for (int w = 0; w < words.length; w++) words[w] = before[PERMUTATION[w]];
    }
    for (int w = 0; w < 8; w++) code.xor(state + w, state + w, state + w + 8);
    code.ret();
    return start;
  }

  /// Four mixings side by side: of columns, or of diagonals if `turn` is 1.
  private void mix(int[] words, int from, int turn) {
    int[] a = four(0, 0);
    int[] b = four(4, turn);
    int[] c = four(8, 2 * turn);
    int[] d = four(12, 3 * turn);
    for (int half = 0; half < 2; half++) {
      for (int i = 0; i < 4; i++) addMessage(a[i], words[from + 2 * i + half]);
      for (int i = 0; i < 4; i++) code.add(a[i], a[i], b[i]);
      for (int i = 0; i < 4; i++) code.xor(d[i], d[i], a[i]);
      rotateRight(d, half == 0 ? 16 : 8);
      for (int i = 0; i < 4; i++) code.add(c[i], c[i], d[i]);
      for (int i = 0; i < 4; i++) code.xor(b[i], b[i], c[i]);
      rotateRight(b, half == 0 ? 12 : 7);
    }
  }

  private int[] four(int from, int turn) {
    int[] four = new int[4];
    for (int i = 0; i < 4; i++) four[i] = state + from + (i + turn) % 4;
    return four;
  }

  // ---- Places --------------------------------------------------------------------------------

  static int word(int number) {
    return number * Integer.BYTES;
  }

  final int row() {
    return lanes * Integer.BYTES;
  }

  final int row(int number) {
    return word(COUNTERS) + number * row();
  }

  // ---- The processor -------------------------------------------------------------------------

  /// Asks the processor what it can do, and the system what it keeps when it switches between
  /// processes: `CPUID` and `XGETBV` (Intel's manual, volume 2). Takes a workspace as the functions
  /// above do, and leaves there EBX and ECX of leaf 7, ECX of leaf 1, and the states.
  static X86Code features() {
    var code = new X86Code();
    code.octets(0x53); // PUSH RBX, which CPUID changes and a function may not
    code.octets(0x31, 0xc0, 0x31, 0xc9, 0x0f, 0xa2); // leaf 0: the highest there is
    code.octets(0x83, 0xf8, 0x07, 0x72, 0x39); // less than 7: to the end
    code.octets(0xb8, 0x07, 0x00, 0x00, 0x00, 0x31, 0xc9, 0x0f, 0xa2); // leaf 7
    code.storeWord(RBX, WORK, word(0));
    code.storeWord(RCX, WORK, word(1));
    code.octets(0xb8, 0x01, 0x00, 0x00, 0x00, 0x31, 0xc9, 0x0f, 0xa2); // leaf 1
    code.storeWord(RCX, WORK, word(2));
    code.octets(0x0f, 0xba, 0xe1, 0x1b, 0x73, 0x0c); // no OSXSAVE: to the end
    code.octets(0x31, 0xc9, 0x0f, 0x01, 0xd0); // XGETBV
    code.storeWord(RAX, WORK, word(3));
    code.octets(0x5b); // POP RBX
    code.ret();
    return code;
  }
}
