package lockstep.recovery;

import java.lang.foreign.MemorySegment;
import lockstep.base.KernelCall;

/// The system calls of Linux that [LinuxDisk] needs, by number on x86-64 and on ARM64.
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
  SYNC_FILE_RANGE(277, 84),
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
  static final int O_DIRECTORY = KernelCall.here(0200000, 040000);
  static final int O_NOFOLLOW = KernelCall.here(0400000, 0100000);

  static final int RESOLVE_NO_MAGICLINKS = 0x02;
  static final int RESOLVE_NO_SYMLINKS = 0x04;
  static final int RESOLVE_BENEATH = 0x08;

  static final int SYNC_FILE_RANGE_WRITE = 2;

  static final int RENAME_NOREPLACE = 1;
  static final int RENAME_EXCHANGE = 2;

  private final long number;

  SystemCall(int x86, int arm) {
    this.number = KernelCall.here(x86, arm);
  }

  /// Calls the kernel; arguments that are pointers must outlive the call.
  ///
  /// @return what the call returned, or the negative [Errno]
  long call(Scratch scratch, long a, long b, long c, long d, long e, long f) {
    MemorySegment state = scratch.callState();
    long result;
    do {
      result = KernelCall.invoke(state, number, a, b, c, d, e, f);
    } while (result == -Errno.EINTR && this != CLOSE);
    return result;
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
}
