package lockstep.base;

/// With AVX-512: sixteen lanes. The message stands in registers 0 to 15, the state in 16 to 31.
final class Blake3Avx512Code extends Blake3Code {
  static final int LANES = 16;

  private static final int STATE = 16;

  Blake3Avx512Code() {
    super(LANES, STATE);
  }

  /// Of two vectors side by side, the words with even numbers.
  @Override
  int constantA(int lane) {
    return 2 * lane;
  }

  /// Of two vectors side by side, the words with odd numbers.
  @Override
  int constantB(int lane) {
    return 2 * lane + 1;
  }

  @Override
  void transpose() {
    loadByFours(0);
    for (int w = 0; w < 4; w++) {
      code.evenQuarters(16 + w, w, 4 + w);
      code.oddQuarters(20 + w, w, 4 + w);
      code.evenQuarters(24 + w, 8 + w, 12 + w);
      code.oddQuarters(28 + w, 8 + w, 12 + w);
    }
    for (int w = 0; w < 4; w++) {
      code.evenQuarters(w, 16 + w, 24 + w);
      code.evenQuarters(4 + w, 20 + w, 28 + w);
      code.oddQuarters(8 + w, 16 + w, 24 + w);
      code.oddQuarters(12 + w, 20 + w, 28 + w);
    }
  }

  @Override
  void pair(int w, int at) {
    code.load(STATE, at, 0);
    code.load(STATE + 1, at, row());
    code.load(w, WORK, row(CONSTANT_A));
    code.load(w + 8, WORK, row(CONSTANT_B));
    code.select(w, STATE, STATE + 1);
    code.select(w + 8, STATE, STATE + 1);
  }

  @Override
  void addMessage(int register, int word) {
    code.add(register, register, word);
  }

  @Override
  void rotateRight(int[] registers, int bits) {
    for (int each : registers) code.rotateRight(each, each, bits);
  }
}
