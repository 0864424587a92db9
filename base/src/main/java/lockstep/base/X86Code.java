package lockstep.base;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/// A piece of x86-64 machine code in the making: the few AVX2 and general instructions that
/// [Blake3Avx2Code] is made of, encoded as Intel's manual has them (volume 2, chapter 2 for the VEX
/// prefix and the addressing byte). Vector registers are numbers from 0 to 15, and always whole
/// (256 bits); an operand in memory is a base register and a distance in bytes.
public final class X86Code {
  // General registers.
  public static final int RAX = 0;
  public static final int RCX = 1;
  public static final int RDX = 2;
  static final int RBX = 3;
  public static final int RSI = 6;
  public static final int RDI = 7;
  public static final int R8 = 8;
  public static final int R9 = 9;
  public static final int R10 = 10;
  static final int R11 = 11;

  /// A vector instruction: opcode map, mandatory prefix, opcode and the prefix's bit W, which an
  /// instruction that is there in both widths has in the wide one.
  private record Op(int map, int prefix, int code, int w) {}

  private static final int MAP_0F = 1;
  private static final int MAP_0F38 = 2;
  private static final int MAP_0F3A = 3;
  private static final int NONE = 0;
  private static final int P66 = 1;
  private static final int PF3 = 2;

  private static final Op LOAD = new Op(MAP_0F, PF3, 0x6f, 0); // VMOVDQU
  private static final Op STORE = new Op(MAP_0F, PF3, 0x7f, 0);
  private static final Op BROADCAST = new Op(MAP_0F38, P66, 0x58, 0); // VPBROADCASTD
  private static final Op ADD = new Op(MAP_0F, P66, 0xfe, 0); // VPADDD
  private static final Op XOR = new Op(MAP_0F, P66, 0xef, 0); // VPXOR
  private static final Op OR = new Op(MAP_0F, P66, 0xeb, 0); // VPOR
  private static final Op SHIFT = new Op(MAP_0F, P66, 0x72, 0); // VPSRLD, VPSLLD
  private static final Op SHUFFLE = new Op(MAP_0F38, P66, 0x00, 0); // VPSHUFB
  private static final Op LOW_WORDS = new Op(MAP_0F, P66, 0x62, 0); // VPUNPCKLDQ
  private static final Op HIGH_WORDS = new Op(MAP_0F, P66, 0x6a, 0); // VPUNPCKHDQ
  private static final Op LOW_PAIRS = new Op(MAP_0F, P66, 0x6c, 1); // VPUNPCKLQDQ
  private static final Op HIGH_PAIRS = new Op(MAP_0F, P66, 0x6d, 1); // VPUNPCKHQDQ
  private static final Op HALVES = new Op(MAP_0F3A, P66, 0x46, 0); // VPERM2I128, 256 bits only
  private static final Op PAIRS = new Op(MAP_0F3A, P66, 0x00, 1); // VPERMQ
  private static final Op PICK = new Op(MAP_0F, NONE, 0xc6, 0); // VSHUFPS
  private static final Op QUARTERS = new Op(MAP_0F3A, P66, 0x43, 0); // VSHUFI32X4, 512 bits only
  private static final Op SELECT = new Op(MAP_0F38, P66, 0x76, 0); // VPERMI2D, 512 bits only

  private final ByteBuffer code = ByteBuffer.allocate(1 << 15).order(ByteOrder.LITTLE_ENDIAN);
  private final boolean wide;

  /// For code without vectors, or with those of 256 bits.
  public X86Code() {
    this(false);
  }

  /// @param wide whether vectors have 512 bits (AVX-512F) instead of 256 (AVX2)
  X86Code(boolean wide) {
    this.wide = wide;
  }

  /// Where the next instruction will stand.
  public int here() {
    return code.position();
  }

  public byte[] bytes() {
    return Arrays.copyOf(code.array(), code.position());
  }

  // ---- Vectors -------------------------------------------------------------------------------

  void load(int to, int base, int distance) {
    memory(LOAD, to, 0, base, distance);
  }

  void store(int from, int base, int distance) {
    memory(STORE, from, 0, base, distance);
  }

  /// Copies one 32-bit word of memory to all lanes.
  void broadcast(int to, int base, int distance) {
    memory(BROADCAST, to, 0, base, distance);
  }

  void add(int to, int a, int b) {
    registers(ADD, to, a, b);
  }

