package lockstep.lease;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import lockstep.base.Blake3;
import lockstep.base.PeerId;
import lockstep.base.RelPath;
import lockstep.base.Role;
import org.jspecify.annotations.Nullable;

/// Who works on which file of one folder, as one device knows it: a deterministic state machine.
///
/// Each input takes the moment at which it comes, in nanoseconds of a clock that never stands
/// still, not while the machine sleeps either (on Linux `CLOCK_BOOTTIME`), and answers with the
/// effects to carry out, in order. An earlier moment than the last counts as the last. The first
/// input is [#start]. Not thread-safe: the folder's loop owns it.
public final class Leases {
  private final Blake3 folder;
  private final PeerId self;
  private final Outbox out;
  private final LeaseContext here;
  private final LeaseTable table;
  private long wakeAt = Long.MAX_VALUE;

  /// @param folder the hash of its genesis entry
  public Leases(Blake3 folder, LeaseTerms terms, Signer signer) {
    this(folder, terms, signer.self(), it -> SignedMessage.sign(signer, folder, it));
  }

  /// @param seal makes the messages that this device sends
  Leases(Blake3 folder, LeaseTerms terms, PeerId self, Function<LeaseMessage, SignedMessage> seal) {
    this.folder = folder;
    this.self = self;
    this.out = new Outbox(seal);
    this.here = new LeaseContext(self, terms, out);
    this.table = new LeaseTable(here);
  }

  /// Begins a run.
  ///
  /// @param kept all that [Effect.Persist] made durable in earlier runs, in order
  /// @param members all members, this device included
  public List<Effect> start(long nowNanos, List<Kept> kept, Map<PeerId, Role> members) {
    begin(nowNanos);
    here.electorate.set(members, here.now);
    kept.forEach(table::restore);
    eachOwn(this::recover);
    return finish();
  }

  private void recover(Slot slot, OwnClaim own) {
    out.tell(new Notice.Recovered(slot.path, table.holder.lock(slot, own)));
    if (!here.electorate.mayLock(self)) judgeAgain(slot, own);
  }

  /// The membership is otherwise than before. A holder that may no longer write loses its locks.
  public List<Effect> members(long nowNanos, Map<PeerId, Role> members) {
    begin(nowNanos);
    if (here.electorate.set(members, here.now)) {
      eachOwn(this::judgeAgain);
    }
    return finish();
  }

  private void judgeAgain(Slot slot, OwnClaim own) {
    if (!here.electorate.mayLock(self)) {
      table.holder.release(slot, own, Optional.empty());
      out.tell(new Notice.NotAllowed(slot.path, Notice.NotAllowed.Why.ROLE));
    } else if (own.isConfirmed()) {
      own.recount(here.electorate, here.now);
      table.holder.say(slot, own);
    }
  }

  /// Which members can be reached now, this device not included.
  public List<Effect> connected(long nowNanos, Set<PeerId> peers) {
    begin(nowNanos);
    var added = new HashSet<>(peers);
    added.removeAll(here.connected);
    boolean isNews = !here.connected.equals(peers);
    here.connected = Collections.unmodifiableSortedSet(new TreeSet<>(peers));
    if (isNews) here.routes.changed();
    if (!added.isEmpty()) {
      eachOwn(
          (slot, own) -> {
            if (own.isConfirmed()) table.holder.say(slot, own);
          });
    }
    added.forEach(this::greet);
    table.slots.values().forEach(this::watchFinalVersion);
    return finish();
  }

  /// Tells a member that was away what it may have missed.
  private void greet(PeerId peer) {
    var known = new ArrayList<LeaseMessage.Relayed>();
    int bytes = 0;
    for (Slot slot : table.slots.values()) {
      if (slot.released != null) out.add(new Effect.Send(peer, slot.released));
      SignedMessage seen = slot.seen;
      if (seen == null) continue;
      if (seen.sender().equals(peer)) {
        if (slot.asks != null) out.send(peer, new LeaseMessage.Ask(slot.path, slot.asks));
        continue;
      }
      if (known.size() == MessageCodec.KNOWN_MAX
          || bytes + seen.encodedBytes() > SignedMessage.BYTES_MAX / 2) {
        out.send(peer, new LeaseMessage.Known(known));
        known.clear();
        bytes = 0;
      }
      known.add(table.voter.relayed(slot, seen, slot.seenUntil));
      bytes += seen.encodedBytes();
    }
    if (!known.isEmpty()) out.send(peer, new LeaseMessage.Known(known));
  }

