package lockstep.recovery;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import lockstep.base.CorruptStoreException;
import lockstep.base.Disk;
import lockstep.base.DurabilityException;
import lockstep.base.RelPath;

/// An append-only log of opaque records, cut into segment files `PREFIX-BASE.log` that only their
/// owner can read.
///
/// A record is durable once a [#sync] that began after its [#append] has returned. What was
/// appended later may be lost by a crash, wholly or from some record on, but never torn: [#open]
/// cuts such a *torn tail* and says so. Damage to what was durable is never cut; it is a
/// [CorruptStoreException].
///
/// Thread-safe; any number of threads share one fsync (group commit). One process at a time:
/// whoever opens a log holds the lock of the home or folder that it lies in.
public final class AppendLog implements AutoCloseable {
  /// Longest record, in bytes.
  public static final int RECORD_BYTES_MAX = 64 << 20;

  private static final long SEGMENT_BYTES = 64L << 20;
  private static final int BUFFER_BYTES = 256 << 10;
  private static final int FIRST_BUFFER_BYTES = 8 << 10;

  /// Receives every intact record at [#open], in the order of appending.
  @FunctionalInterface
  public interface Replay {
    /// @param position what [#append] returned for it
    /// @param bytes a fresh array
    void record(long position, byte[] bytes) throws IOException;
  }

  /// Unconfirmed bytes that a crash left behind and [#open] cut away.
  ///
  /// @param segment file name
  /// @param position where the cut was made
  /// @param bytes how many were cut
  public record TornTail(String segment, long position, long bytes) {}

  private final Disk disk;
  private final boolean ownsDisk;
  private final RelPath directory;
  private final String prefix;
  private final long segmentBytes;
  private final NavigableMap<Long, LogSegment> segments = new TreeMap<>();
  private Optional<TornTail> tornTail = Optional.empty();

  /// Guards everything below, and `segments`. Never held during an fsync but that of a full
  /// segment.
  private final ReentrantLock lock = new ReentrantLock();

  private final Condition syncEnded = lock.newCondition();
  private ByteBuffer buffer = ByteBuffer.allocate(FIRST_BUFFER_BYTES);
  private long written; // position up to which the file is written; the buffer follows it
  private long durable; // position up to which it is stable
  private boolean syncing;
  private boolean appended; // since it was opened
  private boolean closed;
  private Optional<IOException> failure = Optional.empty();
  private long cut = Long.MAX_VALUE; // where a failed write still has to be cut off

  private AppendLog(
      Disk disk, boolean ownsDisk, RelPath directory, String prefix, long segmentBytes) {
    this.disk = disk;
    this.ownsDisk = ownsDisk;
    this.directory = directory;
    this.prefix = prefix;
    this.segmentBytes = segmentBytes;
  }

  /// Opens or creates the log in the root of a disk, which is closed with it.
  ///
  /// @param prefix tells this log's files from others in the directory: letters, digits, dashes
  /// @throws CorruptStoreException if bytes that were durable are damaged or missing
  public static AppendLog open(Disk disk, String prefix, Replay replay) throws IOException {
    try {
      return open(new AppendLog(disk, true, RelPath.ROOT, prefix, SEGMENT_BYTES), replay);
    } catch (IOException | RuntimeException e) {
      disk.close();
      throw e;
    }
  }

  /// The same in a directory that exists, within a disk that stays the caller's.
  public static AppendLog open(Disk disk, RelPath directory, String prefix, Replay replay)
      throws IOException {
    return open(disk, directory, prefix, SEGMENT_BYTES, replay);
  }

  static AppendLog open(
      Disk disk, RelPath directory, String prefix, long segmentBytes, Replay replay)
      throws IOException {
    return open(new AppendLog(disk, false, directory, prefix, segmentBytes), replay);
  }

  private static AppendLog open(AppendLog log, Replay replay) throws IOException {
    try {
      log.findSegments();
      log.replay(replay);
      return log;
    } catch (IOException | RuntimeException e) {
      log.closeSegments();
      throw e;
    }
  }

  private void findSegments() throws IOException {
    for (Map.Entry<Long, RelPath> found : segmentFiles(disk, directory, prefix).entrySet()) {
      segments.put(found.getKey(), LogSegment.open(disk, found.getValue(), found.getKey()));
    }
    if (!segments.isEmpty() && segments.lastEntry().getValue().isUnborn()) {
      LogSegment unborn = segments.pollLastEntry().getValue();
      unborn.close();
      disk.remove(unborn.path());
    }
    if (segments.isEmpty()) {
      startSegment(0);
    }
  }

