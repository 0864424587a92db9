package lockstep.ledger;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import lockstep.base.Blake3;
import lockstep.base.PublicKey;
import lockstep.base.VersionVector;
import lockstep.base.WriterId;

/// The chains of all writers and the order in which their entries came: every entry after those
/// that its writer had seen. Not thread-safe.
final class Chains implements ChainView {
  /// Reads an entry back from the log.
  @FunctionalInterface
  interface Reader {
    Entry read(Origin origin) throws IOException;
  }

  /// The end of a chain.
  ///
  /// @param past all that the last entry's writer had seen, that entry included
  record Tip(long sequence, Blake3 hash, long clock, VersionVector past) {
    static final Tip NONE = new Tip(0, new Blake3(0, 0, 0, 0), 0, VersionVector.EMPTY);
  }

  private static final class Chain {
    final Lane lane;
    final List<Origin> origins = new ArrayList<>();
    Tip tip = Tip.NONE;

    Chain(Lane lane) {
      this.lane = lane;
    }

    Optional<Origin> at(long sequence) {
      long index = sequence - lane.first();
      return index < 0 || index >= origins.size()
          ? Optional.empty()
          : Optional.of(origins.get((int) index));
    }
  }

  private final Reader reader;
  private final Map<WriterId, Chain> chains = new HashMap<>();
  private final List<Origin> order = new ArrayList<>();
  private VersionVector frontier = VersionVector.EMPTY;
  private long clock;

  /// All lanes of the chains that forked.
  private final Map<WriterId, List<Lane>> forked = new TreeMap<>();

  /// The entries of the chains that forked.
  private final Map<Blake3, Origin> inForked = new HashMap<>();

  /// One of each: most entries after a fork see the same of it.
  private final Map<Sight, Sight> sights = new HashMap<>();

  Chains(Reader reader) {
    this.reader = reader;
  }

  Origin add(Placed placed, long position) {
    Entry entry = placed.entry();
    Lane lane = placed.lane();
    var origin =
        new Origin(
            lane,
            entry.sequence(),
            entry.clock(),
            entry.hash(),
            entry.wallTime().toEpochMilli(),
            position,
            placed.sight().isPlain()
                ? Sight.PLAIN
                : sights.computeIfAbsent(placed.sight(), sight -> sight));
    Chain chain = chains.get(lane.name());
    if (chain == null) {
      chain = new Chain(lane);
      chains.put(lane.name(), chain);
      if (!lane.isMain()) branch(lane);
    }
    chain.origins.add(origin);
    chain.tip = placed.tip();
    if (!forked.isEmpty() && forked.containsKey(lane.chain())) inForked.put(entry.hash(), origin);
    order.add(origin);
    frontier = frontier.with(lane.name(), entry.sequence());
    clock = Math.max(clock, entry.clock());
    return origin;
  }

  private void branch(Lane lane) {
    List<Lane> lanes = new ArrayList<>(lanes(lane.chain()));
    if (lanes.size() == 1) {
      for (Origin origin : origins(lanes.getFirst())) {
        inForked.put(origin.hash(), origin);
      }
    }
    lanes.add(lane);
    forked.put(lane.chain(), List.copyOf(lanes));
  }

  private List<Origin> origins(Lane lane) {
    Chain chain = chains.get(lane.name());
    return chain == null ? List.of() : chain.origins;
  }

  @Override
  public int branches(PublicKey device) {
    int branches = 0;
    for (var lanes : forked.entrySet()) {
      if (lanes.getKey().device().equals(device)) branches += lanes.getValue().size() - 1;
    }
    return branches;
  }

  @Override
  public List<Lane> lanes(WriterId chain) {
    List<Lane> lanes = forked.isEmpty() ? null : forked.get(chain);
    if (lanes != null) return lanes;
    Chain main = chains.get(chain);
    return main == null ? List.of() : List.of(main.lane);
  }

  @Override
  public Set<WriterId> forked() {
    return forked.keySet();
  }

