package lockstep.recovery;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import lockstep.base.Disk;
import lockstep.base.DiskFile;
import lockstep.base.DurabilityException;

/// An open file of a [LinuxDisk].
final class LinuxFile implements DiskFile {
  /// `tv_nsec` that leaves a time as it is.
  static final long UTIME_OMIT = (1L << 30) - 2;

  private static final long NANOS_PER_SECOND = 1_000_000_000L;

  /// The kernel copies at most this much at once; less, so that a thread is not held for too long.
  private static final long COPY_BYTES = 16L << 20;

  /// The kernel lets gigabytes gather before it writes any to the disk by itself, and a sync would
  /// wait for all of them. So from this much on they are sent on their way.
  private static final long WRITE_BACK_BYTES = 16L << 20;

  private final LinuxDisk disk;
  private final Descriptor descriptor;
  private final String shownAs;

  /// Bytes written since the last ones were sent on their way to the disk.
  private final AtomicLong unsent = new AtomicLong();

  LinuxFile(LinuxDisk disk, int descriptor, String shownAs) {
    this.disk = disk;
    this.descriptor = new Descriptor(descriptor);
    this.shownAs = shownAs;
  }

  /// A use of the descriptor by some system calls.
  @FunctionalInterface
  private interface Use<T> {
    T apply(Scratch scratch, int descriptor) throws IOException;
  }

  private <T> T use(Use<T> use) throws IOException {
    try (Scratch scratch = disk.scratch()) {
      int number = descriptor.acquire();
      try {
        return use.apply(scratch, number);
      } finally {
        descriptor.release(scratch);
      }
    }
  }

  @Override
  public int read(byte[] buffer, int offset, int length, long position) throws IOException {
    Objects.checkFromIndexSize(offset, length, buffer.length);
    if (length == 0) {
      return 0;
    }
    return use((scratch, number) -> read(scratch, number, buffer, offset, length, position));
  }

  private int read(
      Scratch scratch, int number, byte[] buffer, int offset, int length, long position)
      throws IOException {
    MemorySegment transfer = scratch.transfer();
    int done = 0;
    while (done < length) {
      long wanted = Math.min(length - done, transfer.byteSize());
      long read =
          SystemCall.PREAD64.call(scratch, number, transfer.address(), wanted, position + done);
      if (check(read) == 0) {
        return done == 0 ? -1 : done;
      }
      MemorySegment.copy(transfer, JAVA_BYTE, 0, buffer, offset + done, (int) read);
      done += (int) read;
    }
    return done;
  }

  @Override
  public void write(byte[] buffer, int offset, int length, long position) throws IOException {
    Objects.checkFromIndexSize(offset, length, buffer.length);
    use((scratch, number) -> write(scratch, number, buffer, offset, length, position));
  }

  private int write(
      Scratch scratch, int number, byte[] buffer, int offset, int length, long position)
      throws IOException {
    MemorySegment transfer = scratch.transfer();
    int done = 0;
    while (done < length) {
      int wanted = (int) Math.min(length - done, transfer.byteSize());
      MemorySegment.copy(buffer, offset + done, transfer, JAVA_BYTE, 0, wanted);
      long written =
          SystemCall.PWRITE64.call(scratch, number, transfer.address(), wanted, position + done);
      done += (int) check(written);
    }
    sendOn(scratch, number, done);
    return done;
  }

  /// By `copy_file_range`, which shares the blocks (reflink) where the file system can.
  @Override
  public void copyFrom(DiskFile source, long sourcePosition, long position, long length)
      throws IOException {
    long done =
        source instanceof LinuxFile file ? copyRange(file, sourcePosition, position, length) : 0;
    if (done < length) {
      NioFile.copyByHand(source, sourcePosition + done, this, position + done, length - done);
    }
  }

  /// @return bytes copied; fewer than asked for where the kernel cannot, or the source ends
  private long copyRange(LinuxFile source, long sourcePosition, long position, long length)
      throws IOException {
    return use(
        (scratch, to) -> {
          int from = source.descriptor.acquire();
          try {
            return copyRange(scratch, from, sourcePosition, to, position, length);
          } finally {
            source.descriptor.release(scratch);
          }
        });
  }

  private long copyRange(
      Scratch scratch, int from, long sourcePosition, int to, long position, long length)
      throws IOException {
    long done = 0;
    while (done < length) {
      long offsets = scratch.struct(sourcePosition + done, position + done);
      long wanted = Math.min(length - done, COPY_BYTES);
      long copied =
          SystemCall.COPY_FILE_RANGE.call(
              scratch, from, offsets, to, offsets + Long.BYTES, wanted, 0);
      switch ((int) -copied) {
        // other file systems, old kernels, a file that is no plain one
        case Errno.EXDEV, Errno.EINVAL, Errno.ENOSYS, Errno.EOPNOTSUPP, Errno.EPERM, 0 -> {
          return done;
        }
        default -> {
          done += check(copied);
          sendOn(scratch, to, copied);
        }
      }
    }
    return done;
  }

  /// A hint: whether it could be done shows at the next sync.
  private void sendOn(Scratch scratch, int number, long written) {
    if (unsent.addAndGet(written) < WRITE_BACK_BYTES) return;
    unsent.set(0);
    SystemCall.SYNC_FILE_RANGE.call(scratch, number, 0, 0, SystemCall.SYNC_FILE_RANGE_WRITE);
  }

  @Override
  public void truncate(long size) throws IOException {
    use((scratch, number) -> check(SystemCall.FTRUNCATE.call(scratch, number, size)));
  }

  @Override
  public Disk.Stat stat() throws IOException {
    return use((scratch, number) -> Statx.of(scratch, number, shownAs));
  }

  @Override
  public void setMode(int mode) throws IOException {
    use((scratch, number) -> check(SystemCall.FCHMOD.call(scratch, number, mode & 07777)));
  }

  @Override
  public void setModified(long nanos) throws IOException {
    use(
        (scratch, number) ->
            check(SystemCall.UTIMENSAT.call(scratch, number, 0, times(scratch, nanos), 0)));
  }

  /// @return the address of the two `timespec`s of `utimensat`
  static long times(Scratch scratch, long modifiedNanos) {
    return scratch.struct(
        0,
        UTIME_OMIT,
        Math.floorDiv(modifiedNanos, NANOS_PER_SECOND),
        Math.floorMod(modifiedNanos, NANOS_PER_SECOND));
  }

  /// By `fsync`, not `fdatasync`: mode and modification time count too, and a file that has grown
  /// needs the same journal commit either way.
  @Override
  public void sync() throws IOException {
    disk.syncThreads().run(() -> use((scratch, number) -> sync(scratch, number)));
  }

  private long sync(Scratch scratch, int number) throws DurabilityException {
    long result = SystemCall.FSYNC.call(scratch, number);
    return LinuxDisk.checkDurable(result, shownAs);
  }

  @Override
  public void close() {
    try (Scratch scratch = disk.scratch()) {
      descriptor.close(scratch);
    }
  }

  private long check(long result) throws IOException {
    if (result < 0) {
      throw Errno.exception(result, shownAs);
    }
    return result;
  }
}
