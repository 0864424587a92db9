package lockstep.ledger;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import lockstep.base.Blake3;
import lockstep.base.CorruptStoreException;
import lockstep.base.Disk;
import lockstep.recovery.AppendLog;
import org.jspecify.annotations.Nullable;

/// What the log of a ledger holds, read back at opening. The entries were checked before they were
/// written, and the log's checksums guard them: signatures are not checked again here, see
/// [Ledger#verify].
final class Replay {
  final Chains chains = new Chains();
  final List<Entry> evidence = new ArrayList<>();
  final TreeState tree = new TreeState();
  private @Nullable Blake3 folder;
  private @Nullable Membership membership;
  private boolean treeIsStale;

  /// @param folder the folder that the log is for; empty to learn it from the genesis
  Replay(Optional<Blake3> folder) {
    folder.ifPresent(this::begin);
  }

  private void begin(Blake3 id) {
    folder = id;
    membership = Membership.empty(id);
  }

  /// @param home belongs to the store from now on
  EntryStore run(Disk home) throws IOException {
    return new EntryStore(AppendLog.open(home, "ledger", this::record));
  }

  private void record(long position, byte[] bytes) throws IOException {
    Entry entry = EntryStore.decode(bytes);
    switch (bytes[0]) {
      case EntryStore.ENTRY -> add(entry, position);
      case EntryStore.EVIDENCE -> evidence.add(entry);
      default ->
          throw new CorruptStoreException(
              "the ledger was written by a newer version of Lockstep; update Lockstep");
    }
  }

  private void add(Entry entry, long position) throws IOException {
    if (folder == null) begin(entry.hash());
    if (!entry.body().folder().orElse(entry.hash()).equals(folder)) {
      throw new CorruptStoreException("the ledger holds an entry of another folder: " + entry);
    }
    Membership before = membership();
    Chains.Tip tip = chains.next(entry);
    Origin origin = chains.add(entry, tip, position);
    if (entry.payload() instanceof Payload.Changes(var changes)) {
      if (!before.isVoid(entry.writer(), entry.sequence(), entry.clock())) {
        tree.apply(origin, changes, _ -> {});
      }
    } else {
      Membership after = before.with(Act.of(entry, tip.past()));
      treeIsStale |= !after.hasSameEffectAs(before);
      membership = after;
    }
  }

  Blake3 folder() throws CorruptStoreException {
    if (folder == null) {
      throw new CorruptStoreException("the ledger has no entries; join the folder again");
    }
    return folder;
  }

  Membership membership() {
    if (membership == null) throw new IllegalStateException("the ledger has no entries");
    return membership;
  }

  /// Whether the tree must be built again, since what counts changed while it was.
  boolean treeIsStale() {
    return treeIsStale;
  }
}
