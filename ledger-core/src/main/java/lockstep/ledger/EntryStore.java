package lockstep.ledger;

import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import lockstep.base.CorruptStoreException;
import lockstep.base.PeerViolationException;
import lockstep.base.RelPath;
import lockstep.recovery.AppendLog;

/// Entries in the log: a record is one byte that says what it is, then the entry's exact bytes.
final class EntryStore implements AutoCloseable {
  static final byte ENTRY = 1;

  /// An entry that begins a further branch of its chain, and what its chain had seen before it; see
  /// [BranchRecord].
  static final byte BRANCH = 2;

  private static final int CACHED_CHANGES_MAX = 100_000;

  private final AppendLog log;

  /// Entries decoded lately, oldest use first. Guarded by itself.
  private final Map<Long, Entry> cache = new LinkedHashMap<>(16, 0.75f, true);

  private int cachedChanges; // guarded by cache

  EntryStore(AppendLog log) {
    this.log = log;
  }

  static Entry decode(byte[] record) throws IOException {
    try {
      return UnverifiedEntry.decode(bytes(record)).trusted();
    } catch (PeerViolationException e) {
      throw new CorruptStoreException(
          "the ledger holds an entry that this version cannot read (%s); restore it or join again"
              .formatted(e.getMessage()),
          e);
    }
  }

  private static byte[] bytes(byte[] record) throws PeerViolationException {
    if (record.length == 0) throw new PeerViolationException("a record of no bytes");
    return record[0] == BRANCH
        ? BranchRecord.decode(record).entry()
        : Arrays.copyOfRange(record, 1, record.length);
  }

  /// @return the record's position
  long append(Placed placed) throws IOException {
    if (placed.forks()) return log.append(BranchRecord.of(placed).encoded());
    byte[] encoded = placed.entry().encodedUnshared();
    byte[] record = new byte[1 + encoded.length];
    record[0] = ENTRY;
    System.arraycopy(encoded, 0, record, 1, encoded.length);
    return log.append(record);
  }

  void sync() throws IOException {
    log.sync();
  }

  long length() {
    return log.length();
  }

  /// Forgets what was appended from `length` on, after a write failed; see [AppendLog#rollBack].
  void rollBack(long length) throws IOException {
    log.rollBack(length);
  }

  byte[] encoded(Origin origin) throws IOException {
    try {
      return bytes(log.read(origin.position()));
    } catch (PeerViolationException e) {
      throw new CorruptStoreException("the ledger has a record that cannot be read", e);
    }
  }

  Entry read(Origin origin) throws IOException {
    return decode(log.read(origin.position()));
  }

  /// What an entry states of a path, in its own words.
  Change change(Origin origin, RelPath path) throws IOException {
    if (cached(origin).payload() instanceof Payload.Changes(var changes)) {
      int low = 0;
      int high = changes.size() - 1;
      while (low <= high) {
        int middle = low + high >>> 1;
        Change change = changes.get(middle);
        int order = change.path().compareTo(path);
        if (order == 0) return change;
        if (order < 0) low = middle + 1;
        else high = middle - 1;
      }
    }
    throw new IllegalStateException("entry " + origin.hash() + " states nothing of " + path);
  }

  private Entry cached(Origin origin) throws IOException {
    synchronized (cache) {
      Entry entry = cache.get(origin.position());
      if (entry == null) {
        entry = read(origin);
        cache.put(origin.position(), entry);
        cachedChanges += weight(entry);
        evict();
      }
      return entry;
    }
  }

  private void evict() {
    var oldest = cache.values().iterator();
    while (cachedChanges > CACHED_CHANGES_MAX && cache.size() > 1) {
      cachedChanges -= weight(oldest.next());
      oldest.remove();
    }
  }

  private static int weight(Entry entry) {
    return entry.payload() instanceof Payload.Changes(var changes) ? changes.size() : 1;
  }

  @Override
  public void close() throws IOException {
    log.close();
  }
}
