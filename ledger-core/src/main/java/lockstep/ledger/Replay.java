package lockstep.ledger;

import java.io.IOException;
import java.util.Optional;
import lockstep.base.Blake3;
import lockstep.base.CorruptStoreException;
import lockstep.base.Disk;
import lockstep.base.VersionVector;
import lockstep.recovery.AppendLog;
import org.jspecify.annotations.Nullable;

/// What the log of a ledger holds, read back at opening. The entries were checked before they were
/// written, and the log's checksums guard them: signatures are not checked again here, see
/// [Ledger#verify].
final class Replay {
  final Chains chains = new Chains(this::read);
  final TreeState tree = new TreeState();
  private @Nullable Blake3 folder;
  private @Nullable Membership membership;
  private @Nullable EntryStore store;
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
    var opened = new EntryStore(AppendLog.open(home, "ledger", this::record));
    store = opened;
    return opened;
  }

  private Entry read(Origin origin) throws IOException {
    if (store == null) throw new IllegalStateException("the log is still being read");
    return store.read(origin);
  }

  private void record(long position, byte[] bytes) throws IOException {
    Entry entry = EntryStore.decode(bytes);
    switch (bytes[0]) {
      case EntryStore.ENTRY -> add(entry, continuing(entry), position);
      case EntryStore.BRANCH -> add(entry, BranchRecord.decode(bytes).past(), position);
      default ->
          throw new CorruptStoreException(
              "the ledger was written by a newer version of Lockstep; update Lockstep");
    }
  }

  /// What an entry's writer had seen that is not the first of a branch, itself included.
  private VersionVector continuing(Entry entry) throws IOException {
    VersionVector past = chains.before(entry, lane(entry)).past();
    for (Head head : entry.body().seen()) {
      past = chains.find(head).orElseThrow(() -> misfit(entry)).joined(past);
    }
    return past.with(lane(entry).name(), entry.sequence());
  }

  private Lane lane(Entry entry) throws CorruptStoreException {
    return chains.laneOf(entry).orElseThrow(() -> misfit(entry));
  }

  private static CorruptStoreException misfit(Entry entry) {
    return new CorruptStoreException(
        "the ledger lacks what %s builds on; restore it or join again".formatted(entry));
  }

  private void add(Entry entry, VersionVector past, long position) throws IOException {
    if (folder == null) begin(entry.hash());
    if (!entry.body().folder().orElse(entry.hash()).equals(folder)) {
      throw new CorruptStoreException("the ledger holds an entry of another folder: " + entry);
    }
    var tip = new Chains.Tip(entry.sequence(), entry.hash(), entry.clock(), past);
    var placed = new Placed(entry, lane(entry), tip, Sight.of(chains, past));
    Payload payload = Wording.local(entry.payload(), placed.sight(), chains);
    apply(payload, chains.add(placed, position), past);
  }

  private void apply(Payload payload, Origin origin, VersionVector past) {
    Membership before = membership();
    if (payload instanceof Payload.Changes(var changes)) {
      if (!before.isVoid(origin.writer(), origin.sequence(), origin.clock())) {
        tree.apply(origin, changes, _ -> {});
      }
      return;
    }
    var act =
        new Act(origin.writer(), origin.sequence(), origin.clock(), origin.hash(), past, payload);
    if (!act.isMembership()) return;
    Membership after = before.with(act);
    treeIsStale |= !after.hasSameEffectAs(before);
    membership = after;
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
