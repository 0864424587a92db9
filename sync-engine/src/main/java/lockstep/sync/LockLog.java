package lockstep.sync;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import lockstep.base.RelPath;
import lockstep.lease.Kept;
import lockstep.recovery.Journal;

/// What a device may not forget of a folder's locks when it crashes: what it has promised, what it
/// holds, what its user locked by hand, and which files it made read-only. Not thread-safe.
final class LockLog implements AutoCloseable {
  private static final RelPath FLOOR = RelPath.of(RelPath.RESERVED + "/epochs");
  private static final RelPath BY_HAND = RelPath.of(RelPath.RESERVED + "/by-hand");
  private static final RelPath SEALED = RelPath.of(RelPath.RESERVED + "/sealed");
  private static final byte[] YES = {1};

  private final Journal journal;
  private final Map<RelPath, byte[]> entries;

  LockLog(Journal.Opened opened) {
    this.journal = opened.journal();
    this.entries = new HashMap<>(opened.applied());
  }

  List<Kept> kept() throws IOException {
    var kept = new ArrayList<Kept>();
    for (var entry : entries.entrySet()) {
      if (!entry.getKey().startsWith(BY_HAND) && !entry.getKey().startsWith(SEALED)) {
        kept.add(Kept.decode(entry.getValue()));
      }
    }
    return kept;
  }

  boolean isByHand(RelPath path) {
    return entries.containsKey(byHand(path));
  }

  private static RelPath byHand(RelPath path) {
    return path.rebase(RelPath.ROOT, BY_HAND);
  }

  /// Durable on return.
  void keep(Collection<Kept> all) throws IOException {
    var batch = new Journal.Batch();
    for (Kept kept : all) {
      put(batch, kept.path().isRoot() ? FLOOR : kept.path(), kept.encode());
    }
    commit(batch);
  }

  /// Durable on return; known even if that fails.
  void byHand(RelPath path, boolean is) throws IOException {
    if (is == isByHand(path)) {
      return;
    }
    RelPath place = byHand(path);
    var batch = new Journal.Batch();
    if (is) {
      put(batch, place, YES);
    } else {
      entries.remove(place);
      batch.remove(place);
    }
    commit(batch);
  }

  /// Files that were made read-only and may be so still.
  List<Seals.Seal> seals() {
    var seals = new ArrayList<Seals.Seal>();
    entries.forEach(
        (place, value) -> {
          if (place.startsWith(SEALED)) {
            var numbers = ByteBuffer.wrap(value);
            RelPath home = place.rebase(SEALED, RelPath.ROOT);
            seals.add(new Seals.Seal(numbers.getLong(), home, numbers.getInt()));
          }
        });
    return seals;
  }

  /// A file is about to be made read-only, or was found to have been, wherever its marker stood
  /// before. Durable on return.
  void seal(Seals.Seal seal) throws IOException {
    var batch = new Journal.Batch();
    for (Seals.Seal known : seals()) {
      boolean isElsewhere = known.inode() == seal.inode() && !known.home().equals(seal.home());
      if (isElsewhere) remove(batch, known);
    }
    put(batch, seal);
    commit(batch);
  }

  private void put(Journal.Batch batch, Seals.Seal seal) {
    byte[] value =
        ByteBuffer.allocate(Long.BYTES + Integer.BYTES)
            .putLong(seal.inode())
            .putInt(seal.mode())
            .array();
    put(batch, sealed(seal.home()), value);
  }

  /// The file has its mode again, or is none of this device's concern any more.
  void unseal(RelPath home) throws IOException {
    RelPath place = sealed(home);
    if (entries.remove(place) != null) {
      var batch = new Journal.Batch();
      batch.remove(place);
      commit(batch);
    }
  }

  /// A directory's name is spelled anew, and what is sealed below it has gone along.
  void respelled(RelPath from, RelPath to) throws IOException {
    var batch = new Journal.Batch();
    for (Seals.Seal seal : seals()) {
      if (seal.home().startsWith(from)) {
        remove(batch, seal);
        put(batch, seal.respelled(from, to));
      }
    }
    commit(batch);
  }

  private static RelPath sealed(RelPath home) {
    return home.rebase(RelPath.ROOT, SEALED);
  }

  private void remove(Journal.Batch batch, Seals.Seal seal) {
    entries.remove(sealed(seal.home()));
    batch.remove(sealed(seal.home()));
  }

  private void put(Journal.Batch batch, RelPath place, byte[] value) {
    batch.put(place, value);
    entries.put(place, value);
  }

  private void commit(Journal.Batch batch) throws IOException {
    journal.commit(batch);
    if (journal.wantsCompaction()) {
      journal.compact(entries.entrySet());
    }
  }

  @Override
  public void close() throws IOException {
    journal.close();
  }
}