  void add(int to, int a, int base, int distance) {
    memory(ADD, to, a, base, distance);
  }

  void xor(int to, int a, int b) {
    registers(XOR, to, a, b);
  }

  void or(int to, int a, int b) {
    registers(OR, to, a, b);
  }

  void shiftRight(int to, int from, int bits) {
    registers(SHIFT, 2, to, from);
    octet(bits);
  }

  void shiftLeft(int to, int from, int bits) {
    registers(SHIFT, 6, to, from);
    octet(bits);
  }

  /// Of 512 bits only.
  void rotateRight(int to, int from, int bits) {
    registers(SHIFT, 0, to, from);
    octet(bits);
  }

  /// Puts the bytes of each quarter or half of a register in the order that stands in memory.
  void shuffle(int to, int from, int base, int distance) {
    memory(SHUFFLE, to, from, base, distance);
  }

  /// `a0 b0 a1 b1` of each 128 bits.
  void lowWords(int to, int a, int b) {
    registers(LOW_WORDS, to, a, b);
  }

  /// `a2 b2 a3 b3` of each 128 bits.
  void highWords(int to, int a, int b) {
    registers(HIGH_WORDS, to, a, b);
  }

  void lowPairs(int to, int a, int b) {
    registers(LOW_PAIRS, to, a, b);
  }

  void highPairs(int to, int a, int b) {
    registers(HIGH_PAIRS, to, a, b);
  }

  /// The lower halves of both.
  void lowHalves(int to, int a, int b) {
    registers(HALVES, to, a, b);
    octet(0x20);
  }

  /// The upper halves of both.
  void highHalves(int to, int a, int b) {
    registers(HALVES, to, a, b);
    octet(0x31);
  }

  /// The words with even numbers of both, those of `a` first.
  void evenWords(int to, int a, int b) {
    pick(to, a, b, 0x88);
  }

  /// The words with odd numbers of both, those of `a` first.
  void oddWords(int to, int a, int b) {
    pick(to, a, b, 0xdd);
  }

  /// Picks within each half, then brings the pairs of `a` together.
  private void pick(int to, int a, int b, int which) {
    registers(PICK, to, a, b);
    octet(which);
    registers(PAIRS, to, 0, to);
    octet(0xd8);
  }

  /// Of four quarters each: those with even numbers, those of `a` first.
  void evenQuarters(int to, int a, int b) {
    registers(QUARTERS, to, a, b);
    octet(0x88);
  }

  /// Of four quarters each: those with odd numbers, those of `a` first.
  void oddQuarters(int to, int a, int b) {
    registers(QUARTERS, to, a, b);
    octet(0xdd);
  }

  /// Replaces the numbers in `to` by the words of `a` and `b` that they name. Of 512 bits only.
  void select(int to, int a, int b) {
    registers(SELECT, to, a, b);
  }

  /// Other code is slow while the upper halves are in use.
  void zeroUpper() {
    octets(0xc5, 0xf8, 0x77);
  }

  // ---- General registers ---------------------------------------------------------------------

  /// Adds a 64-bit register to another.
  public void addRegister(int to, int from) {
    octets(0x48 | extend(from) << 2 | extend(to), 0x01, 0xc0 | (from & 7) << 3 | to & 7);
  }

  public void addNumber(int to, int number) {
    octets(0x48 | extend(to), 0x81, 0xc0 | to & 7);
    code.putInt(number);
  }

  public void move(int to, int from) {
    octets(0x48 | extend(from) << 2 | extend(to), 0x89, 0xc0 | (from & 7) << 3 | to & 7);
  }

  public void subtractRegister(int from, int what) {
    octets(0x48 | extend(what) << 2 | extend(from), 0x29, 0xc0 | (what & 7) << 3 | from & 7);
  }

  /// Compares the bits that two 64-bit registers have in common with zero.
  public void test(int a, int b) {
    octets(0x48 | extend(b) << 2 | extend(a), 0x85, 0xc0 | (b & 7) << 3 | a & 7);
  }

  /// Makes `to` twice what it was, and adds another register.
  public void doubleAndAdd(int to, int added) {
    octets(0x48 | extend(to) << 2 | extend(to) << 1 | extend(added), 0x8d);
    octets(0x04 | (to & 7) << 3, 1 << 6 | (to & 7) << 3 | added & 7); // LEA to, [added + 2 * to]
  }

