package lockstep.recovery;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import lockstep.base.CorruptStoreException;
import lockstep.base.Disk;
import lockstep.base.DurabilityException;
import lockstep.base.ProtoWriter;
import lockstep.base.RelPath;

/// What one folder must remember over a crash: the *intents* that were begun and not ended, and the
/// *applied* state of each path. Both are opaque bytes here.
///
/// A [Batch] is committed wholly or not at all. The journal is a log of batches ([AppendLog]); from
/// time to time it is [compacted][#compact] into a new *generation*, a log that begins with the
/// state as it stands. A generation counts once its last snapshot record is stable, and only then
/// is the one before deleted: a crash at any point leaves one that counts.
///
/// Thread-safe: commits of several threads share one fsync.
public final class Journal implements AutoCloseable {
  private static final long COMPACTION_BYTES_MIN = 8L << 20;
  private static final int SNAPSHOT_RECORD_BYTES = 256 << 10;
  private static final Pattern SEGMENT =
      Pattern.compile("journal-([0-9]{1,18})-[0-9a-f]{16}\\.log");

  private final Disk disk;
  private final boolean ownsDisk;
  private final RelPath directory;
  private final AtomicLong lastIntent = new AtomicLong();
  private final SortedMap<Long, byte[]> openIntents = new ConcurrentSkipListMap<>();

  /// Shared by commits, exclusive for the change of generations; guards the fields below.
  private final ReadWriteLock lock = new ReentrantReadWriteLock();

  private long generation;
  private AppendLog log;
  private long snapshotLength;

  /// A journal as [#open] found it.
  ///
  /// @param applied the state of each path, as last put; the caller's to change
  /// @param intents those begun and not ended, by id
  /// @param notice something to tell the user: what a crash cost
  public record Opened(
      Journal journal,
      Map<RelPath, byte[]> applied,
      SortedMap<Long, byte[]> intents,
      Optional<String> notice) {}

  /// Changes that are committed together, in the order in which they were added. Not thread-safe.
  public static final class Batch {
    private final ProtoWriter message = new ProtoWriter();
    private final SortedMap<Long, byte[]> begun = new ConcurrentSkipListMap<>();
    private final List<Long> ended = new ArrayList<>();

    public Batch() {}

    /// Begins an intent whose id is fresh from [Journal#newIntent].
    public Batch begin(long id, byte[] intent) {
      JournalRecord.begin(message, id, intent);
      begun.put(id, intent.clone());
      return this;
    }

    /// Ends an intent; nothing happens if it is not open.
    public Batch end(long id) {
      JournalRecord.end(message, id);
      begun.remove(id);
      ended.add(id);
      return this;
    }

    /// Records what this device made the path equal to.
    public Batch put(RelPath path, byte[] applied) {
      JournalRecord.put(message, path, applied);
      return this;
    }

    /// Forgets the path.
    public Batch remove(RelPath path) {
      JournalRecord.remove(message, path);
      return this;
    }

    public boolean isEmpty() {
      return message.size() == 0;
    }
  }

  private Journal(Disk disk, boolean ownsDisk, RelPath directory, long generation, AppendLog log) {
    this.disk = disk;
    this.ownsDisk = ownsDisk;
    this.directory = directory;
    this.generation = generation;
    this.log = log;
  }

  /// Opens the journal in a directory that exists, or begins one there.
  ///
  /// @throws CorruptStoreException if something that had been committed is damaged
  public static Opened open(Path directory) throws IOException {
    Disk disk = Disks.open(directory);
    try {
      return open(disk, RelPath.ROOT, true);
    } catch (IOException | RuntimeException e) {
      disk.close();
      throw e;
    }
  }

  /// The same within a disk that stays the caller's.
  public static Opened open(Disk disk, RelPath directory) throws IOException {
    return open(disk, directory, false);
  }

  private static Opened open(Disk disk, RelPath directory, boolean ownsDisk) throws IOException {
    List<Long> generations = generations(disk, directory);
    boolean unfinished = false;
    for (long generation : generations) {
      var replayed = new JournalRecord.Replayed();
      AppendLog log = AppendLog.open(disk, directory, prefix(generation), replayed);
      if (replayed.isComplete()) {
        var journal = new Journal(disk, ownsDisk, directory, generation, log);
        return journal.resume(replayed, generations);
      }
      log.close();
      unfinished |= replayed.records() > 0;
    }
    if (unfinished) {
      throw new CorruptStoreException(
          "the journal begins with an unfinished generation and the one before is missing;"
              + " restore the journal's files");
    }
    return begin(disk, ownsDisk, directory, generations);
  }

  private static Opened begin(Disk disk, boolean ownsDisk, RelPath directory, List<Long> unborn)
      throws IOException {
    for (long generation : unborn) {
      AppendLog.delete(disk, directory, prefix(generation));
    }
    AppendLog log = AppendLog.open(disk, directory, prefix(1), (_, _) -> {});
    var journal = new Journal(disk, ownsDisk, directory, 1, log);
    journal.snapshotLength = journal.writeSnapshot(log, List.of());
    return new Opened(journal, new HashMap<>(), new TreeMap<>(), Optional.empty());
  }

