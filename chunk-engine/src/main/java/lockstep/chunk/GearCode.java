package lockstep.chunk;

import static lockstep.base.X86Code.R10;
import static lockstep.base.X86Code.R8;
import static lockstep.base.X86Code.R9;
import static lockstep.base.X86Code.RAX;
import static lockstep.base.X86Code.RCX;
import static lockstep.base.X86Code.RDI;
import static lockstep.base.X86Code.RDX;
import static lockstep.base.X86Code.RSI;

import java.lang.foreign.MemorySegment;
import java.util.Objects;
import java.util.Optional;
import lockstep.base.MachineCode;
import lockstep.base.X86Code;

/// The loop of [FastCdc] as [MachineCode], where this computer can run it. A file is cut on the way
/// to its first synchronisation, when nothing is compiled yet; and the JVM's quick compiler, which
/// is all that a daemon uses there, makes a third of the speed of it.
final class GearCode {
  private static final int READ = RDI;
  private static final int GEAR = RDX;
  private static final int WORK = RCX;
  private static final int START = R8;
  private static final int MASK = R9;
  private static final int LEFT = R10;
  private static final int HASH = RAX;
  private static final int NEXT = RSI;

  private final MachineCode code;

  private GearCode(MachineCode code) {
    this.code = code;
  }

  static Optional<GearCode> find() {
    return MachineCode.of(code()).map(GearCode::new);
  }

  /// Rolls over `strict` bytes from `from`, then over `loose` more, until the hash has none of the
  /// bits of the mask that holds there.
  ///
  /// @param gear 256 numbers
  /// @return how many bytes were rolled over, the last of which is where a cut falls, if one does
  int roll(
      byte[] bytes, int from, int strict, long strictMask, int loose, long looseMask, long[] gear) {
    Objects.checkFromIndexSize(from, strict + loose, bytes.length);
    Objects.checkFromIndexSize(0, 256, gear.length);
    long[] work = {strictMask, strict, looseMask, loose};
    return (int)
        code.call(
            0,
            MemorySegment.ofArray(bytes),
            from,
            MemorySegment.ofArray(gear),
            0,
            MemorySegment.ofArray(work),
            0);
  }

  private static X86Code code() {
    var code = new X86Code();
    code.addRegister(READ, RSI);
    code.move(WORK, R8);
    code.move(START, READ);
    code.moveNumber(HASH, 0);
    int strict = roll(code, 0);
    int loose = roll(code, 2 * Long.BYTES);
    code.land(strict);
    code.land(loose);
    code.move(RAX, READ);
    code.subtractRegister(RAX, START);
    code.ret();
    return code;
  }

  /// @param from where in the workspace a mask stands, and behind it the number of bytes
  /// @return the jump that is taken where a cut falls
  private static int roll(X86Code code, int from) {
    code.loadLong(MASK, WORK, from);
    code.loadLong(LEFT, WORK, from + Long.BYTES);
    code.test(LEFT, LEFT);
    int none = code.jumpIfZero();
    int loop = code.here();
    code.loadByte(NEXT, READ);
    code.addNumber(READ, 1);
    code.loadElement(NEXT, GEAR, NEXT);
    code.doubleAndAdd(HASH, NEXT);
    code.test(HASH, MASK);
    int cut = code.jumpIfZero();
    code.decrementLong(LEFT);
    code.jumpIfNotZero(loop);
    code.land(none);
    return cut;
  }
}
