package lockstep.recovery;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import lockstep.base.CorruptStoreException;
import lockstep.base.Disk;
import lockstep.base.PeerViolationException;
import lockstep.base.ProtoReader;
import lockstep.base.ProtoWriter;
import lockstep.base.RelPath;
import lockstep.base.TimeSource;

/// What was displaced from a shared folder: the inodes in `.lockstep/history/files`, each named by
/// its id, and a catalogue of where they stood.
///
/// The catalogue is written just before the inode moves, and both become durable with the caller's
/// next sync of the file system. A crash before that leaves an item without a file (forgotten at
/// the next open) or a file without an item (kept, under the name that it has here).
final class History {
  static final RelPath DIRECTORY = RelPath.of(RelPath.RESERVED + "/history");
  static final RelPath FILES = DIRECTORY.resolve("files");
  private static final RelPath CATALOGUE = DIRECTORY.resolve("catalogue");

  /// An id as we give them; somebody may have put a file with another name there, which is kept.
  private static final Pattern GIVEN = Pattern.compile("[0-7][0-9a-f]{15}");

  private final Disk disk;
  private final TimeSource time;
  private final Journal catalogue;
  private final NavigableMap<String, HistoryItem> items = new ConcurrentSkipListMap<>();
  private final AtomicLong lastId = new AtomicLong();
  private final Displaced displaced;

  private History(Disk disk, TimeSource time, Journal catalogue) {
    this.disk = disk;
    this.time = time;
    this.catalogue = catalogue;
    this.displaced = new Displaced(disk);
  }

  static History open(Disk disk, TimeSource time) throws IOException {
    Journal.Opened opened = Journal.open(disk, CATALOGUE);
    var history = new History(disk, time, opened.journal());
    try {
      for (Map.Entry<RelPath, byte[]> entry : opened.applied().entrySet()) {
        String id = entry.getKey().toString();
        history.items.put(id, decode(id, entry.getValue()));
      }
      history.reconcile();
      history.items.values().forEach(history.displaced::watch);
      return history;
    } catch (IOException | RuntimeException e) {
      opened.journal().close();
      throw e;
    }
  }

  static void makeDirectories(Disk disk) throws IOException {
    for (RelPath directory : List.of(DIRECTORY, FILES, CATALOGUE)) {
      Workspace.ensureDirectory(disk, directory);
    }
  }

  /// Makes items and files agree after a crash.
  private void reconcile() throws IOException {
    Set<String> present = new HashSet<>();
    for (Disk.Listed listed : disk.list(FILES)) {
      present.add(listed.name());
      if (!items.containsKey(listed.name())) {
        RelPath here = FILES.resolve(listed.name());
        keep(new HistoryItem(listed.name(), here, time.wallTime(), listed.stat()));
      }
    }
    for (String id : List.copyOf(items.keySet())) {
      if (!present.contains(id)) {
        forget(id);
      }
    }
    lastId.set(
        items.keySet().stream()
            .filter(GIVEN.asMatchPredicate())
            .mapToLong(History::number)
            .max()
            .orElse(0));
  }

  private static long number(String id) {
    return Long.parseLong(id, 16);
  }

  /// Moves what stands at `from` to the history, whatever it is.
  ///
  /// @param path where it stood as the user sees it
  /// @throws NoSuchFileException if nothing stands there
  HistoryItem take(RelPath from, RelPath path, Disk.Stat stat) throws IOException {
    String id = "%016x".formatted(lastId.incrementAndGet());
    var item = new HistoryItem(id, path, time.wallTime(), stat);
    keep(item);
    try {
      disk.rename(from, item.place());
      displaced.watch(item);
      return item;
    } catch (IOException e) {
      try {
        forget(id);
      } catch (IOException f) {
        e.addSuppressed(f);
      }
      throw e;
    }
  }

  /// Moves an item back to a name that must be free.
  ///
  /// @throws java.nio.file.FileAlreadyExistsException if it is not; the item stays
  void giveBack(HistoryItem item, RelPath to) throws IOException {
    disk.rename(item.place(), to);
    forget(item.id());
  }

