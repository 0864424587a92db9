package lockstep.ledger;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import lockstep.base.Blake3;
import lockstep.base.CorruptStoreException;
import lockstep.base.Disk;
import lockstep.base.DurabilityException;
import lockstep.base.Entropy;
import lockstep.base.PeerViolationException;
import lockstep.base.PrivateKey;
import lockstep.base.PublicKey;
import lockstep.base.RelPath;
import lockstep.base.Role;
import lockstep.base.TimeSource;
import lockstep.base.VersionVector;

/// The signed, append-only history of one folder, and the state that follows from it.
///
/// Thread-safe. What [#append] and [#accept] return is durable, and so is whatever can be read
/// here: an entry shows up only after the disk has confirmed it. One process at a time may have a
/// ledger's directory open.
public final class Ledger implements AutoCloseable {
  private final PublicKey self;
  private final Blake3 folderId;
  private final EntryStore store;
  private final GlobalTree global;

  /// Orders the writers; guards `chains`.
  private final ReentrantLock lock = new ReentrantLock();

  private final Chains chains;
  private final OwnChains own;
  private final Author author;
  private final TreeBuilder trees;

  /// What the ledger was given outside any conversation, and cannot take yet.
  private final Waiting unclaimed = new Waiting();

  private volatile List<Fork> forks = List.of();
  private volatile List<Head> heads = List.of();
  private volatile Membership membership;
  private volatile VersionVector frontier;
  private volatile long clock;

  private Ledger(PrivateKey self, TimeSource time, Blake3 folderId, EntryStore store, Replay replay)
      throws IOException {
    this.self = self.publicKey();
    this.folderId = folderId;
    this.store = store;
    this.chains = replay.chains;
    this.membership = replay.membership();
    this.own = new OwnChains(this.self, chains);
    this.author = new Author(self, time, folderId, chains, own);
    this.trees = new TreeBuilder(store, chains);
    this.frontier = chains.frontier();
    this.clock = chains.clock();
    this.heads = chains.heads(frontier);
    this.forks = Forks.open(chains, membership);
    TreeState tree = replay.treeIsStale() ? trees.build(membership) : replay.tree;
    trees.settle(tree, membership, _ -> {});
    this.global = new GlobalTree(tree);
  }

  /// Starts a new folder with this device as its creator and first admin.
  ///
  /// @param home holds no ledger; closed with this one
  public static Ledger create(
      Disk home,
      PrivateKey self,
      String folderName,
      String deviceName,
      TimeSource time,
      Entropy entropy)
      throws IOException {
    var nonce = Blake3.fromBytes(entropy.bytes(Blake3.LENGTH), 0);
    Entry genesis = Author.genesis(self, time, new Payload.Genesis(folderName, deviceName, nonce));
    return begin(home, self, genesis.hash(), List.of(genesis.encoded()), time, true);
  }

  /// Begins this device's copy of a folder that it joins. What an earlier, interrupted attempt left
  /// in the directory is taken up.
  ///
  /// @param home where the ledger is to be; closed with it
  /// @param folderId from the invitation: the first entry must have this hash
  /// @param entries in dependency order, the genesis first
  /// @throws PeerViolationException if they are not such a folder's
  public static Ledger join(
      Disk home, PrivateKey self, Blake3 folderId, List<byte[]> entries, TimeSource time)
      throws IOException {
    return begin(home, self, folderId, entries, time, false);
  }

  private static Ledger begin(
      Disk home,
      PrivateKey self,
      Blake3 folderId,
      List<byte[]> entries,
      TimeSource time,
      boolean fresh)
      throws IOException {
    Ledger ledger = load(home, self, time, new Replay(Optional.of(folderId)));
    try {
      if (fresh && !ledger.frontier.isEmpty()) {
        throw new IllegalStateException("there is a ledger in the directory already");
      }
      ledger.accept(entries);
      if (ledger.frontier.isEmpty()) {
        throw new PeerViolationException("the folder to join came without its first entry");
      }
      return ledger;
    } catch (IOException | RuntimeException e) {
      ledger.close();
      throw e;
    }
  }

  /// Opens the ledger that `home` holds, and closes `home` with it. A torn tail (entries whose
  /// writing a crash interrupted, and that nobody was told of) is cut.
  ///
  /// @throws CorruptStoreException if there is none, or it is damaged
  public static Ledger open(Disk home, PrivateKey self, TimeSource time) throws IOException {
    return load(home, self, time, new Replay(Optional.empty()));
  }

  private static Ledger load(Disk home, PrivateKey self, TimeSource time, Replay replay)
      throws IOException {
    EntryStore store = replay.run(home);
    try {
      return new Ledger(self, time, replay.folder(), store, replay);
    } catch (IOException | RuntimeException e) {
      store.close();
      throw e;
    }
  }

  // What is known

  /// The hash of the first entry.
  public Blake3 folderId() {
    return folderId;
  }

  /// As its creator named it.
  public String folderName() throws IOException {
    Origin first;
    lock.lock();
    try {
      first = chains.order().getFirst();
    } finally {
      lock.unlock();
    }
    return store.read(first).payload() instanceof Payload.Genesis genesis ? genesis.folder() : "";
  }

