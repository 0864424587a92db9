package lockstep.base;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/// Functions in machine code of our own ([X86Code]), on Linux on x86-64: at full speed from the
/// first call, where what the JVM makes of Java is slow until it is compiled. See
/// docs/decisions/0029-machine-code.md. Thread-safe.
///
/// A function may read and write nothing but the arrays that it is lent, whose bounds its caller
/// has to check, and may change only registers that the system's calling convention leaves to it.
/// It holds off the garbage collector, so it has to return soon.
public final class MachineCode {
  private static final long MMAP = 9;
  private static final long MPROTECT = 10;
  private static final int PROT_READ = 1;
  private static final int PROT_WRITE = 2;
  private static final int PROT_EXEC = 4;
  private static final int MAP_PRIVATE = 2;
  private static final int MAP_ANONYMOUS = 0x20;

  private final long address;

  private MachineCode(long address) {
    this.address = address;
  }

  /// Makes code ready to be run, for as long as the process lives.
  ///
  /// @return empty where it cannot be run, or native access is forbidden
  public static Optional<MachineCode> of(X86Code code) {
    boolean here = KernelCall.isAvailable() && System.getProperty("os.arch", "").equals("amd64");
    if (!here) return Optional.empty();
    long address = place(code.bytes());
    return address < 0 ? Optional.empty() : Optional.of(new MachineCode(address));
  }

  /// Copies it to memory that can be written first and run afterwards, never both.
  ///
  /// @return its address, or a negative error number
  private static long place(byte[] code) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(KernelCall.STATE_BYTES, Long.BYTES);
      int mapping = MAP_PRIVATE | MAP_ANONYMOUS;
      long address =
          KernelCall.invoke(state, MMAP, 0, code.length, PROT_READ | PROT_WRITE, mapping, -1, 0);
      if (address < 0) return address;
      MemorySegment.ofAddress(address)
          .reinterpret(code.length)
          .copyFrom(MemorySegment.ofArray(code));
      int use = PROT_READ | PROT_EXEC;
      long result = KernelCall.invoke(state, MPROTECT, address, code.length, use, 0, 0, 0);
      return result < 0 ? result : address;
    }
  }

  /// Calls the function at a place of the code. It finds the arguments in RDI, RSI, RDX, RCX, R8
  /// and the lower half of R9; arrays are lent in place.
  ///
  /// @return what it leaves in RAX
  public long call(
      int place, MemorySegment a, long b, MemorySegment c, long d, MemorySegment e, int f) {
    try {
      return (long)
          Handle.CALL.invokeExact(
              MemorySegment.ofAddress(address + place),
              a,
              MemorySegment.ofAddress(b),
              c,
              MemorySegment.ofAddress(d),
              e,
              f);
    } catch (RuntimeException | Error wrong) {
      throw wrong;
    } catch (Throwable t) {
      throw new AssertionError("machine code throws nothing", t);
    }
  }

  /// Bound at the first call, where that is allowed.
  private static final class Handle {
    /// Of the type that OpenSSL's functions have, too: each further one costs a start some time.
    static final MethodHandle CALL =
        Linker.nativeLinker()
            .downcallHandle(
                FunctionDescriptor.of(
                    JAVA_LONG, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS, JAVA_INT),
                Linker.Option.critical(true));
  }
}