  private static NavigableMap<Long, RelPath> segmentFiles(
      Disk disk, RelPath directory, String prefix) throws IOException {
    Pattern name = Pattern.compile(Pattern.quote(prefix) + "-([0-9a-f]{16})\\.log");
    NavigableMap<Long, RelPath> files = new TreeMap<>();
    for (Disk.Listed listed : disk.list(directory)) {
      Matcher matcher = name.matcher(listed.name());
      if (matcher.matches()) {
        long base = Long.parseUnsignedLong(matcher.group(1), 16);
        files.put(base, directory.resolve(listed.name()));
      }
    }
    return files;
  }

  /// Deletes the files of a log that nobody has open.
  static void delete(Disk disk, RelPath directory, String prefix) throws IOException {
    for (RelPath file : segmentFiles(disk, directory, prefix).values()) {
      disk.remove(file);
    }
  }

  private void replay(Replay replay) throws IOException {
    long position = 0;
    for (LogSegment segment : segments.values()) {
      if (segment.base() != position) {
        throw new CorruptStoreException(
            "the log %s lacks the part from %d to %d; restore the missing file"
                .formatted(prefix, position, segment.base()));
      }
      segment.checkHeader();
      position = segment.replay(replay);
      if (position < segment.end()) {
        cutTail(segment, position);
      }
    }
    // What was replayed will be acted upon: it must not vanish in the next crash.
    current().sync();
    written = position;
    durable = position;
  }

  private void cutTail(LogSegment segment, long position) throws IOException {
    if (segment.base() != current().base() || segment.wasDurable(position)) {
      throw damaged(segment, position);
    }
    tornTail = Optional.of(new TornTail(segment.path().name(), position, segment.end() - position));
    segment.truncate(position);
  }

  private static CorruptStoreException damaged(LogSegment segment, long position) {
    return new CorruptStoreException(
        "%s is damaged at byte %d, before records that were stable; restore the file"
            .formatted(segment.path(), position - segment.base()));
  }

  /// What the last crash left unconfirmed, if anything.
  public Optional<TornTail> tornTail() {
    return tornTail;
  }

  /// Appends a record of 1 to [#RECORD_BYTES_MAX] bytes. Not durable before a [#sync].
  ///
  /// @return its position, greater than those of all records before
  /// @throws IOException if it cannot be written; nothing more is taken before [#rollBack]
  /// @throws DurabilityException if a sync failed earlier and the log must be opened anew
  public long append(byte[] record) throws IOException {
    if (record.length == 0 || record.length > RECORD_BYTES_MAX) {
      throw new IllegalArgumentException("a record has 1 to 64 Mi bytes, not " + record.length);
    }
    lock.lock();
    try {
      checkUsable();
      if (end() - current().base() >= segmentBytes) {
        roll();
      }
      appended = true;
      return put(record);
    } finally {
      lock.unlock();
    }
  }

  private long put(byte[] record) throws IOException {
    long position = end();
    if (buffer.remaining() < LogFrame.OVERHEAD + record.length
        && buffer.capacity() < BUFFER_BYTES) {
      buffer = ByteBuffer.allocate(BUFFER_BYTES).put(buffer.flip());
    }
    if (buffer.remaining() < LogFrame.OVERHEAD + record.length) {
      writeBuffer();
    }
    if (buffer.remaining() < LogFrame.OVERHEAD + record.length) {
      buffer = ByteBuffer.allocate(LogFrame.OVERHEAD + record.length);
    }
    LogFrame.encode(record, position, durable, buffer);
    return position;
  }

  private void roll() throws IOException {
    writeBuffer();
    try {
      current().sync(); // a full segment is stable before the next begins
    } catch (IOException e) {
      throw fail(unconfirmed(e));
    }
    durable = written;
    try {
      startSegment(written);
    } catch (IOException e) {
      throw fail(e);
    }
  }

  private void startSegment(long base) throws IOException {
    RelPath path = directory.resolve("%s-%016x.log".formatted(prefix, base));
    segments.put(base, LogSegment.create(disk, path, base));
    written = base + LogSegment.HEADER_LENGTH;
    durable = written;
  }

  /// Makes all that was appended before this call durable.
  ///
  /// @throws IOException if it cannot be written; nothing more is taken before [#rollBack]
  /// @throws DurabilityException if the disk did not confirm; the log takes no more records
  public void sync() throws IOException {
    lock.lock();
    try {
      long wanted = end();
      while (durable < wanted) {
        checkUsable();
        if (syncing) {
          syncEnded.awaitUninterruptibly();
        } else {
          syncWritten();
        }
      }
    } finally {
      lock.unlock();
    }
  }