  /// Up to where each chain is known, and each branch of one that forked. For this ledger alone:
  /// others may name branches otherwise. [#heads] says the same to everybody.
  public VersionVector frontier() {
    return frontier;
  }

  /// The last entry of each chain, and of each branch of one that forked.
  public List<Head> heads() {
    return heads;
  }

  /// What somebody has of this ledger who says that these are his last entries. Where he is further
  /// in a chain than this ledger, he is taken to have all of it; where his branch of a chain is
  /// unknown here, nothing is taken for granted.
  public VersionVector reached(List<Head> theirs) {
    lock.lock();
    try {
      var reached = VersionVector.EMPTY;
      for (Head head : theirs) {
        reached = chains.reached(head, reached);
      }
      return reached;
    } finally {
      lock.unlock();
    }
  }

  /// Whether all is here that can be had from somebody with these last entries. What a device in
  /// quarantine says that it has does not count.
  public boolean hasAll(List<Head> theirs) {
    Set<PublicKey> withheld = Forks.devices(forks);
    withheld.remove(self);
    lock.lock();
    try {
      return theirs.stream()
          .filter(head -> !withheld.contains(head.writer().device()))
          .allMatch(head -> chains.find(head).isPresent());
    } finally {
      lock.unlock();
    }
  }

  /// The highest logical clock of all entries.
  public long clock() {
    return clock;
  }

  /// Who belongs to the folder.
  public Members members() {
    return membership.members();
  }

  /// The name of a device that is or was a member.
  public String nameOf(PublicKey device) {
    return membership.name(device);
  }

  /// The role that a device had before one of the entries, for people only: whether that entry
  /// stands is not asked.
  public Optional<Role> roleBefore(Entry entry, PublicKey device) {
    return membership.roleBefore(entry, device);
  }

  /// All invitations that an admin made, in publication order, spent and withdrawn ones too.
  public List<Invitation> invitations() {
    return membership.invitations();
  }

  /// One of them.
  public Optional<Invitation> invitation(PublicKey key) {
    return invitations().stream().filter(made -> made.terms().key().equals(key)).findFirst();
  }

  /// What the folder holds, always up to date.
  public GlobalTree global() {
    return global;
  }

  /// Proven forks that no admin has healed: their devices are in quarantine.
  public List<Fork> forks() {
    return forks;
  }

  /// All entries, newest first, read as the stream goes on. It fails with
  /// [java.io.UncheckedIOException] where the disk does.
  public Stream<Entry> entries() {
    return origins().reversed().stream().map(this::read);
  }

  /// The entries that are not in `seen`, each after those it depends on; else as [#entries].
  public Stream<Entry> entriesSince(VersionVector seen) {
    return missing(seen).stream().map(this::read);
  }