  /// Reads a byte, as a number from 0 to 255.
  public void loadByte(int to, int base) {
    octets(0x40 | extend(to) << 2 | extend(base), 0x0f, 0xb6);
    address(to, base, 0);
  }

  public void loadLong(int to, int base, int distance) {
    octets(0x48 | extend(to) << 2 | extend(base), 0x8b);
    address(to, base, distance);
  }

  /// Reads a 64-bit word of an array by its number.
  public void loadElement(int to, int array, int number) {
    octets(0x48 | extend(to) << 2 | extend(number) << 1 | extend(array), 0x8b);
    octets(0x04 | (to & 7) << 3, 3 << 6 | (number & 7) << 3 | array & 7);
  }

  /// Clears the upper half of a register.
  void widen(int register) {
    octets(0x40 | extend(register) * 5, 0x89, 0xc0 | (register & 7) * 9);
  }

  /// A 32-bit number; the upper half is cleared.
  public void moveNumber(int to, int number) {
    octets(0x40 | extend(to), 0xb8 | to & 7);
    code.putInt(number);
  }

  /// Reads a 32-bit word; the upper half is cleared.
  void loadWord(int to, int base, int distance) {
    octets(0x40 | extend(to) << 2 | extend(base), 0x8b);
    address(to, base, distance);
  }

  void storeWord(int from, int base, int distance) {
    octets(0x40 | extend(from) << 2 | extend(base), 0x89);
    address(from, base, distance);
  }

  /// [#loadWord] if the last comparison found its operands equal.
  void loadWordIfEqual(int to, int base, int distance) {
    octets(0x40 | extend(to) << 2 | extend(base), 0x0f, 0x44);
    address(to, base, distance);
  }

  /// Compares the lower half of a register with a number from 0 to 127.
  void compare(int register, int number) {
    octets(0x40 | extend(register), 0x83, 0xf8 | register & 7, number);
  }

  public void decrementLong(int register) {
    octets(0x48 | extend(register), 0xff, 0xc8 | register & 7);
  }

  void decrement(int register) {
    octets(0x40 | extend(register), 0xff, 0xc8 | register & 7);
  }

  // ---- Control -------------------------------------------------------------------------------

  /// Goes on at `target` unless the last result was zero.
  public void jumpIfNotZero(int target) {
    octets(0x0f, 0x85);
    code.putInt(target - (here() + Integer.BYTES));
  }

  /// Goes on where [#land] will say if the last result was zero.
  public int jumpIfZero() {
    octets(0x0f, 0x84);
    code.putInt(0);
    return here();
  }

  /// This is where a jump leads.
  public void land(int jump) {
    code.putInt(jump - Integer.BYTES, here() - jump);
  }

  void call(int target) {
    octet(0xe8);
    code.putInt(target - (here() + Integer.BYTES));
  }

  public void ret() {
    octet(0xc3);
  }

  /// Instructions that are used once, as bytes.
  void octets(int... octets) {
    for (int each : octets) octet(each);
  }

  private void octet(int value) {
    code.put((byte) value);
  }

  // ---- Encoding ------------------------------------------------------------------------------

  private static int extend(int register) {
    return register >>> 3;
  }

  private void registers(Op op, int reg, int other, int rm) {
    prefix(op, reg, other, rm);
    octet(0xc0 | (reg & 7) << 3 | rm & 7);
  }

  private void memory(Op op, int reg, int other, int base, int distance) {
    prefix(op, reg, other, base);
    address(reg, base, distance);
  }

  /// The bits of register numbers from 8 on stand in the prefix, inverted.
  private void prefix(Op op, int reg, int other, int rm) {
    int high = (~reg >>> 3 & 1) << 7 | (~rm >>> 3 & 1) << 5 | op.map;
    int low = op.w << 7 | (~other & 15) << 3 | 1 << 2 | op.prefix;
    if (wide) {
      octets(
          0x62,
          high | (~rm >>> 4 & 1) << 6 | (~reg >>> 4 & 1) << 4,
          low,
          0b10 << 5 | (~other >>> 4 & 1) << 3,
          op.code);
    } else {
      octets(0xc4, high | 1 << 6, low, op.code);
    }
  }

  private void address(int reg, int base, int distance) {
    octet(0x80 | (reg & 7) << 3 | base & 7);
    code.putInt(distance);
  }
}
