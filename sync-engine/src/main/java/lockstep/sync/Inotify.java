package lockstep.sync;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// One inotify instance (inotify(7)) with an eventfd(2) that ends waiting for it. Knows the system
/// calls and nothing of what the events mean.
///
/// [#await] and [#read] belong to one thread; of the others one may run at a time. Nothing may be
/// called during or after [#close], for the numbers of closed descriptors are given to other files.
final class Inotify implements AutoCloseable {
  static final int MODIFY = 0x2;
  static final int ATTRIB = 0x4;
  static final int CLOSE_WRITE = 0x8;
  static final int MOVED_FROM = 0x40;
  static final int MOVED_TO = 0x80;
  static final int CREATE = 0x100;
  static final int DELETE = 0x200;
  static final int DELETE_SELF = 0x400;
  static final int MOVE_SELF = 0x800;
  static final int UNMOUNT = 0x2000;
  static final int Q_OVERFLOW = 0x4000;
  static final int IGNORED = 0x8000;
  static final int ONLYDIR = 0x1000000;
  static final int DONT_FOLLOW = 0x2000000;
  static final int EXCL_UNLINK = 0x4000000;
  static final int IS_DIRECTORY = 0x40000000;

  static final int EMFILE = 24;
  static final int ENOSPC = 28;

  private static final int EINTR = 4;
  private static final int EAGAIN = 11;
  private static final int NONBLOCK_CLOEXEC = 0x80800;
  private static final int O_PATH_CLOEXEC = 0x280000;
  private static final short POLLIN = 1;
  private static final int EVENT_HEADER_BYTES = 16;
  private static final int BUFFER_BYTES = 1 << 16;

  /// Longest path that the kernel takes at once, without its NUL.
  private static final int PATH_BYTES_MAX = 4095;

  /// How waiting ended.
  enum Awaited {
    EVENTS,
    TIMEOUT,
    WOKEN
  }

  /// @param name of the entry of the watched directory; empty if the event is about itself
  record Event(int descriptor, int mask, int cookie, String name) {
    boolean is(int bits) {
      return (mask & bits) != 0;
    }
  }

  /// A system call said no.
  static final class Refused extends IOException {
    final int errno;

    Refused(String call, int errno) {
      super(call + " failed with errno " + errno);
      this.errno = errno;
    }
  }

  private final Arena arena = Arena.ofShared();
  private final MemorySegment readerErrno = arena.allocate(InotifyCalls.ERRNO);
  private final MemorySegment errno = arena.allocate(InotifyCalls.ERRNO);
  private final MemorySegment polled = arena.allocate(16, 8);
  private final MemorySegment buffer = arena.allocate(BUFFER_BYTES, 8);
  private final ByteBuffer bytes = buffer.asByteBuffer().order(ByteOrder.nativeOrder());
  private final CharsetDecoder utf8 = StandardCharsets.UTF_8.newDecoder();
  private final int events;
  private final int waker;

  Inotify() throws Refused {
    events = check("inotify_init1", InotifyCalls.inotifyInit(errno, NONBLOCK_CLOEXEC), errno);
    waker = check("eventfd", InotifyCalls.eventfd(errno, 0, NONBLOCK_CLOEXEC), errno);
    polled.set(JAVA_INT, 0, events);
    polled.set(JAVA_SHORT, 4, POLLIN);
    polled.set(JAVA_INT, 8, waker);
    polled.set(JAVA_SHORT, 12, POLLIN);
  }

  /// Whether this platform has inotify.
  static boolean isHere() {
    return System.getProperty("os.name", "").equals("Linux");
  }

  /// Watches a directory, and answers the descriptor of its watch: the one it has if it was watched
  /// before.
  ///
  /// @param path absolute, UTF-8, of any length
  int add(byte[] path, int mask) throws Refused {
    try (Arena call = Arena.ofConfined()) {
      if (path.length <= PATH_BYTES_MAX) {
        return addHere(cString(call, path, 0, path.length), mask);
      }
      int directory = openInSteps(call, path);
      try {
        byte[] link = ("/proc/self/fd/" + directory).getBytes(StandardCharsets.US_ASCII);
        return addHere(cString(call, link, 0, link.length), mask & ~DONT_FOLLOW);
      } finally {
        InotifyCalls.close(directory);
      }
    }
  }