  private Entry read(Origin origin) {
    try {
      return store.read(origin);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private List<Origin> missing(VersionVector theirs) {
    lock.lock();
    try {
      return chains.since(theirs);
    } finally {
      lock.unlock();
    }
  }

  private List<Origin> origins() {
    lock.lock();
    try {
      return List.copyOf(chains.order());
    } finally {
      lock.unlock();
    }
  }

  /// The entries that somebody with `theirs` lacks, each after those it depends on: as many as
  /// `bytesMax` holds, but at least one if there is any.
  public Missing since(VersionVector theirs, long bytesMax) throws IOException {
    List<byte[]> encoded = new ArrayList<>();
    VersionVector reached = theirs;
    long bytes = 0;
    for (Origin origin : missing(theirs)) {
      byte[] entry = store.encoded(origin);
      bytes += entry.length;
      if (bytes > bytesMax && !encoded.isEmpty()) break;
      encoded.add(entry);
      reached = reached.with(origin.writer(), origin.sequence());
    }
    return new Missing(encoded, reached);
  }

  // What is added

  /// Signs and appends statements of this device, made knowing all that the ledger holds. Batches
  /// of changes are cut into several entries where one would grow too long.
  ///
  /// @return once durable
  /// @throws IllegalStateException if this device has no right to state it, or a change is based on
  ///   what the ledger does not hold
  public Appended append(List<Payload> payloads) throws IOException {
    lock.lock();
    try {
      var draft = new Draft(folderId, chains, membership);
      author.write(payloads, draft);
      return commit(draft);
    } finally {
      lock.unlock();
    }
  }

  /// How far this device's own chains reach.
  public VersionVector written() {
    lock.lock();
    try {
      return own.written();
    } finally {
      lock.unlock();
    }
  }

  /// Takes note of how far this device's own chains are said to reach, by a peer or by a record
  /// kept elsewhere. Where that is further than the ledger knows, this is a restored copy of an
  /// older one: what it states from now on goes to a new chain.
  public void claim(VersionVector elsewhere) {
    lock.lock();
    try {
      own.claim(elsewhere);
    } finally {
      lock.unlock();
    }
  }

  /// Says, as an entry, that this device knows of the forks that it has not yet written anything
  /// about. So what it holds of the forked chains stays, and becomes everybody's. To be called
  /// where a change may be published; does nothing where there is nothing to say.
  public Appended testify() throws IOException {
    lock.lock();
    try {
      boolean isHeard = members().role(self).isPresent() && !Forks.devices(forks).contains(self);
      Optional<PublicKey> news =
          Forks.unseen(chains, membership, own.pasts()).stream().filter(_ -> isHeard).findFirst();
      return news.isEmpty()
          ? Appended.NOTHING
          : append(List.of(new Payload.Quarantine(news.get())));
    } finally {
      lock.unlock();
    }
  }

  /// Takes entries that come outside any conversation.
  public Appended accept(List<byte[]> encoded) throws IOException {
    return accept(encoded, unclaimed);
  }

  /// Takes entries of any members, in dependency order. Known ones are passed over. One that forks
  /// a chain puts its device in quarantine; what that device writes from then on is taken only if
  /// devices in good standing have built upon it, see `Intake`. The arrays become the ledger's.
  ///
  /// @param waiting what the same member sent before that had to wait; looked at again, and filled
  ///   with what has to wait now
  /// @return what was new, once durable
  /// @throws PeerViolationException if one of them is malformed, forged, not permitted to its
  ///   writer, or builds on an entry that is neither known nor before it: then none is taken
  public Appended accept(List<byte[]> encoded, Waiting waiting) throws IOException {
    List<Entry> verified = new ArrayList<>();
    for (byte[] bytes : encoded) {
      UnverifiedEntry unverified = UnverifiedEntry.decode(bytes);
      if (!isKnown(unverified.trusted())) verified.add(unverified.verify());
    }
    lock.lock();
    try {
      Appended taken = take(verified, waiting);
      return taken.entries().isEmpty() ? taken : taken.and(lookAgain(waiting));
    } finally {
      lock.unlock();
    }
  }

  /// What came may vouch for what waits, or heal its writer.
  private Appended lookAgain(Waiting waiting) throws IOException {
    Appended all = Appended.NOTHING;
    try {
      for (boolean more = true; more && !waiting.isEmpty(); ) {
        Appended taken = take(List.of(), waiting);
        more = !taken.entries().isEmpty();
        all = all.and(taken);
      }
    } catch (PeerViolationException e) {
      waiting.keep(List.of()); // of no use; what came before it has been taken
    }
    return all;
  }

  private boolean isKnown(Entry entry) {
    if (!frontier.includes(entry.writer(), entry.sequence())) return false;
    lock.lock();
    try {
      return chains.find(entry.head()).isPresent();
    } finally {
      lock.unlock();
    }
  }

  private Appended take(List<Entry> verified, Waiting waiting) throws IOException {
    List<Entry> sent = waiting.with(verified);
    var draft = new Draft(folderId, chains, membership);
    var intake = new Intake(draft, self, Forks.devices(forks), waiting.isFull());
    List<Entry> left = intake.run(sent);
    Appended taken = commit(draft);
    waiting.keep(left);
    return taken;
  }

  private Appended commit(Draft draft) throws IOException {
    if (draft.fitting().isEmpty()) return Appended.NOTHING;
    List<Long> positions = store(draft);
    Set<RelPath> changed = new HashSet<>();
    global.update(tree -> publish(draft, positions, tree, changed));
    var places = VersionVector.EMPTY;
    for (Placed placed : draft.fitting()) {
      places = places.merge(placed.lane().trunk());
      places = places.with(placed.lane().name(), placed.entry().sequence());
    }
    return new Appended(draft.fitting().stream().map(Placed::entry).toList(), changed, places);
  }

  /// All of it or, where the disk takes no more, nothing: the next attempt states other entries of
  /// the same numbers.
  private List<Long> store(Draft draft) throws IOException {
    long before = store.length();
    List<Long> positions = new ArrayList<>();
    try {
      for (Placed placed : draft.fitting()) {
        positions.add(store.append(placed));
      }
      store.sync();
      return positions;
    } catch (DurabilityException e) {
      throw e;
    } catch (IOException e) {
      store.rollBack(before);
      throw e;
    }
  }

  /// Lets everybody see what has become durable.
  private TreeState publish(Draft draft, List<Long> positions, TreeState tree, Set<RelPath> changed)
      throws IOException {
    Membership before = membership;
    membership = draft.membership();
    boolean sameEffect = membership.hasSameEffectAs(before);
    for (int i = 0; i < positions.size(); i++) {
      Placed placed = draft.fitting().get(i);
      Origin origin = chains.add(placed, positions.get(i));
      if (sameEffect) trees.apply(placed.entry(), origin, membership, tree, changed::add);
    }
    frontier = chains.frontier();
    heads = chains.heads(frontier);
    clock = chains.clock();
    forks = Forks.open(chains, membership);
    if (!sameEffect) return trees.rebuild(tree, membership, changed);
    trees.settle(tree, membership, changed::add);
    return tree;
  }

  // What is checked

  /// Reads every entry from the disk again and checks each signature, hash, chain and right anew.
  /// Others may go on meanwhile.
  public Audit verify() throws IOException {
    return LedgerAudit.run(folderId, origins(), store);
  }

  @Override
  public void close() throws IOException {
    store.close();
  }
}
