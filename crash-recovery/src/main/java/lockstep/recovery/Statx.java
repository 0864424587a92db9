package lockstep.recovery;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import lockstep.base.Disk;

/// The call `statx` and its result (`struct statx`, uapi/linux/stat.h).
final class Statx {
  private static final int BASIC_STATS = 0x7ff;
  private static final int LINKS = 16;
  private static final int MODE = 28;
  private static final int INODE = 32;
  private static final int SIZE = 40;
  private static final int CHANGED = 96;
  private static final int MODIFIED = 112;
  private static final int DEVICE_MAJOR = 136;
  private static final int DEVICE_MINOR = 140;
  private static final long NANOS_PER_SECOND = 1_000_000_000L;

  private Statx() {}

  /// Asks about `name` in a directory; links are not followed.
  ///
  /// @param name address of a C string
  /// @return 0, with the answer in the scratch's structure, or a negative error number
  static long ask(Scratch scratch, int directory, long name, int flags) {
    int all = SystemCall.AT_SYMLINK_NOFOLLOW | SystemCall.AT_NO_AUTOMOUNT | flags;
    long answer = scratch.struct().address();
    return SystemCall.STATX.call(scratch, directory, name, all, BASIC_STATS, answer);
  }

  /// What an open descriptor refers to.
  static Disk.Stat of(Scratch scratch, int descriptor, String shownAs) throws IOException {
    long empty = scratch.path(new byte[0], 0, 0);
    long result = ask(scratch, descriptor, empty, SystemCall.AT_EMPTY_PATH);
    if (result < 0) {
      throw Errno.exception(result, shownAs);
    }
    return answer(scratch);
  }

  /// The answer to the last [#ask].
  static Disk.Stat answer(Scratch scratch) {
    MemorySegment stat = scratch.struct();
    int mode = Short.toUnsignedInt(stat.get(JAVA_SHORT, MODE));
    Disk.Kind kind = kind(mode);
    return new Disk.Stat(
        kind,
        kind == Disk.Kind.FILE ? stat.get(JAVA_LONG, SIZE) : 0,
        time(stat, MODIFIED),
        time(stat, CHANGED),
        mode & 07777,
        (long) stat.get(JAVA_INT, DEVICE_MAJOR) << 32
            | Integer.toUnsignedLong(stat.get(JAVA_INT, DEVICE_MINOR)),
        stat.get(JAVA_LONG, INODE),
        stat.get(JAVA_INT, LINKS));
  }

  private static long time(MemorySegment stat, int offset) {
    return stat.get(JAVA_LONG, offset) * NANOS_PER_SECOND + stat.get(JAVA_INT, offset + 8);
  }

  /// What the file type bits of a Unix mode say.
  static Disk.Kind kind(int mode) {
    return switch (mode & 0170000) {
      case 0100000 -> Disk.Kind.FILE;
      case 0040000 -> Disk.Kind.DIRECTORY;
      case 0120000 -> Disk.Kind.SYMLINK;
      default -> Disk.Kind.OTHER;
    };
  }
}