  private void watchFinalVersion(Slot slot) {
    if (slot.awaitsFrom == null) return;
    if (here.connected.contains(slot.awaitsFrom)) {
      slot.awaitsUntil = Long.MAX_VALUE;
    } else if (slot.awaitsUntil == Long.MAX_VALUE) {
      slot.awaitsUntil = here.now + LeaseTable.AWAIT_NANOS;
    }
  }

  /// Somebody begins to work on a file here, or says so of a lock that the last run held
  /// ([Notice.Recovered]). Of a lock that is already this device's only what the work starts from
  /// changes, and the note if there is one. If another has it, the user is told ([Notice.Denied]),
  /// unless the request overrides.
  public List<Effect> request(long nowNanos, RelPath path, LockRequest request) {
    begin(nowNanos);
    Slot known = table.slots.get(path);
    OwnClaim own = known == null ? null : known.own;
    if (!here.electorate.mayLock(self)) {
      out.tell(new Notice.NotAllowed(path, Notice.NotAllowed.Why.ROLE));
    } else if (known != null && own != null) {
      table.holder.update(known, own, request);
      if (!own.isConfirmed()) table.holder.confirm(known, own);
    } else if (known != null && isTaken(known) && request.override().isEmpty()) {
      deny(known);
    } else if (table.claims(self) >= LeaseTable.CLAIMS_MAX) {
      out.tell(new Notice.NotAllowed(path, Notice.NotAllowed.Why.TOO_MANY));
    } else {
      table.holder.claim(table.slot(path), request);
    }
    return finish();
  }

  private boolean isTaken(Slot slot) {
    return slot.isSeen(here.now) || slot.isCountedOnByOtherThan(self, here.now);
  }

  private void deny(Slot slot) {
    slot.inTheWay().ifPresent(it -> out.tell(new Notice.Denied(slot.path, it.record().lock())));
  }

  /// The work on a file here is done. Has no effect on a lock that is not this device's.
  ///
  /// @param finalVersion the hash of the ledger entry with what was saved, published by now; empty
  ///   if nothing was
  public List<Effect> release(long nowNanos, RelPath path, Optional<Blake3> finalVersion) {
    begin(nowNanos);
    Slot slot = table.slots.get(path);
    if (slot != null && slot.own != null) table.holder.release(slot, slot.own, finalVersion);
    return finish();
  }

  /// Asks whoever has a file to let go of it; [Notice.NowFree] follows once it is free.
  public List<Effect> ask(long nowNanos, RelPath path, String note) {
    begin(nowNanos);
    LockRequest.checkText(note);
    Slot slot = table.slots.get(path);
    SignedMessage holder = slot == null ? null : slot.seen;
    if (slot == null || holder == null) {
      if (slot == null || slot.own == null) out.tell(new Notice.NowFree(path));
    } else {
      slot.asks = note;
      here.routes.send(holder.sender(), out.seal(new LeaseMessage.Ask(path, note)));
    }
    return finish();
  }

  /// A version that [Standing] awaits is here, or a later one that was made from it.
  public List<Effect> arrived(long nowNanos, RelPath path, Blake3 version) {
    begin(nowNanos);
    Slot slot = table.slots.get(path);
    if (slot != null && version.equals(slot.awaits)) slot.awaits = null;
    return finish();
  }

  /// A member says something; who brought it does not matter.
  public List<Effect> receive(long nowNanos, SignedMessage message) {
    begin(nowNanos);
    String objection = objection(message);
    if (message.sender().equals(self)) return finish();
    if (objection != null) {
      out.refused(message.sender(), objection);
      return finish();
    }
    switch (message.message()) {
      case LeaseMessage.Claim(var record) ->
          table.claimed(message, here.now + LeaseTerms.grantNanos(record.length()), true);
      case LeaseMessage.Promise promise when !promise.holder().equals(self) ->
          here.routes.bring(promise.holder(), message);
      case LeaseMessage.Promise promise -> table.promised(message.sender(), promise);
      case LeaseMessage.Refusal refusal when !refusal.holder().equals(self) ->
          here.routes.bring(refusal.holder(), message);
      case LeaseMessage.Refusal refusal -> table.refused(refusal);
      case LeaseMessage.Known(var claims) -> claims.forEach(table::relayed);
      case LeaseMessage.Ask ask -> table.asked(message, ask);
      case LeaseMessage.Reach reach -> here.routes.heard(message.sender(), reach);
    }
    return finish();
  }