  @Override
  public Optional<Spot> at(Lane lane, long sequence) {
    return origin(lane.name(), sequence).map(Origin::spot);
  }

  @Override
  public Optional<Spot> inForked(Blake3 hash) {
    return Optional.ofNullable(inForked.get(hash)).map(Origin::spot);
  }

  @Override
  public Tip tip(WriterId name) {
    Chain chain = chains.get(name);
    return chain == null ? Tip.NONE : chain.tip;
  }

  @Override
  public Entry read(Spot spot) throws IOException {
    return reader.read(origin(spot.lane().name(), spot.sequence()).orElseThrow());
  }

  Optional<Origin> origin(WriterId name, long sequence) {
    Chain chain = chains.get(name);
    return chain == null ? Optional.empty() : chain.at(sequence);
  }

  List<Origin> order() {
    return order;
  }

  VersionVector frontier() {
    return frontier;
  }

  long clock() {
    return clock;
  }

  /// Heads of the lanes that went on since `past`, but one's own.
  List<Head> news(VersionVector past, WriterId self) {
    List<Head> news = new ArrayList<>();
    for (WriterId name : frontier.counters().keySet()) {
      Tip tip = tip(name);
      if (!name.equals(self) && tip.sequence() > past.get(name)) {
        news.add(head(name, tip.sequence()));
      }
    }
    return news;
  }

  /// What stands at the end of each lane, in words that every ledger understands.
  ///
  /// @param reached no more than the frontier
  List<Head> heads(VersionVector reached) {
    List<Head> heads = new ArrayList<>();
    reached.counters().forEach((name, sequence) -> heads.add(head(name, sequence)));
    return heads;
  }

  private Head head(WriterId name, long sequence) {
    Origin origin = origin(name, sequence).orElseThrow();
    return new Head(origin.lane().chain(), sequence, origin.hash());
  }

  /// `reached`, and what somebody has who says that this is the last entry he has of its chain.
  VersionVector reached(Head head, VersionVector reached) {
    Optional<Spot> known = find(head);
    if (known.isPresent()) return known.get().joined(reached);
    List<Lane> lanes = lanes(head.writer());
    if (lanes.size() != 1) return reached;
    long end = tip(lanes.getFirst().name()).sequence();
    return head.sequence() > end ? lanes.getFirst().upTo(end).merge(reached) : reached;
  }

  /// A version vector as an entry states it that knows all that is known here.
  VersionVector stated(VersionVector local) {
    if (forked.isEmpty()) return local;
    var stated = new HashMap<WriterId, Long>();
    local
        .counters()
        .forEach(
            (name, counter) -> {
              Optional<Origin> origin = origin(name, counter);
              if (origin.isPresent() && forked.containsKey(origin.get().lane().chain())) {
                stated.put(Names.place(origin.get().hash()), 1L);
              } else if (Names.travels(name)) {
                stated.put(name, counter);
              }
            });
    return VersionVector.of(stated);
  }

  /// The entries that somebody with `frontier` lacks, in order. (A copy.)
  List<Origin> since(VersionVector theirs) {
    long first = Long.MAX_VALUE;
    for (WriterId name : frontier.counters().keySet()) {
      long next = Math.max(theirs.get(name) + 1, lane(name).first());
      Optional<Origin> missing = origin(name, next);
      if (missing.isPresent()) first = Math.min(first, missing.get().position());
    }
    if (first == Long.MAX_VALUE) return List.of();
    List<Origin> since = new ArrayList<>();
    for (Origin origin : order.subList(indexOf(first), order.size())) {
      if (!theirs.includes(origin.writer(), origin.sequence())) since.add(origin);
    }
    return since;
  }

  private Lane lane(WriterId name) {
    return Optional.ofNullable(chains.get(name)).orElseThrow().lane;
  }

  /// Positions ascend.
  private int indexOf(long position) {
    int low = 0;
    int high = order.size() - 1;
    while (low < high) {
      int middle = low + high >>> 1;
      if (order.get(middle).position() < position) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
