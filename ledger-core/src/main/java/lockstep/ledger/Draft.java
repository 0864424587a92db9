package lockstep.ledger;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import lockstep.base.Blake3;
import lockstep.base.PeerViolationException;
import lockstep.base.PublicKey;
import lockstep.base.VersionVector;
import lockstep.base.WriterId;
import org.jspecify.annotations.Nullable;

/// Entries that are about to enter the ledger, checked one by one against it and against each
/// other. Nothing changes until all of them are; so a batch is taken as a whole or not at all.
final class Draft implements ChainView {
  private record Place(WriterId lane, long sequence) {}

  private final Blake3 folder;
  private final Chains chains;
  private final List<Placed> fitting = new ArrayList<>();
  private final Map<WriterId, Chains.Tip> tips = new HashMap<>();
  private final Map<Place, Placed> fresh = new HashMap<>();
  private final Map<Blake3, Placed> byHash = new HashMap<>();

  /// Lanes that begin here, by their chain.
  private final Map<WriterId, List<Lane>> begun = new HashMap<>();

  /// What the ledger has of the chains that fork in this draft, once asked for.
  private @Nullable Map<Blake3, Spot> newlyForked;

  private Membership membership;

  Draft(Blake3 folder, Chains chains, Membership membership) {
    this.folder = folder;
    this.chains = chains;
    this.membership = membership;
  }

  List<Placed> fitting() {
    return fitting;
  }

  /// With the membership entries of this draft.
  Membership membership() {
    return membership;
  }

  /// Whether the very entry is known already.
  boolean isKnown(Entry entry) {
    return find(entry.head()).isPresent();
  }

  // What is known, this draft included

  @Override
  public List<Lane> lanes(WriterId chain) {
    List<Lane> known = chains.lanes(chain);
    List<Lane> more = begun.isEmpty() ? null : begun.get(chain);
    if (more == null) return known;
    List<Lane> all = new ArrayList<>(known);
    all.addAll(more);
    return all;
  }

  @Override
  public Set<WriterId> forked() {
    if (begun.isEmpty()) return chains.forked();
    Set<WriterId> forked = new TreeSet<>(chains.forked());
    begun.keySet().stream().filter(chain -> lanes(chain).size() > 1).forEach(forked::add);
    return forked;
  }

  @Override
  public int branches(PublicKey device) {
    int begunHere = 0;
    for (List<Lane> lanes : begun.values()) {
      for (Lane lane : lanes) {
        if (!lane.isMain() && lane.chain().device().equals(device)) begunHere++;
      }
    }
    return chains.branches(device) + begunHere;
  }

  @Override
  public Optional<Spot> at(Lane lane, long sequence) {
    Placed placed = fresh.isEmpty() ? null : fresh.get(new Place(lane.name(), sequence));
    return placed == null ? chains.at(lane, sequence) : Optional.of(spot(placed));
  }

  private static Spot spot(Placed placed) {
    Entry entry = placed.entry();
    return new Spot(placed.lane(), entry.sequence(), entry.hash(), entry.clock());
  }

  @Override
  public Optional<Spot> inForked(Blake3 hash) {
    Placed placed = byHash.get(hash);
    if (placed != null) return Optional.of(spot(placed));
    Optional<Spot> known = chains.inForked(hash);
    return known.isPresent() || begun.isEmpty() ? known : inNewlyForked(hash);
  }

  /// The ledger has no index of a chain that forks in this draft.
  private Optional<Spot> inNewlyForked(Blake3 hash) {
    Map<Blake3, Spot> index = newlyForked;
    if (index == null) {
      index = new HashMap<>();
      for (WriterId chain : begun.keySet()) {
        for (Lane lane : chains.lanes(chain)) {
          for (long n = chains.tip(lane.name()).sequence(); n >= lane.first(); n--) {
            Spot spot = chains.at(lane, n).orElseThrow();
            index.put(spot.hash(), spot);
          }
        }
      }
      newlyForked = index;
    }
    return Optional.ofNullable(index.get(hash));
  }

  @Override
  public Chains.Tip tip(WriterId name) {
    Chains.Tip tip = tips.get(name);
    return tip == null ? chains.tip(name) : tip;
  }

  @Override
  public Entry read(Spot spot) throws IOException {
    Placed placed = byHash.get(spot.hash());
    return placed == null ? chains.read(spot) : placed.entry();
  }

  // What is added

  /// The place that has to be filled before an entry fits, if any.
  Optional<Head> lacking(Entry entry) {
    if (entry.sequence() > 1) {
      var before = new Head(entry.writer(), entry.sequence() - 1, entry.previous().orElseThrow());
      if (find(before).isEmpty()) return Optional.of(before);
    }
    return entry.body().seen().stream().filter(head -> find(head).isEmpty()).findFirst();
  }

