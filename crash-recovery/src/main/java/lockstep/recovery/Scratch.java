package lockstep.recovery;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import lockstep.base.KernelCall;

/// Native memory for the arguments and results of one system call at a time. Borrowed by one thread
/// for the time of an operation, so that no operation allocates.
final class Scratch implements AutoCloseable {
  /// Room for one path that the kernel takes (`PATH_MAX`, its NUL included).
  static final int PATH_BYTES = 4096;

  static final int TRANSFER_BYTES = 128 << 10;

  private final Pool pool;
  private final MemorySegment callState;
  private final MemorySegment path;
  private final MemorySegment otherPath;
  private final MemorySegment struct;
  private final MemorySegment transfer;

  private Scratch(Pool pool) {
    this.pool = pool;
    Arena arena = Arena.ofAuto();
    this.callState = arena.allocate(KernelCall.STATE_BYTES, Long.BYTES);
    this.path = arena.allocate(PATH_BYTES);
    this.otherPath = arena.allocate(PATH_BYTES);
    this.struct = arena.allocate(256, Long.BYTES);
    this.transfer = arena.allocate(TRANSFER_BYTES, Long.BYTES);
  }

  /// Scratches for as many threads as usually work at once.
  static final class Pool {
    private final BlockingQueue<Scratch> idle = new ArrayBlockingQueue<>(8);

    Scratch borrow() {
      Scratch scratch = idle.poll();
      return scratch == null ? new Scratch(this) : scratch;
    }

    private void takeBack(Scratch scratch) {
      idle.offer(scratch); // or leave it to the collector
    }
  }

  MemorySegment callState() {
    return callState;
  }

  /// Where the kernel puts or finds a structure of up to 256 bytes.
  MemorySegment struct() {
    return struct;
  }

  /// Bytes on their way to or from a file.
  MemorySegment transfer() {
    return transfer;
  }

  /// @return the address of `bytes[from..to)` as a C string
  long path(byte[] bytes, int from, int to) {
    return string(path, bytes, from, to);
  }

  /// A second path for the same call.
  long otherPath(byte[] bytes, int from, int to) {
    return string(otherPath, bytes, from, to);
  }

  private static long string(MemorySegment room, byte[] bytes, int from, int to) {
    MemorySegment.copy(bytes, from, room, JAVA_BYTE, 0, to - from);
    room.set(JAVA_BYTE, to - from, (byte) 0);
    return room.address();
  }

  /// @return the address of a structure of these numbers
  long struct(long... numbers) {
    for (int i = 0; i < numbers.length; i++) {
      struct.setAtIndex(JAVA_LONG, i, numbers[i]);
    }
    return struct.address();
  }

  @Override
  public void close() {
    pool.takeBack(this);
  }
}