  /// One fsync for everybody who is waiting, with the lock released so that others may append.
  private void syncWritten() throws IOException {
    writeBuffer();
    LogSegment segment = current();
    long reached = written;
    syncing = true;
    lock.unlock();
    try {
      segment.sync();
    } catch (IOException e) {
      failure = Optional.of(unconfirmed(e));
    } finally {
      lock.lock();
      syncing = false;
      syncEnded.signalAll();
    }
    checkUsable();
    durable = Math.max(durable, reached);
  }

  /// Hands what is buffered to the operating system, so that a sync of the whole file system makes
  /// it durable.
  void flush() throws IOException {
    lock.lock();
    try {
      checkUsable();
      writeBuffer();
    } finally {
      lock.unlock();
    }
  }

  private void writeBuffer() throws IOException {
    try {
      current().write(buffer.array(), buffer.position(), written);
    } catch (IOException e) {
      throw fail(e);
    }
    written += buffer.position();
    buffer = buffer.capacity() > BUFFER_BYTES ? ByteBuffer.allocate(BUFFER_BYTES) : buffer.clear();
  }

  /// After a write has failed (the disk is full, say): forgets every record from `position` on and
  /// all that has not reached the file, cuts off what was half written, and takes records again.
  /// Nobody else may be between an append and its sync.
  ///
  /// @throws IOException if the disk does not even cut; the log takes nothing and this may be tried
  ///   again
  /// @throws DurabilityException if a sync had failed: nobody knows then what the disk holds
  public void rollBack(long position) throws IOException {
    lock.lock();
    try {
      if (closed || failure.filter(DurabilityException.class::isInstance).isPresent()) {
        checkUsable();
      }
      cut = Math.min(cut, Math.min(position, written));
      if (cut < current().base()) { // those in a full segment are stable
        throw fail(unconfirmed(new IOException("a segment ended among what was to be cut off")));
      }
      cut = Math.max(cut, current().base() + LogSegment.HEADER_LENGTH);
      current().truncate(cut);
      buffer.clear();
      written = cut;
      durable = Math.min(durable, cut);
      cut = Long.MAX_VALUE;
      failure = Optional.empty();
    } finally {
      lock.unlock();
    }
  }

  /// The record that [#append] put at `position`, durable or not.
  ///
  /// @throws CorruptStoreException if no intact record begins there
  public byte[] read(long position) throws IOException {
    LogSegment segment;
    lock.lock();
    try {
      if (closed) {
        throw new IOException("the log " + prefix + " is closed");
      }
      if (position < 0 || position >= end()) {
        throw new IllegalArgumentException(
            "no record at " + position + ", the log ends at " + end());
      }
      if (position >= written) {
        checkUsable();
        writeBuffer();
      }
      segment = segments.floorEntry(position).getValue();
    } finally {
      lock.unlock();
    }
    return segment.read(position);
  }

  /// Bytes of all segments, headers included: the position that the next record gets, or less.
  public long length() {
    lock.lock();
    try {
      return end();
    } finally {
      lock.unlock();
    }
  }

  /// Makes everything durable and closes the files. The last record says that it is the end, so
  /// that later damage to it is not taken for a torn tail.
  @Override
  public void close() throws IOException {
    lock.lock();
    try {
      if (closed) {
        return;
      }
      if (failure.isEmpty()) {
        sync();
        seal();
      }
      while (syncing) {
        syncEnded.awaitUninterruptibly();
      }
    } finally {
      closed = true;
      lock.unlock();
      closeSegments();
    }
  }

  /// An empty frame is no record: it only carries the durable position.
  private void seal() throws IOException {
    if (appended) {
      put(new byte[0]);
      writeBuffer();
    }
  }

  private void closeSegments() throws IOException {
    for (LogSegment segment : segments.values()) {
      segment.close();
    }
    if (ownsDisk) {
      disk.close();
    }
  }

  private LogSegment current() {
    return segments.lastEntry().getValue();
  }

  private long end() {
    return written + buffer.position();
  }

  private IOException fail(IOException cause) {
    failure = Optional.of(cause);
    return refusal(cause);
  }

  private void checkUsable() throws IOException {
    if (closed) {
      throw new IOException("the log " + prefix + " is closed");
    }
    if (failure.isPresent()) {
      throw refusal(failure.get());
    }
  }

  private static DurabilityException unconfirmed(IOException e) {
    return e instanceof DurabilityException durability
        ? durability
        : new DurabilityException(String.valueOf(e.getMessage()), e);
  }

  private IOException refusal(IOException cause) {
    return cause instanceof DurabilityException
        ? new DurabilityException(
            "the log %s could not be written (%s) and takes no more records until it is opened again"
                .formatted(prefix, cause.getMessage()),
            cause)
        : new IOException("the log " + prefix + " cannot be written: " + cause.getMessage(), cause);
  }
}
