package lockstep.ledger;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import lockstep.base.Blake3;
import lockstep.base.PublicKey;
import lockstep.base.VersionVector;
import lockstep.base.WriterId;

/// Chains as one looks things up in them: those of the ledger ([Chains]), or with entries that are
/// about to enter it ([Draft]).
interface ChainView {
  /// Where an entry stands.
  record Spot(Lane lane, long sequence, Blake3 hash, long clock) {
    /// It and what it builds on in its chain.
    VersionVector reached() {
      return lane.upTo(sequence);
    }

    /// What somebody has seen that had seen `past`, and now this.
    VersionVector joined(VersionVector past) {
      return past.merge(lane.trunk()).with(lane.name(), sequence);
    }
  }

  /// How many further branches a device's chains have.
  int branches(PublicKey device);

  /// The branches of a chain as entries name it, in the order in which they came to be known; none
  /// if the chain is unknown.
  List<Lane> lanes(WriterId chain);

  /// The chains that have several branches.
  Set<WriterId> forked();

  /// What stands at a place of a lane.
  Optional<Spot> at(Lane lane, long sequence);

  /// The entry of a hash, in a chain that forked.
  Optional<Spot> inForked(Blake3 hash);

  Chains.Tip tip(WriterId name);

  /// The entry itself; it must be there.
  Entry read(Spot spot) throws IOException;

  default Optional<Spot> find(WriterId chain, long sequence, Blake3 hash) {
    for (Lane lane : lanes(chain)) {
      Optional<Spot> spot = at(lane, sequence);
      if (spot.isPresent() && spot.get().hash().equals(hash)) return spot;
    }
    return Optional.empty();
  }

  /// Which branch an entry continues or begins; empty if the entry before it is not there.
  default Optional<Lane> laneOf(Entry entry) {
    WriterId chain = entry.writer();
    if (entry.sequence() == 1) {
      boolean first = lanes(chain).isEmpty();
      return Optional.of(first ? Lane.main(chain) : branch(chain, VersionVector.EMPTY, 1));
    }
    return before(entry)
        .map(
            spot ->
                tip(spot.lane().name()).sequence() == spot.sequence()
                    ? spot.lane()
                    : branch(chain, spot.reached(), entry.sequence()));
  }

  private Optional<Spot> before(Entry entry) {
    return find(entry.writer(), entry.sequence() - 1, entry.previous().orElseThrow());
  }

  /// The chain as it is before an entry that is to continue or begin `lane`.
  default Chains.Tip before(Entry entry, Lane lane) throws IOException {
    if (entry.sequence() == 1) return Chains.Tip.NONE;
    Chains.Tip tip = tip(lane.name());
    return tip.sequence() == entry.sequence() - 1 ? tip : tipAt(before(entry).orElseThrow());
  }

  private Lane branch(WriterId chain, VersionVector trunk, long first) {
    WriterId name = Names.branch(chain.device(), branches(chain.device()));
    return new Lane(chain, name, trunk, first);
  }

  /// The chain as it was when an entry was its last. What its writer had seen is kept of the last
  /// entries alone, so all of the chain is read. That is for forks, of which there are few.
  private Chains.Tip tipAt(Spot end) throws IOException {
    VersionVector past = end.reached();
    for (Optional<Spot> spot = Optional.of(end); spot.isPresent(); ) {
      Entry entry = read(spot.get());
      for (Head head : entry.body().seen()) {
        past = find(head).orElseThrow().joined(past);
      }
      spot = entry.previous().flatMap(hash -> find(entry.writer(), entry.sequence() - 1, hash));
    }
    return new Chains.Tip(end.sequence(), end.hash(), end.clock(), past);
  }

  default Optional<Spot> find(Head head) {
    return find(head.writer(), head.sequence(), head.hash());
  }

  /// Whether something else has the number in its chain.
  default boolean hasOther(WriterId chain, long sequence) {
    return lanes(chain).stream().anyMatch(lane -> at(lane, sequence).isPresent());
  }

  /// Further branches of forked chains.
  default List<Lane> branches() {
    List<Lane> branches = new ArrayList<>();
    for (WriterId chain : forked()) {
      lanes(chain).stream().filter(lane -> !lane.isMain()).forEach(branches::add);
    }
    return branches;
  }
}
