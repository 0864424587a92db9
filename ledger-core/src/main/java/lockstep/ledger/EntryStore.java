package lockstep.ledger;

import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import lockstep.base.CorruptStoreException;
import lockstep.base.PeerViolationException;
import lockstep.base.RelPath;
import lockstep.base.Version;
import lockstep.recovery.AppendLog;

/// Entries in the log: a record is one byte that says what it is, then the entry's exact bytes.
final class EntryStore implements AutoCloseable {
  static final byte ENTRY = 1;

  /// An entry that forks a chain; see [Fork].
  static final byte EVIDENCE = 2;

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
      return unverified(record).trusted();
    } catch (PeerViolationException e) {
      throw new CorruptStoreException(
          "the ledger holds an entry that this version cannot read (%s); restore it or join again"
              .formatted(e.getMessage()),
          e);
    }
  }

  private static UnverifiedEntry unverified(byte[] record) throws PeerViolationException {
    return UnverifiedEntry.decode(Arrays.copyOfRange(record, 1, record.length));
  }

  /// @return the record's position
  long append(byte kind, Entry entry) throws IOException {
    byte[] encoded = entry.encodedUnshared();
    byte[] record = new byte[1 + encoded.length];
    record[0] = kind;
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
    byte[] record = log.read(origin.position());
    return Arrays.copyOfRange(record, 1, record.length);
  }

  Entry read(Origin origin) throws IOException {
    return decode(log.read(origin.position()));
  }

  /// One version of a path, from the entry that stated it.
  Version version(Origin origin, RelPath path) throws IOException {
    if (cached(origin).payload() instanceof Payload.Changes(var changes)) {
      int low = 0;
      int high = changes.size() - 1;
      while (low <= high) {
        int middle = low + high >>> 1;
        Change change = changes.get(middle);
        int order = change.path().compareTo(path);
        if (order == 0) {
          var history = change.base().with(origin.writer(), origin.sequence());
          return VersionTable.version(origin, change.node(), history);
        }
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
