package lockstep.sync;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/// The C functions that [Inotify] stands on, as their manual pages have them; each but `close`
/// leaves the error number in its first argument.
final class InotifyCalls {
  /// Of the memory that an error number is left in.
  static final StructLayout ERRNO = Linker.Option.captureStateLayout();

  private static final VarHandle ERRNO_VALUE =
      ERRNO.varHandle(MemoryLayout.PathElement.groupElement("errno"));

  private static final MethodHandle INOTIFY_INIT = find("inotify_init1", JAVA_INT, JAVA_INT);
  private static final MethodHandle ADD_WATCH =
      find("inotify_add_watch", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT);
  private static final MethodHandle REMOVE_WATCH =
      find("inotify_rm_watch", JAVA_INT, JAVA_INT, JAVA_INT);
  private static final MethodHandle EVENTFD = find("eventfd", JAVA_INT, JAVA_INT, JAVA_INT);
  private static final MethodHandle EVENTFD_WRITE =
      find("eventfd_write", JAVA_INT, JAVA_INT, JAVA_LONG);
  private static final MethodHandle POLL = find("poll", JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT);
  private static final MethodHandle READ = find("read", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG);
  private static final MethodHandle OPENAT = find("openat", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT);
  private static final MethodHandle CLOSE =
      Linker.nativeLinker()
          .downcallHandle(
              Linker.nativeLinker().defaultLookup().findOrThrow("close"),
              FunctionDescriptor.of(JAVA_INT, JAVA_INT));

  private InotifyCalls() {}

  private static MethodHandle find(String name, MemoryLayout result, MemoryLayout... arguments) {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(
        linker.defaultLookup().findOrThrow(name),
        FunctionDescriptor.of(result, arguments),
        Linker.Option.captureCallState("errno"));
  }

  /// The error number that a failed call left.
  static int value(MemorySegment errno) {
    return (int) ERRNO_VALUE.get(errno, 0L);
  }

  static int inotifyInit(MemorySegment errno, int flags) {
    try {
      return (int) INOTIFY_INIT.invokeExact(errno, flags);
    } catch (Throwable e) {
      throw new AssertionError(e); // a C function throws nothing
    }
  }

  static int addWatch(MemorySegment errno, int instance, MemorySegment path, int mask) {
    try {
      return (int) ADD_WATCH.invokeExact(errno, instance, path, mask);
    } catch (Throwable e) {
      throw new AssertionError(e); // a C function throws nothing
    }
  }

  static int removeWatch(MemorySegment errno, int instance, int descriptor) {
    try {
      return (int) REMOVE_WATCH.invokeExact(errno, instance, descriptor);
    } catch (Throwable e) {
      throw new AssertionError(e); // a C function throws nothing
    }
  }

  static int eventfd(MemorySegment errno, int initial, int flags) {
    try {
      return (int) EVENTFD.invokeExact(errno, initial, flags);
    } catch (Throwable e) {
      throw new AssertionError(e); // a C function throws nothing
    }
  }

  static int eventfdWrite(MemorySegment errno, int file, long value) {
    try {
      return (int) EVENTFD_WRITE.invokeExact(errno, file, value);
    } catch (Throwable e) {
      throw new AssertionError(e); // a C function throws nothing
    }
  }

  static int poll(MemorySegment errno, MemorySegment polled, long count, int timeoutMillis) {
    try {
      return (int) POLL.invokeExact(errno, polled, count, timeoutMillis);
    } catch (Throwable e) {
      throw new AssertionError(e); // a C function throws nothing
    }
  }

  static long read(MemorySegment errno, int file, MemorySegment buffer, long length) {
    try {
      return (long) READ.invokeExact(errno, file, buffer, length);
    } catch (Throwable e) {
      throw new AssertionError(e); // a C function throws nothing
    }
  }

  static int openat(MemorySegment errno, int directory, MemorySegment path, int flags) {
    try {
      return (int) OPENAT.invokeExact(errno, directory, path, flags);
    } catch (Throwable e) {
      throw new AssertionError(e); // a C function throws nothing
    }
  }

  static int close(int file) {
    try {
      return (int) CLOSE.invokeExact(file);
    } catch (Throwable e) {
      throw new AssertionError(e); // a C function throws nothing
    }
  }
}
