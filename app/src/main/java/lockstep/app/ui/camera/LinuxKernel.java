package lockstep.app.ui.camera;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import lockstep.base.KernelCall;

/// The kernel that this runs on: Linux with 64 bits.
final class LinuxKernel implements Kernel {
  private static final Path DEVICES = Path.of("/dev");
  private static final String PREFIX = "video";
  private static final int AT_FDCWD = -100;
  private static final int RDWR_NONBLOCK_CLOEXEC = 0x80802;
  private static final int PROT_READ = 1;
  private static final int MAP_SHARED = 1;
  private static final short POLLIN = 1;

  @Override
  public List<String> devices() {
    try (Stream<Path> all = Files.list(DEVICES)) {
      return all.map(path -> String.valueOf(path.getFileName()))
          .filter(name -> name.matches(PREFIX + "\\d{1,4}"))
          .sorted(
              Comparator.comparingInt(name -> Integer.parseInt(name.substring(PREFIX.length()))))
          .map(name -> DEVICES.resolve(name).toString())
          .toList();
    } catch (IOException noDevices) {
      return List.of();
    }
  }

  @Override
  public int open(String path) {
    try (Arena arena = Arena.ofConfined()) {
      long name = arena.allocateFrom(path).address();
      return (int) call(arena, 257, 56, AT_FDCWD, name, RDWR_NONBLOCK_CLOEXEC, 0, 0, 0);
    }
  }

  @Override
  public void close(int device) {
    try (Arena arena = Arena.ofConfined()) {
      call(arena, 3, 57, device, 0, 0, 0, 0, 0);
    }
  }

  @Override
  public int ioctl(int device, V4l2.Request request, MemorySegment argument) {
    try (Arena arena = Arena.ofConfined()) {
      long code = Integer.toUnsignedLong(request.code);
      return (int) call(arena, 16, 29, device, code, argument.address(), 0, 0, 0);
    }
  }

  @Override
  public int poll(int device, int millis) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment polled = arena.allocate(8, Long.BYTES); // struct pollfd
      polled.set(JAVA_INT, 0, device);
      polled.set(JAVA_SHORT, 4, POLLIN);
      MemorySegment limit = arena.allocate(16, Long.BYTES); // struct timespec
      limit.set(JAVA_LONG, 0, millis / 1000);
      limit.set(JAVA_LONG, Long.BYTES, millis % 1000 * 1_000_000L);
      return (int) call(arena, 271, 73, polled.address(), 1, limit.address(), 0, 0, 0);
    }
  }

  @Override
  public MemorySegment map(int device, long offset, long length, Arena arena) {
    try (Arena scratch = Arena.ofConfined()) {
      long address = call(scratch, 9, 222, 0, length, PROT_READ, MAP_SHARED, device, offset);
      if (address < 0) return MemorySegment.NULL;
      return MemorySegment.ofAddress(address)
          .reinterpret(length, arena, mapped -> unmap(mapped.address(), length));
    }
  }

  private static void unmap(long address, long length) {
    try (Arena arena = Arena.ofConfined()) {
      call(arena, 11, 215, address, length, 0, 0, 0, 0);
    }
  }

  /// @param x86 the call's number there
  /// @param arm the call's number there
  private static long call(
      Arena arena, int x86, int arm, long a, long b, long c, long d, long e, long f) {
    MemorySegment state = arena.allocate(KernelCall.STATE_BYTES, Long.BYTES);
    return KernelCall.invoke(state, KernelCall.here(x86, arm), a, b, c, d, e, f);
  }
}