  private Opened resume(JournalRecord.Replayed replayed, List<Long> generations)
      throws IOException {
    for (long other : generations) {
      if (other != generation) {
        AppendLog.delete(disk, directory, prefix(other));
      }
    }
    lastIntent.set(replayed.lastIntent());
    openIntents.putAll(replayed.intents());
    snapshotLength = replayed.liveBytes();
    Optional<String> notice =
        log.tornTail()
            .map(
                tail ->
                    "The last %d bytes of the journal were cut off: the crash came while they were being written, and nothing had been built on them."
                        .formatted(tail.bytes()));
    return new Opened(this, replayed.applied(), replayed.intents(), notice);
  }

  /// Generations of which there are files, newest first.
  private static List<Long> generations(Disk disk, RelPath directory) throws IOException {
    return disk.list(directory).stream()
        .map(listed -> SEGMENT.matcher(listed.name()))
        .filter(Matcher::matches)
        .map(matcher -> Long.valueOf(matcher.group(1)))
        .distinct()
        .sorted(Comparator.reverseOrder())
        .toList();
  }

  private static String prefix(long generation) {
    return "journal-" + generation;
  }

  /// An id for [Batch#begin] that no intent of this journal has had before.
  public long newIntent() {
    return lastIntent.incrementAndGet();
  }

  /// Commits `batch`: durable on return.
  ///
  /// @throws IOException if the disk takes nothing more; it may be tried again, and whether the
  ///   batch will be there after a restart is unknown
  /// @throws DurabilityException if the disk did not confirm; the journal takes no more
  public void commit(Batch batch) throws IOException {
    if (!batch.isEmpty()) {
      write(batch, AppendLog::sync);
    }
  }

  private interface Finish {
    void run(AppendLog log) throws IOException;
  }

  private void write(Batch batch, Finish finish) throws IOException {
    try {
      lock.readLock().lock();
      try {
        log.append(batch.message.toBytes());
        finish.run(log);
        note(batch);
      } finally {
        lock.readLock().unlock();
      }
    } catch (DurabilityException e) {
      throw e;
    } catch (IOException e) {
      mend(e);
      throw e;
    }
  }

  /// Cuts off what a full disk took only half. Those who shared the failed write have failed too.
  private void mend(IOException cause) {
    lock.writeLock().lock();
    try {
      log.rollBack(Long.MAX_VALUE);
    } catch (IOException e) {
      cause.addSuppressed(e);
    } finally {
      lock.writeLock().unlock();
    }
  }

  /// Commits `batch` with the next sync of the file system, whoever asks for that.
  void commitLazily(Batch batch) throws IOException {
    write(batch, AppendLog::flush);
  }

  private void note(Batch batch) {
    batch.ended.forEach(openIntents::remove);
    openIntents.putAll(batch.begun);
  }

  /// Whether most of the journal is likely old news.
  public boolean wantsCompaction() {
    lock.readLock().lock();
    try {
      return log.length() > COMPACTION_BYTES_MIN + 3 * snapshotLength;
    } finally {
      lock.readLock().unlock();
    }
  }

  /// Starts a new generation. Commits wait meanwhile.
  ///
  /// @param applied the state that all commits so far add up to; open intents are added from here
  public void compact(Iterable<Map.Entry<RelPath, byte[]>> applied) throws IOException {
    lock.writeLock().lock();
    try {
      AppendLog next = AppendLog.open(disk, directory, prefix(generation + 1), (_, _) -> {});
      try {
        snapshotLength = writeSnapshot(next, applied);
      } catch (IOException | RuntimeException e) {
        next.close();
        AppendLog.delete(disk, directory, prefix(generation + 1));
        throw e;
      }
      AppendLog old = log;
      log = next; // it counts from here on, whatever becomes of the old one
      generation++;
      old.close();
      AppendLog.delete(disk, directory, prefix(generation - 1));
    } finally {
      lock.writeLock().unlock();
    }
  }

  /// @return the length of the log that begins with the snapshot
  private long writeSnapshot(AppendLog target, Iterable<Map.Entry<RelPath, byte[]>> applied)
      throws IOException {
    var message = new ProtoWriter();
    JournalRecord.version(message);
    for (Map.Entry<RelPath, byte[]> entry : applied) {
      JournalRecord.put(message, entry.getKey(), entry.getValue());
      if (message.size() >= SNAPSHOT_RECORD_BYTES) {
        target.append(message.toBytes());
        message = new ProtoWriter();
      }
    }
    for (Map.Entry<Long, byte[]> intent : openIntents.entrySet()) {
      JournalRecord.begin(message, intent.getKey(), intent.getValue());
    }
    JournalRecord.snapshotEnd(message, lastIntent.get());
    target.append(message.toBytes());
    target.sync();
    return target.length();
  }

  /// @throws IOException if nothing of this length can be written where the journal is
  public void probe(long bytes) throws IOException {
    Room.probe("Lockstep's own state", disk, directory, bytes);
  }

  @Override
  public void close() throws IOException {
    lock.writeLock().lock();
    try {
      log.close();
      if (ownsDisk) {
        disk.close();
      }
    } finally {
      lock.writeLock().unlock();
    }
  }
}
