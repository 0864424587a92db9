package lockstep.base;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/// Linux's system calls by number, through the C library's `syscall`.
///
/// The whole process shares one native handle: to bind a function costs a start some ten
/// milliseconds for each type of function that was not bound before.
///
/// Thread-safe. Nothing here checks what is handed to the kernel: that is for its few callers.
public final class KernelCall {
  /// Room for the error number of one call.
  public static final long STATE_BYTES = Linker.Option.captureStateLayout().byteSize();

  private static final boolean IS_ARM = System.getProperty("os.arch", "").equals("aarch64");

  private KernelCall() {}

  /// Whether this is Linux on x86-64 or ARM64, and native access is not forbidden.
  public static boolean isAvailable() {
    return System.getProperty("os.name", "").equals("Linux")
        && (IS_ARM || System.getProperty("os.arch", "").equals("amd64"))
        && isAllowed();
  }

  private static boolean isAllowed() {
    try {
      return Handle.SYSCALL.type().parameterCount() > 0;
    } catch (LinkageError e) {
      return false; // its initialiser was refused by `--illegal-native-access=deny`
    }
  }

  /// Of two numbers, or flags, that an architecture gives to the same thing: the one of this
  /// computer.
  public static int here(int x86, int arm) {
    return IS_ARM ? arm : x86;
  }

  /// Calls the kernel; arguments that are pointers must outlive the call.
  ///
  /// @param state native memory of [#STATE_BYTES], aligned to eight bytes, of this call alone
  /// @return what the call returned, or the negative error number
  public static long invoke(
      MemorySegment state, long number, long a, long b, long c, long d, long e, long f) {
    long result;
    try {
      result = (long) Handle.SYSCALL.invokeExact(state, number, a, b, c, d, e, f);
    } catch (Throwable t) {
      throw new AssertionError("a downcall throws nothing", t);
    }
    return result < 0 ? -state.get(JAVA_INT, 0) : result;
  }

  /// Bound at the first call.
  private static final class Handle {
    static final MethodHandle SYSCALL = bind();

    private static MethodHandle bind() {
      Linker linker = Linker.nativeLinker();
      return linker.downcallHandle(
          linker.defaultLookup().findOrThrow("syscall"),
          FunctionDescriptor.of(
              JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG,
              JAVA_LONG),
          Linker.Option.captureCallState("errno"),
          Linker.Option.firstVariadicArg(1));
    }
  }
}
