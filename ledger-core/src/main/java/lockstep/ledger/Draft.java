package lockstep.ledger;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import lockstep.base.Blake3;
import lockstep.base.PeerViolationException;
import lockstep.base.VersionVector;
import lockstep.base.WriterId;

/// Entries that are about to enter the ledger, checked one by one against it and against each
/// other. Nothing changes until all of them are; so a batch is taken as a whole or not at all.
final class Draft {
  /// An entry that fits, with what it makes of its chain's end.
  record Fitting(Entry entry, Chains.Tip tip) {}

  private record Place(WriterId writer, long sequence) {}

  private final Blake3 folder;
  private final Chains chains;
  private final List<Fitting> fitting = new ArrayList<>();
  private final Map<WriterId, Chains.Tip> tips = new HashMap<>();
  private final Map<Place, Entry> fresh = new HashMap<>();
  private Membership membership;

  Draft(Blake3 folder, Chains chains, Membership membership) {
    this.folder = folder;
    this.chains = chains;
    this.membership = membership;
  }

  List<Fitting> fitting() {
    return fitting;
  }

  /// With the membership entries of this draft.
  Membership membership() {
    return membership;
  }

  Chains.Tip tip(WriterId writer) {
    Chains.Tip tip = tips.get(writer);
    return tip == null ? chains.tip(writer) : tip;
  }

  /// Whether the very entry is known already.
  boolean isKnown(Entry entry) {
    return hashAt(entry.writer(), entry.sequence()).equals(Optional.of(entry.hash()));
  }

  /// Whether another entry has the place of this one, or of the one that it follows: proof of a
  /// fork. (Who asks only for what is new never meets the first entry of a branch.)
  boolean forks(Entry entry) {
    return hashAt(entry.writer(), entry.sequence()).isPresent() && !isKnown(entry)
        || entry.sequence() > 1
            && hashAt(entry.writer(), entry.sequence() - 1).isPresent()
            && !hashAt(entry.writer(), entry.sequence() - 1).equals(entry.previous());
  }

  private Optional<Blake3> hashAt(WriterId writer, long sequence) {
    Entry entry = fresh.get(new Place(writer, sequence));
    return entry == null
        ? chains.at(writer, sequence).map(Origin::hash)
        : Optional.of(entry.hash());
  }

  private long clockAt(WriterId writer, long sequence) {
    Entry entry = fresh.get(new Place(writer, sequence));
    return entry == null
        ? chains.at(writer, sequence).map(Origin::clock).orElse(0L)
        : entry.clock();
  }

  /// Adds the next entry of its chain; its signature was checked.
  ///
  /// @throws PeerViolationException saying why it does not fit; the draft is of no use any more
  void add(Entry entry) throws PeerViolationException {
    checkFolder(entry);
    Chains.Tip before = tip(entry.writer());
    checkChain(entry, before);
    VersionVector past = past(entry, before);
    var act = Act.of(entry, past);
    if (!membership.asSeenBy(past).permits(act)) {
      throw refused(entry, "its device had no right to write it");
    }
    if (entry.payload() instanceof Payload.Changes changes) {
      checkBases(entry, changes, past);
    } else {
      membership = membership.with(act);
    }
    include(entry, past);
  }

  private void include(Entry entry, VersionVector past) {
    var tip =
        new Chains.Tip(
            entry.sequence(),
            entry.hash(),
            entry.clock(),
            past.with(entry.writer(), entry.sequence()));
    tips.put(entry.writer(), tip);
    fresh.put(new Place(entry.writer(), entry.sequence()), entry);
    fitting.add(new Fitting(entry, tip));
  }

  void checkFolder(Entry entry) throws PeerViolationException {
    if (!entry.body().folder().orElse(entry.hash()).equals(folder)) {
      throw refused(entry, "it belongs to another folder");
    }
  }

  private void checkChain(Entry entry, Chains.Tip before) throws PeerViolationException {
    if (entry.sequence() != before.sequence() + 1) {
      throw refused(
          entry,
          "it is number %d of its chain, of which we have %d"
              .formatted(entry.sequence(), before.sequence()));
    }
    if (entry.sequence() > 1 && !entry.previous().equals(Optional.of(before.hash()))) {
      throw refused(entry, "it does not follow the entry before it");
    }
  }

  /// What the writer had seen. The clock must be exactly one past it: who could run ahead could
  /// leave no room for others, and who could lag behind could take back what it knew.
  private VersionVector past(Entry entry, Chains.Tip before) throws PeerViolationException {
    VersionVector past = before.past();
    long clock = before.clock();
    for (Head head : entry.body().seen()) {
      if (head.writer().equals(entry.writer()) || past.includes(head.writer(), head.sequence())) {
        throw refused(entry, "it tells old news");
      }
      Optional<Blake3> known = hashAt(head.writer(), head.sequence());
      if (known.isEmpty()) throw refused(entry, "it builds on an entry that we do not have");
      if (!known.get().equals(head.hash())) {
        throw refused(entry, "it builds on another branch of a forked chain");
      }
      past = past.with(head.writer(), head.sequence());
      clock = Math.max(clock, clockAt(head.writer(), head.sequence()));
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

  private static PeerViolationException refused(Entry entry, String why) {
    return new PeerViolationException(
        "entry %s is refused: %s".formatted(entry.hash().brief(), why));
  }
}
