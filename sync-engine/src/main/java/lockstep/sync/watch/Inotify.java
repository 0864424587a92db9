package lockstep.sync.watch;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;
import static lockstep.sync.watch.Inotify.Call.ADD_WATCH;
import static lockstep.sync.watch.Inotify.Call.CLOSE;
import static lockstep.sync.watch.Inotify.Call.EVENTFD;
import static lockstep.sync.watch.Inotify.Call.INIT;
import static lockstep.sync.watch.Inotify.Call.OPENAT;
import static lockstep.sync.watch.Inotify.Call.PPOLL;
import static lockstep.sync.watch.Inotify.Call.READ;
import static lockstep.sync.watch.Inotify.Call.REMOVE_WATCH;
import static lockstep.sync.watch.Inotify.Call.WRITE;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import lockstep.base.KernelCall;

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

    Refused(Call call, int errno) {
      super("inotify: " + call + " failed with errno " + errno);
      this.errno = errno;
    }
  }

  private final Arena arena = Arena.ofShared();
  private final MemorySegment readerState = arena.allocate(KernelCall.STATE_BYTES, Long.BYTES);
  private final MemorySegment state = arena.allocate(KernelCall.STATE_BYTES, Long.BYTES);
  private final MemorySegment polled = arena.allocate(16, Long.BYTES);
  private final MemorySegment timeout = arena.allocate(16, Long.BYTES);
  private final MemorySegment one = arena.allocateFrom(JAVA_LONG, 1);
  private final MemorySegment buffer = arena.allocate(BUFFER_BYTES, 8);
  private final ByteBuffer bytes = buffer.asByteBuffer().order(ByteOrder.nativeOrder());
  private final CharsetDecoder utf8 = StandardCharsets.UTF_8.newDecoder();
  private final int events;
  private final int waker;

  Inotify() throws Refused {
    events = (int) INIT.call(state, NONBLOCK_CLOEXEC);
    waker = (int) EVENTFD.call(state, 0, NONBLOCK_CLOEXEC);
    polled.set(JAVA_INT, 0, events);
    polled.set(JAVA_SHORT, 4, POLLIN);
    polled.set(JAVA_INT, 8, waker);
    polled.set(JAVA_SHORT, 12, POLLIN);
  }

  /// Whether this platform has inotify.
  static boolean isHere() {
    return KernelCall.isAvailable();
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
        close(directory);
      }
    }
  }

  private int addHere(MemorySegment path, int mask) throws Refused {
    return (int) ADD_WATCH.call(state, events, path.address(), mask);
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
        close(at);
        at = next;
      } catch (Refused e) {
        close(at);
        throw e;
      }
      start = end + 1;
    }
    return at;
  }

  private int open(Arena call, int directory, byte[] path, int start, int end) throws Refused {
    MemorySegment name = cString(call, path, start, end - start);
    return (int) OPENAT.call(state, directory, name.address(), O_PATH_CLOEXEC);
  }

  /// Ends a watch; an [#IGNORED] event follows.
  void remove(int descriptor) {
    REMOVE_WATCH.tryCall(state, events, descriptor);
  }

  /// Ends the present or next [#await].
  void wake() {
    WRITE.tryCall(state, waker, one.address(), Long.BYTES);
  }

  /// Waits for events.
  ///
  /// @param timeoutMillis -1 for as long as it takes
  Awaited await(int timeoutMillis) throws Refused {
    timeout.set(JAVA_LONG, 0, timeoutMillis / 1000);
    timeout.set(JAVA_LONG, Long.BYTES, timeoutMillis % 1000 * 1_000_000L);
    long limit = timeoutMillis < 0 ? 0 : timeout.address();
    long count = PPOLL.tryCall(readerState, polled.address(), 2, limit);
    if (count == -EINTR) {
      return Awaited.EVENTS;
    }
    PPOLL.check(count);
    if (polled.get(JAVA_SHORT, 14) != 0) {
      return Awaited.WOKEN;
    }
    return count == 0 ? Awaited.TIMEOUT : Awaited.EVENTS;
  }

  /// Takes what events there are, without waiting. Those about names that are no UTF-8 are left
  /// out: such a name is never synced.
  List<Event> read() throws Refused {
    long length = READ.tryCall(readerState, events, buffer.address(), BUFFER_BYTES);
    if (length == -EAGAIN || length == -EINTR) {
      return List.of();
    }
    READ.check(length);
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
    close(events);
    close(waker);
    arena.close();
  }

  private static MemorySegment cString(Arena arena, byte[] bytes, int start, int length) {
    MemorySegment string = arena.allocate(length + 1L);
    MemorySegment.copy(bytes, start, string, JAVA_BYTE, 0, length);
    return string;
  }

  private void close(int descriptor) {
    CLOSE.tryCall(state, descriptor);
  }

  /// The system calls that this stands on, by number on x86-64 and on ARM64.
  enum Call {
    ADD_WATCH(254, 27),
    CLOSE(3, 57),
    EVENTFD(290, 19),
    INIT(294, 26),
    OPENAT(257, 56),
    PPOLL(271, 73),
    READ(0, 63),
    REMOVE_WATCH(255, 28),
    WRITE(1, 64);

    private final int number;

    Call(int x86, int arm) {
      this.number = KernelCall.here(x86, arm);
    }

    /// @return what the call returned, or the negative error number
    private long tryCall(MemorySegment state, long... arguments) {
      long[] all = Arrays.copyOf(arguments, 6);
      return KernelCall.invoke(state, number, all[0], all[1], all[2], all[3], all[4], all[5]);
    }

    private long call(MemorySegment state, long... arguments) throws Refused {
      return check(tryCall(state, arguments));
    }

    private long check(long result) throws Refused {
      if (result < 0) throw new Refused(this, (int) -result);
      return result;
    }
  }
}
