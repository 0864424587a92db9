package lockstep.base;

/// With AVX2: eight lanes. The state takes all sixteen registers; the message stands in memory.
final class Blake3Avx2Code extends Blake3Code {
  static final int LANES = 8;

  Blake3Avx2Code() {
    super(LANES, 0);
  }

  /// The order of bytes that rotates each word by 16 bits.
  @Override
  int constantA(int lane) {
    return 0x01000302 + lane % 4 * 0x04040404;
  }

  /// The order of bytes that rotates each word by 8 bits.
  @Override
  int constantB(int lane) {
    return 0x00030201 + lane % 4 * 0x04040404;
  }

  @Override
  void transpose() {
    transposeHalf(0);
    transposeHalf(8);
  }

  private void transposeHalf(int word) {
    loadByFours(word);
    for (int w = 0; w < 4; w++) {
      code.lowHalves(8 + w, w, w + 4);
      code.highHalves(12 + w, w, w + 4);
    }
    for (int w = 0; w < LANES; w++) code.store(8 + w, WORK, row(MESSAGE + word + w));
  }

  @Override
  void pair(int w, int at) {
    code.load(0, at, 0);
    code.load(1, at, row());
    code.evenWords(2, 0, 1);
    code.oddWords(3, 0, 1);
    code.store(2, WORK, row(MESSAGE + w));
    code.store(3, WORK, row(MESSAGE + w + 8));
  }

  @Override
  void addMessage(int register, int word) {
    code.add(register, register, WORK, row(MESSAGE + word));
  }

  /// By shuffles of bytes where they do; else by two shifts, for which one of the four registers
  /// that are not needed at that moment makes room.
  @Override
  void rotateRight(int[] registers, int bits) {
    if (bits % Byte.SIZE == 0) {
      int order = row(bits == 16 ? CONSTANT_A : CONSTANT_B);
      for (int each : registers) code.shuffle(each, each, WORK, order);
      return;
    }
    code.store(0, WORK, row(SPILL));
    for (int each : registers) {
      code.shiftLeft(0, each, Integer.SIZE - bits);
      code.shiftRight(each, each, bits);
      code.or(each, each, 0);
    }
    code.load(0, WORK, row(SPILL));
  }
}