  private int addHere(MemorySegment path, int mask) throws Refused {
    return check("inotify_add_watch", InotifyCalls.addWatch(errno, events, path, mask), errno);
  }

  /// Opens a path that is too long for one call, from one directory to the next.
  private int openInSteps(Arena call, byte[] path) throws Refused {
    int at = open(call, -1, path, 0, 1);
    for (int start = 1; start < path.length; ) {
      int end = Math.min(path.length, start + PATH_BYTES_MAX);
      while (end < path.length && path[end] != '/') {
        end--;
      }
      try {
        int next = open(call, at, path, start, end);
        InotifyCalls.close(at);
        at = next;
      } catch (Refused e) {
        InotifyCalls.close(at);
        throw e;
      }
      start = end + 1;
    }
    return at;
  }

  private int open(Arena call, int directory, byte[] path, int start, int end) throws Refused {
    MemorySegment name = cString(call, path, start, end - start);
    return check("openat", InotifyCalls.openat(errno, directory, name, O_PATH_CLOEXEC), errno);
  }

  /// Ends a watch; an [#IGNORED] event follows.
  void remove(int descriptor) {
    InotifyCalls.removeWatch(errno, events, descriptor);
  }

  /// Ends the present or next [#await].
  void wake() {
    InotifyCalls.eventfdWrite(errno, waker, 1);
  }

  /// Waits for events.
  ///
  /// @param timeoutMillis -1 for as long as it takes
  Awaited await(int timeoutMillis) throws Refused {
    int count = InotifyCalls.poll(readerErrno, polled, 2, timeoutMillis);
    if (count < 0 && InotifyCalls.value(readerErrno) == EINTR) {
      return Awaited.EVENTS;
    }
    check("poll", count, readerErrno);
    if (polled.get(JAVA_SHORT, 14) != 0) {
      return Awaited.WOKEN;
    }
    return count == 0 ? Awaited.TIMEOUT : Awaited.EVENTS;
  }

  /// Takes what events there are, without waiting. Those about names that are no UTF-8 are left
  /// out: such a name is never synced.
  List<Event> read() throws Refused {
    long length = InotifyCalls.read(readerErrno, events, buffer, BUFFER_BYTES);
    if (length < 0) {
      int error = InotifyCalls.value(readerErrno);
      if (error == EAGAIN || error == EINTR) {
        return List.of();
      }
      throw new Refused("read of inotify events", error);
    }
    List<Event> taken = new ArrayList<>();
    int position = 0;
    while (position < length) {
      position = decode(position, taken);
    }
    return taken;
  }

  private int decode(int at, List<Event> taken) {
    int nameStart = at + EVENT_HEADER_BYTES;
    int end = nameStart + bytes.getInt(at + 12);
    int nameEnd = nameStart;
    while (nameEnd < end && bytes.get(nameEnd) != 0) {
      nameEnd++;
    }
    try {
      String name = utf8.decode(bytes.slice(nameStart, nameEnd - nameStart)).toString();
      taken.add(new Event(bytes.getInt(at), bytes.getInt(at + 4), bytes.getInt(at + 8), name));
    } catch (CharacterCodingException _) {
      // Nothing that could be synced.
    }
    return end;
  }

  @Override
  public void close() {
    InotifyCalls.close(events);
    InotifyCalls.close(waker);
    arena.close();
  }

  private static MemorySegment cString(Arena arena, byte[] bytes, int start, int length) {
    MemorySegment string = arena.allocate(length + 1L);
    MemorySegment.copy(bytes, start, string, JAVA_BYTE, 0, length);
    return string;
  }

  private static int check(String call, int result, MemorySegment errno) throws Refused {
    if (result < 0) {
      throw new Refused(call, InotifyCalls.value(errno));
    }
    return result;
  }
}