  private @Nullable String objection(SignedMessage message) {
    if (!message.folder().equals(folder)) return "it is about another folder";
    if (!here.electorate.isMember(message.sender())) return "it is not a member";
    List<LeaseMessage.Relayed> passedOn =
        switch (message.message()) {
          case LeaseMessage.Refusal(_, _, _, _, var inTheWay) -> inTheWay.stream().toList();
          case LeaseMessage.Known(var claims) -> claims;
          case LeaseMessage.Claim _,
              LeaseMessage.Promise _,
              LeaseMessage.Ask _,
              LeaseMessage.Reach _ ->
              List.of();
        };
    return passedOn.stream().allMatch(it -> it.claim().folder().equals(folder))
        ? null
        : "it passes on what is about another folder";
  }

  /// Time has passed; see [Effect.WakeAt].
  public List<Effect> elapsed(long nowNanos) {
    begin(nowNanos);
    return finish();
  }

  /// How a path stands.
  public Standing standing(RelPath path) {
    Slot slot = table.slots.get(path);
    return slot == null ? Standing.FREE : standing(slot);
  }

  /// All paths on which somebody works, or whose last holder's final version is awaited.
  public Map<RelPath, Standing> standings() {
    var all = new java.util.TreeMap<RelPath, Standing>();
    table.slots.values().stream()
        .filter(slot -> !standing(slot).equals(Standing.FREE))
        .forEach(slot -> all.put(slot.path, standing(slot)));
    return all;
  }

  /// When the lease that is known of a path ends unless renewed, on the clock of the inputs; empty
  /// if there is none.
  public Optional<Long> leaseEnds(RelPath path) {
    Slot slot = table.slots.get(path);
    if (slot == null) return Optional.empty();
    if (slot.own != null) return slot.own.ends(here.now);
    return slot.isSeen(here.now) ? Optional.of(slot.seenUntil) : Optional.empty();
  }

  /// The fencing token that a save of this path is to carry: the epoch of this device's firm lock,
  /// 0 while it has none.
  public long fencingEpoch(long nowNanos, RelPath path) {
    here.now = Math.max(here.now, nowNanos);
    Slot slot = table.slots.get(path);
    return slot == null || slot.own == null ? 0 : slot.own.fencingEpoch(here.now);
  }

  /// All that has to be kept: replaces every [Effect.Persist] so far.
  public List<Kept> kept() {
    var kept = new ArrayList<Kept>();
    kept.add(table.epochs.floorKept());
    table
        .epochs
        .kept()
        .forEach(
            (path, epoch) -> {
              if (!table.slots.containsKey(path)) {
                kept.add(Kept.ofEpoch(path, epoch));
              }
            });
    table.slots.values().forEach(slot -> kept.add(slot.kept()));
    return kept;
  }

  // ---- around each input

  private void begin(long nowNanos) {
    here.now = Math.max(here.now, nowNanos);
    table.slots.values().forEach(table::pass);
  }

  private List<Effect> finish() {
    long wake = Long.MAX_VALUE;
    for (Slot slot : List.copyOf(table.slots.values())) {
      tellStanding(slot);
      if (slot.isIdle(here.now)) {
        table.retire(slot);
      } else {
        wake = Math.min(wake, slot.wakeAt(here.now));
      }
    }
    if (wake != wakeAt) out.add(new Effect.WakeAt(wake));
    wakeAt = wake;
    return out.drain();
  }

  private void tellStanding(Slot slot) {
    Standing standing = standing(slot);
    if (!standing.equals(slot.told)) {
      slot.told = standing;
      out.add(new Effect.Stands(slot.path, standing));
    }
    if (slot.asks != null && !(standing instanceof Standing.Theirs)) {
      slot.asks = null;
      if (standing instanceof Standing.Free) out.tell(new Notice.NowFree(slot.path));
    }
  }

  private Standing standing(Slot slot) {
    if (slot.own != null) {
      return new Standing.Mine(
          table.holder.lock(slot, slot.own), table.holder.strength(slot.own), slot.awaited());
    }
    SignedMessage seen = slot.seen;
    if (seen != null
        && slot.isSeen(here.now)
        && seen.record().phase() instanceof LockRecord.Phase.Held(var strength)) {
      return new Standing.Theirs(seen.record().lock(), strength);
    }
    return slot.awaits == null ? Standing.FREE : new Standing.Free(slot.awaited());
  }

  private void eachOwn(java.util.function.BiConsumer<Slot, OwnClaim> action) {
    for (Slot slot : List.copyOf(table.slots.values())) {
      if (slot.own != null) action.accept(slot, slot.own);
    }
  }
}
