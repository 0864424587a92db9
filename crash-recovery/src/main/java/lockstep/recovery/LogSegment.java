package lockstep.recovery;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import lockstep.base.Blake3;
import lockstep.base.CorruptStoreException;
import lockstep.base.Disk;
import lockstep.base.DiskFile;
import lockstep.base.RelPath;

/// One file of an [AppendLog]: a versioned header, then frames without gaps.
///
/// ```text
///  "LKSTPLOG" 8 | major 2 | minor 2 | zero 4 | base 8 | check 8
/// ```
///
/// `base` is the position of the header in the log as a whole; it is part of the file's name too,
/// so that a missing segment is noticed.
final class LogSegment {
  static final int HEADER_LENGTH = 32;

  private static final byte[] MAGIC = {'L', 'K', 'S', 'T', 'P', 'L', 'O', 'G'};
  private static final short MAJOR = 1;
  private static final short MINOR = 0;
  private static final int READ_BYTES = 1 << 20;

  /// Read at first: most logs that are opened are short.
  private static final int FIRST_READ_BYTES = 64 << 10;

  private final RelPath path;
  private final DiskFile file;
  private final long base;

  private LogSegment(RelPath path, DiskFile file, long base) {
    this.path = path;
    this.file = file;
    this.base = base;
  }

  /// Opens a segment that exists. Its header is not looked at yet.
  static LogSegment open(Disk disk, RelPath path, long base) throws IOException {
    return new LogSegment(path, disk.openForWriting(path), base);
  }

  /// Creates an empty segment; it and its name are durable on return.
  static LogSegment create(Disk disk, RelPath path, long base) throws IOException {
    DiskFile file = disk.create(path, 0600);
    try {
      file.write(header(base), 0, HEADER_LENGTH, 0);
      file.sync();
      disk.syncDirectory(path.parent());
      return new LogSegment(path, file, base);
    } catch (IOException | RuntimeException e) {
      file.close();
      removeUnborn(disk, path, e);
      throw e;
    }
  }