  /// All items, oldest first.
  List<HistoryItem> items() {
    return List.copyOf(items.values());
  }

  Workspace.Look look() throws IOException {
    return displaced.look(items);
  }

  /// Deletes what is too old, then the oldest until the rest is small enough; never what is pinned
  /// or still being written.
  ///
  /// @param sharePercent part of the disk that the history may take: what it holds against that and
  ///   the free space
  List<HistoryItem> expire(Duration kept, int sharePercent, Predicate<HistoryItem> pinned)
      throws IOException {
    Instant oldest = time.wallTime().minus(kept);
    long bytes = items.values().stream().mapToLong(item -> item.stat().size()).sum();
    long bytesMax = (disk.usableBytes() + bytes) / 100 * sharePercent;
    List<HistoryItem> expired = new ArrayList<>();
    for (HistoryItem item : items()) {
      boolean due = bytes > bytesMax || item.displacedAt().isBefore(oldest);
      if (due && !pinned.test(item) && !displaced.isBeingWritten(item).orElse(false)) {
        delete(item);
        expired.add(item);
        bytes -= item.stat().size();
      }
    }
    if (catalogue.wantsCompaction()) {
      compact();
    }
    return expired;
  }

  private void delete(HistoryItem item) throws IOException {
    try {
      disk.remove(item.place());
    } catch (NoSuchFileException gone) {
      // somebody tidied up by hand
    }
    forget(item.id());
  }

  private void compact() throws IOException {
    Map<RelPath, byte[]> live =
        items.values().stream()
            .collect(Collectors.toMap(item -> RelPath.of(item.id()), History::encode));
    catalogue.compact(live.entrySet());
  }

  private void keep(HistoryItem item) throws IOException {
    catalogue.commitLazily(new Journal.Batch().put(RelPath.of(item.id()), encode(item)));
    items.put(item.id(), item);
  }

  /// A catalogue that cannot be written goes on naming what has no file, until the next open.
  private void forget(String id) throws IOException {
    items.remove(id);
    displaced.forget(id);
    catalogue.commitLazily(new Journal.Batch().remove(RelPath.of(id)));
  }

  private static byte[] encode(HistoryItem item) {
    Disk.Stat stat = item.stat();
    return new ProtoWriter()
        .bytes(1, item.path().utf8())
        .varint(2, item.displacedAt().toEpochMilli())
        .varint(3, stat.kind().ordinal())
        .varint(4, stat.size())
        .varint(5, stat.modifiedNanos())
        .varint(6, stat.changedNanos())
        .varint(7, stat.mode())
        .varint(8, stat.device())
        .varint(9, stat.inode())
        .varint(10, stat.links())
        .toBytes();
  }

  static HistoryItem decode(String id, byte[] bytes) throws CorruptStoreException {
    try {
      RelPath path = RelPath.ROOT;
      long[] numbers = new long[11];
      ProtoReader in = ProtoReader.of(bytes);
      for (int field = in.next(); field != 0; field = in.next()) {
        if (field == 1) {
          path = RelPath.fromUtf8(in.bytes(bytes.length));
        } else if (field < numbers.length) {
          numbers[field] = in.varint();
        }
      }
      return new HistoryItem(id, path, Instant.ofEpochMilli(numbers[2]), stat(numbers));
    } catch (PeerViolationException | IllegalArgumentException | IndexOutOfBoundsException e) {
      throw new CorruptStoreException("the history's catalogue is damaged at item " + id, e);
    }
  }

  private static Disk.Stat stat(long[] numbers) {
    return new Disk.Stat(
        Disk.Kind.values()[(int) numbers[3]],
        numbers[4],
        numbers[5],
        numbers[6],
        (int) numbers[7],
        numbers[8],
        numbers[9],
        (int) numbers[10]);
  }

  void close() throws IOException {
    catalogue.close();
  }
}
