package lockstep.recovery;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/// The system calls of Linux that [LinuxDisk] needs, by number on x86-64 and on ARM64.
///
/// All go through the C library's `syscall`, so that one native handle serves them all: binding
/// each function by name costs a few milliseconds apiece at start.
enum SystemCall {
  CLOSE(3, 57),
  COPY_FILE_RANGE(326, 285),
  FCHMOD(91, 52),
  FCHMODAT(268, 53),
  FCNTL(72, 25),
  FSTATFS(138, 44),
  FSYNC(74, 82),
  FTRUNCATE(77, 46),
  GETDENTS64(217, 61),
  LINKAT(265, 37),
  MKDIRAT(258, 34),
  OPENAT2(437, 437),
  PREAD64(17, 67),
  PWRITE64(18, 68),
  READLINKAT(267, 78),
  RENAMEAT2(316, 276),
  STATX(332, 291),
  SYMLINKAT(266, 36),
  SYNCFS(306, 267),
  UNLINKAT(263, 35),
  UTIMENSAT(280, 88);

  static final int AT_FDCWD = -100;
  static final int AT_SYMLINK_NOFOLLOW = 0x100;
  static final int AT_REMOVEDIR = 0x200;
  static final int AT_NO_AUTOMOUNT = 0x800;
  static final int AT_EMPTY_PATH = 0x1000;

  static final int F_SETSIG = 10;
  static final int F_SETLEASE = 1024;
  static final int F_RDLCK = 0;
  static final int F_UNLCK = 2;

  /// A signal that a process ignores unless it asks for it.
  static final int SIGURG = 23;

  static final int O_RDONLY = 0;
  static final int O_RDWR = 02;
  static final int O_CREAT = 0100;
  static final int O_EXCL = 0200;
  static final int O_NONBLOCK = 04000;
  static final int O_CLOEXEC = 02000000;
  static final int O_PATH = 010000000;
  static final int O_DIRECTORY = isArm() ? 040000 : 0200000;
  static final int O_NOFOLLOW = isArm() ? 0100000 : 0400000;

  static final int RESOLVE_NO_MAGICLINKS = 0x02;
  static final int RESOLVE_NO_SYMLINKS = 0x04;
  static final int RESOLVE_BENEATH = 0x08;

  static final int RENAME_NOREPLACE = 1;
  static final int RENAME_EXCHANGE = 2;

  private final long number;

  SystemCall(int x86, int arm) {
    this.number = isArm() ? arm : x86;
  }

  /// Whether the numbers above are those of this computer, and native access is not forbidden.
  static boolean isUsable() {
    String architecture = System.getProperty("os.arch", "");
    return System.getProperty("os.name", "").equals("Linux")
        && (architecture.equals("amd64") || architecture.equals("aarch64"))
        && isAllowed();
  }

  private static boolean isAllowed() {
    try {
      return Handle.SYSCALL.type().parameterCount() > 0;
    } catch (LinkageError e) {
      return false; // its initialiser was refused by `--illegal-native-access=deny`
    }
  }

  private static boolean isArm() {
    return System.getProperty("os.arch", "").equals("aarch64");
  }

  /// Calls the kernel; arguments that are pointers must outlive the call.
  ///
  /// @return what the call returned, or the negative [Errno]
  long call(Scratch scratch, long a, long b, long c, long d, long e, long f) {
    MemorySegment state = scratch.callState();
    long result;
    do {
      result = invoke(state, number, a, b, c, d, e, f);
    } while (result < 0 && state.get(JAVA_INT, 0) == Errno.EINTR && this != CLOSE);
    return result < 0 ? -state.get(JAVA_INT, 0) : result;
  }

  long call(Scratch scratch, long a, long b, long c, long d, long e) {
    return call(scratch, a, b, c, d, e, 0);
  }

  long call(Scratch scratch, long a, long b, long c, long d) {
    return call(scratch, a, b, c, d, 0, 0);
  }

  long call(Scratch scratch, long a, long b, long c) {
    return call(scratch, a, b, c, 0, 0, 0);
  }

  long call(Scratch scratch, long a, long b) {
    return call(scratch, a, b, 0, 0, 0, 0);
  }

  long call(Scratch scratch, long a) {
    return call(scratch, a, 0, 0, 0, 0, 0);
  }

  private static long invoke(
      MemorySegment state, long number, long a, long b, long c, long d, long e, long f) {
    try {
      return (long) Handle.SYSCALL.invokeExact(state, number, a, b, c, d, e, f);
    } catch (Throwable t) {
      throw new AssertionError("a downcall throws nothing", t);
    }
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