  /// Or the next attempt would find the name taken.
  private static void removeUnborn(Disk disk, RelPath path, Exception cause) {
    try {
      disk.remove(path);
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
  }

  private static byte[] header(long base) {
    byte[] header = new byte[HEADER_LENGTH];
    var buffer = ByteBuffer.wrap(header);
    buffer.put(MAGIC).putShort(MAJOR).putShort(MINOR).putInt(0).putLong(base);
    return buffer.putLong(Blake3.of(header, 0, HEADER_LENGTH - 8).a()).array();
  }

  long base() {
    return base;
  }

  RelPath path() {
    return path;
  }

  /// Whether the crash that ended the last run interrupted the creation of this segment: nothing
  /// but a header was ever written, and not all of it. (No record is appended before it is
  /// durable.)
  boolean isUnborn() throws IOException {
    if (file.stat().size() > HEADER_LENGTH) {
      return false;
    }
    byte[] found = readHeader();
    return !isChecked(found) && !(isLog(found) && major(found) > MAJOR);
  }

  /// @throws IOException if a newer Lockstep wrote this
  /// @throws CorruptStoreException if this is no header of this segment
  void checkHeader() throws IOException {
    byte[] found = readHeader();
    if (!isLog(found)) {
      throw new CorruptStoreException(path + " does not begin like a Lockstep log; restore it");
    }
    if (major(found) > MAJOR) {
      throw new IOException(
          "%s was written by a newer Lockstep (log format %d, this one reads up to %d); update Lockstep"
              .formatted(path, major(found), MAJOR));
    }
    if (!isChecked(found) || ByteBuffer.wrap(found).getLong(16) != base) {
      throw new CorruptStoreException("the header of " + path + " is damaged; restore the file");
    }
  }

  private byte[] readHeader() throws IOException {
    byte[] header = new byte[HEADER_LENGTH];
    readUpTo(header, HEADER_LENGTH, 0);
    return header;
  }

  private static boolean isLog(byte[] header) {
    return Arrays.equals(header, 0, MAGIC.length, MAGIC, 0, MAGIC.length);
  }

  private static int major(byte[] header) {
    return Short.toUnsignedInt(ByteBuffer.wrap(header).getShort(MAGIC.length));
  }

  private static boolean isChecked(byte[] header) {
    return ByteBuffer.wrap(header).getLong(HEADER_LENGTH - 8)
        == Blake3.of(header, 0, HEADER_LENGTH - 8).a();
  }

  /// Hands all intact frames in order to `replay`.
  ///
  /// @return position behind the last one: the end of the file if all is well
  long replay(AppendLog.Replay replay) throws IOException {
    byte[] window = new byte[FIRST_READ_BYTES];
    long offset = HEADER_LENGTH; // of window[0] in the file
    int filled = readUpTo(window, window.length, offset);
    int at = 0;
    while (true) {
      int needed = frameLength(window, at, filled);
      if (needed > filled - at) {
        offset += at;
        at = 0;
        boolean goesOn = filled == window.length;
        if (goesOn && window.length < Math.max(needed, READ_BYTES)) {
          window = new byte[Math.max(needed, READ_BYTES)];
        }
        filled = readUpTo(window, window.length, offset);
      }
      if (!LogFrame.isIntact(window, at, filled, base + offset + at)) {
        return base + offset + at;
      }
      int end = at + LogFrame.OVERHEAD + LogFrame.length(window, at);
      if (end > at + LogFrame.OVERHEAD) {
        replay.record(base + offset + at, Arrays.copyOfRange(window, at + LogFrame.OVERHEAD, end));
      }
      at = end;
    }
  }

  /// Bytes wanted in the window to judge the frame at `at`; no more than a frame may have.
  private static int frameLength(byte[] window, int at, int filled) {
    if (filled - at < LogFrame.OVERHEAD) {
      return LogFrame.OVERHEAD;
    }
    int length = LogFrame.length(window, at);
    return length < 0 || length > AppendLog.RECORD_BYTES_MAX ? 0 : LogFrame.OVERHEAD + length;
  }

  /// Whether what stood at `position` was once stable: some intact frame behind it says so. If none
  /// does, the bytes from there on are a torn tail, never confirmed to anybody.
  boolean wasDurable(long position) throws IOException {
    byte[] window = new byte[READ_BYTES];
    int step = window.length - LogFrame.OVERHEAD;
    for (long start = position; start < end(); start += step) {
      int filled = readUpTo(window, window.length, start - base);
      for (int at = 0; at < Math.min(step, filled - LogFrame.OVERHEAD + 1); at++) {
        long durable = LogFrame.durable(window, at);
        if (durable > position && durable <= start + at && isIntact(start + at)) {
          return true;
        }
      }
    }
    return false;
  }

  private boolean isIntact(long position) throws IOException {
    byte[] frame = new byte[LogFrame.OVERHEAD];
    readFully(frame, position);
    int length = LogFrame.length(frame, 0);
    if (length < 0 || length > Math.min(AppendLog.RECORD_BYTES_MAX, end() - position)) {
      return false;
    }
    frame = new byte[LogFrame.OVERHEAD + length];
    int filled = readUpTo(frame, frame.length, position - base);
    return LogFrame.isIntact(frame, 0, filled, position);
  }

  /// Position behind the last byte of the file.
  long end() throws IOException {
    return base + file.stat().size();
  }

  /// The record whose frame begins at `position`.
  byte[] read(long position) throws IOException {
    byte[] frame = new byte[LogFrame.OVERHEAD];
    readFully(frame, position);
    int length = LogFrame.length(frame, 0);
    if (length > 0 && length <= AppendLog.RECORD_BYTES_MAX) {
      frame = new byte[LogFrame.OVERHEAD + length];
      readFully(frame, position);
      if (LogFrame.isIntact(frame, 0, frame.length, position)) {
        return Arrays.copyOfRange(frame, LogFrame.OVERHEAD, frame.length);
      }
    }
    throw new CorruptStoreException("no intact record at " + (position - base) + " in " + path);
  }

  void write(byte[] bytes, int length, long position) throws IOException {
    file.write(bytes, 0, length, position - base);
  }

  void truncate(long position) throws IOException {
    file.truncate(position - base);
  }

  void sync() throws IOException {
    file.sync();
  }

  void close() throws IOException {
    file.close();
  }

  private void readFully(byte[] bytes, long position) throws IOException {
    if (readUpTo(bytes, bytes.length, position - base) < bytes.length) {
      throw new EOFException(path + " ends within the record at " + (position - base));
    }
  }

  private int readUpTo(byte[] bytes, int length, long offset) throws IOException {
    int filled = 0;
    while (filled < length) {
      int read = file.read(bytes, filled, length - filled, offset + filled);
      if (read < 0) {
        break;
      }
      filled += read;
    }
    return filled;
  }
}