  /// Adds an entry that nothing is lacking for; its signature was checked.
  ///
  /// @return what it became
  /// @throws PeerViolationException if it does not fit, saying why; the draft is of no use any more
  Placed add(Entry entry) throws IOException {
    checkFolder(entry);
    Optional<Head> lacking = lacking(entry);
    if (lacking.isPresent()) throw refused(entry, lack(entry, lacking.get()));
    Lane lane = laneOf(entry).orElseThrow();
    VersionVector past = past(entry, before(entry, lane));
    var placed = placed(entry, lane, past);
    Payload payload = local(entry, placed.sight());
    var act = Act.of(entry, lane.name(), past, payload);
    if (!membership.asSeenBy(past).permits(act)) {
      throw refused(entry, "its device had no right to write it");
    }
    if (payload instanceof Payload.Changes changes) {
      checkBases(entry, changes, past);
    } else if (act.isMembership()) {
      membership = membership.with(act);
    }
    include(placed);
    return placed;
  }

  private Placed placed(Entry entry, Lane lane, VersionVector past) {
    var own = past.merge(lane.trunk()).with(lane.name(), entry.sequence());
    var tip = new Chains.Tip(entry.sequence(), entry.hash(), entry.clock(), own);
    return new Placed(entry, lane, tip, Sight.of(this, past));
  }

  private void include(Placed placed) {
    Entry entry = placed.entry();
    Lane lane = placed.lane();
    if (entry.sequence() == lane.first()) {
      begun.computeIfAbsent(lane.chain(), _ -> new ArrayList<>()).add(lane);
      newlyForked = null;
    }
    tips.put(lane.name(), placed.tip());
    fresh.put(new Place(lane.name(), entry.sequence()), placed);
    byHash.put(entry.hash(), placed);
    fitting.add(placed);
  }

  private Payload local(Entry entry, Sight sight) throws PeerViolationException {
    try {
      return Wording.local(entry.payload(), sight, this);
    } catch (PeerViolationException e) {
      throw refused(entry, e.getMessage());
    }
  }

  void checkFolder(Entry entry) throws PeerViolationException {
    if (!entry.body().folder().orElse(entry.hash()).equals(folder)) {
      throw refused(entry, "it belongs to another folder");
    }
  }

  private String lack(Entry entry, Head lacking) {
    boolean ownChain =
        lacking.writer().equals(entry.writer()) && lacking.sequence() == entry.sequence() - 1;
    if (hasOther(lacking.writer(), lacking.sequence())) {
      return ownChain
          ? "it does not follow the entry before it"
          : "it builds on another branch of a forked chain";
    }
    return ownChain
        ? "it is number %d of its chain, of which we have %d"
            .formatted(entry.sequence(), tip(entry.writer()).sequence())
        : "it builds on an entry that we do not have";
  }

  /// What the writer had seen. The clock must be exactly one past it: who could run ahead could
  /// leave no room for others, and who could lag behind could take back what it knew.
  private VersionVector past(Entry entry, Chains.Tip before) throws PeerViolationException {
    VersionVector past = before.past();
    long clock = before.clock();
    for (Head head : entry.body().seen()) {
      Spot seen = find(head).orElseThrow();
      boolean old = past.includes(seen.lane().name(), seen.sequence());
      if (old || head.writer().equals(entry.writer())) throw refused(entry, "it tells old news");
      past = seen.joined(past);
      clock = Math.max(clock, seen.clock());
    }
    if (entry.clock() != clock + 1) throw refused(entry, "its clock is wrong");
    return past;
  }

  /// A change cannot supersede what its writer had not seen.
  private static void checkBases(Entry entry, Payload.Changes changes, VersionVector past)
      throws PeerViolationException {
    VersionVector checked = VersionVector.EMPTY;
    for (Change change : changes.changes()) {
      if (!change.base().equals(checked) && !isWithin(change.base(), past)) {
        throw refused(entry, "it supersedes what its writer had not seen");
      }
      checked = change.base();
    }
  }

  private static boolean isWithin(VersionVector base, VersionVector past) {
    for (var counter : base.counters().entrySet()) {
      long seen = CopyMark.isMark(counter.getKey()) ? 1 : past.get(counter.getKey());
      if (counter.getValue() > seen) return false;
    }
    return true;
  }

  static PeerViolationException refused(Entry entry, @Nullable String why) {
    return new PeerViolationException(
        "entry %s is refused: %s".formatted(entry.hash().brief(), why));
  }
}
