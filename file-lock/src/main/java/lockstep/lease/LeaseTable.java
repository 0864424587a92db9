package lockstep.lease;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import lockstep.base.Blake3;
import lockstep.base.PeerId;
import lockstep.base.RelPath;
import org.jspecify.annotations.Nullable;

/// The rules of the lease, path by path: claiming, promising, yielding, releasing.
///
/// It is a quorum lease. A holder claims a path at an epoch; each voter promises an epoch of a path
/// to one holder only, durably, and nobody else any while that lease runs. Who has a majority's
/// promises has the lock, firmly. Promises come from the voters' own clocks and disks alone; no two
/// clocks are ever compared.
final class LeaseTable {
  /// Paths on which one member may hold a claim at a time: bounds the table.
  static final int CLAIMS_MAX = 1024;

  /// How far an epoch may be ahead of what is known here: locks that a device has missed, not
  /// numbers that leave no room above them.
  private static final long EPOCH_JUMP_MAX = 1L << 32;

  /// How long the last holder's final version is waited for once its device is gone.
  static final long AWAIT_NANOS = Duration.ofSeconds(120).toNanos();

  final Map<RelPath, Slot> slots = new LinkedHashMap<>();
  final Epochs epochs;
  final Holder holder;
  final Voter voter;
  private final LeaseContext here;

  LeaseTable(LeaseContext here) {
    this.here = here;
    this.epochs = new Epochs(here.out);
    this.holder = new Holder(here);
    this.voter = new Voter(here, holder);
  }

  // ---- paths

  Slot slot(RelPath path) {
    return slots.computeIfAbsent(path, it -> new Slot(it, epochs.of(it)));
  }

  long epochKnown(RelPath path) {
    Slot slot = slots.get(path);
    return slot == null ? epochs.of(path) : slot.epochMax();
  }

  /// Keeps of the path what must not be forgotten.
  void retire(Slot slot) {
    slots.remove(slot.path);
    epochs.remember(slot.path, slot.epochMax());
    epochs.bound();
  }

  // ---- what others say

  /// A holder asks, renews or releases.
  ///
  /// @param until how long its lease stands here
  /// @param fresh said just now by the holder, who waits for an answer
  void claimed(SignedMessage message, long until, boolean fresh) {
    LockRecord record = message.record();
    String objection = objection(record);
    if (objection != null) {
      here.out.refused(message.sender(), objection);
      return;
    }
    if (record.isReleased() && !slots.containsKey(record.lock().path())) return;
    Slot slot = slot(record.lock().path());
    LockRecord before = slot.heard.get(record.lock().holder());
    if (before != null && !record.isNewerThan(before)) return;
    slot.heard.put(record.lock().holder(), record);
    slot.epochHeard = Math.max(slot.epochHeard, record.lock().epoch());
    slot.heardUntil = here.now + LeaseTerms.grantNanos(record.length());
    if (fresh) here.routes.passOn(message);
    switch (record.phase()) {
      case LockRecord.Phase.Released(var finalVersion) -> released(slot, record, finalVersion);
      case LockRecord.Phase.Held _ -> held(slot, message, until, fresh);
    }
  }

  private @Nullable String objection(LockRecord record) {
    Lock lock = record.lock();
    if (!here.electorate.mayLock(lock.holder())) return "its role does not allow it to lock";
    if (lock.epoch() - epochKnown(lock.path()) > EPOCH_JUMP_MAX) return "its epoch is too high";
    boolean known = slots.containsKey(lock.path());
    return !known && claims(lock.holder()) >= CLAIMS_MAX ? "it holds too many locks" : null;
  }

  /// How many paths a member has a part in.
  long claims(PeerId holder) {
    return slots.values().stream()
        .filter(
            slot -> holder.equals(here.self) ? slot.own != null : slot.heard.containsKey(holder))
        .count();
  }

  private void held(Slot slot, SignedMessage message, long until, boolean fresh) {
    LockRecord record = message.record();
    if (record.lock().epoch() >= slot.past) {
      OwnClaim own = slot.own;
      if (own != null && record.outranks(holder.record(slot, own)))
        holder.giveWay(slot, own, record.lock());
      if (slot.own == null) see(slot, message, until);
    }
    if (fresh && here.electorate.mayLock(here.self)) {
      voter.vote(slot, message, until);
    } else if (fresh && record.lock().epoch() < slot.past) {
      voter.refuse(slot, record.lock());
    }
  }

  private void see(Slot slot, SignedMessage message, long until) {
    SignedMessage seen = slot.seen;
    boolean replaces =
        seen == null
            || !slot.isSeen(here.now)
            || seen.sender().equals(message.sender())
            || message.record().outranks(seen.record());
    if (!replaces) return;
    slot.seen = message;
    slot.seenUntil = until;
  }

  private void released(Slot slot, LockRecord record, Optional<Blake3> finalVersion) {
    PeerId from = record.lock().holder();
    voter.released(slot, record);
    boolean wasSeen =
        slot.seen != null
            && slot.seen.sender().equals(from)
            && slot.seen.record().lock().epoch() <= record.lock().epoch();
    if (wasSeen) slot.seen = null;
    OwnClaim own = slot.own;
    if (wasSeen || own != null) finalVersion.ifPresent(version -> await(slot, version, from));
    if (own != null && own.isConfirmed() && !own.isFirm(here.now)) holder.askAgain(slot, own);
  }

  private void await(Slot slot, Blake3 version, PeerId from) {
    slot.awaits = version;
    slot.awaitsFrom = from;
    slot.awaitsUntil = here.connected.contains(from) ? Long.MAX_VALUE : here.now + AWAIT_NANOS;
  }

  void promised(PeerId voter, LeaseMessage.Promise promise) {
    Slot slot = slots.get(promise.path());
    OwnClaim own = slot == null ? null : slot.own;
    if (slot == null || own == null) return;
    if (own.epoch() != promise.epoch() || !own.isConfirmed()) return;
    own.promised(voter, promise.sequence());
    own.count(here.electorate, here.now);
    if (own.isNews(here.now)) holder.say(slot, own);
  }

  void refused(LeaseMessage.Refusal refusal) {
    Slot slot = slots.get(refusal.path());
    OwnClaim own = slot == null ? null : slot.own;
    if (slot == null || own == null || own.epoch() != refusal.epoch()) return;
    refusal.inTheWay().ifPresent(this::relayed);
    boolean tooLow = refusal.promised() >= own.epoch();
    boolean sane = refusal.promised() - own.epoch() <= EPOCH_JUMP_MAX;
    // What stands in the way either has won just now, or is to give way once it hears of a claim
    // that it does not take for long over.
    if (slot.own == own && own.isConfirmed() && tooLow && sane) {
      slot.epochHeard = Math.max(slot.epochHeard, refusal.promised());
      holder.raise(slot, own);
    }
  }

  /// Somebody passes a claim on.
  void relayed(LeaseMessage.Relayed relayed) {
    LockRecord record = relayed.claim().record();
    if (record.lock().holder().equals(here.self)) return;
    long whole = LeaseTerms.grantNanos(record.length());
    long remaining = Math.min(relayed.remaining().toNanos(), whole);
    claimed(relayed.claim(), here.now + remaining, false);
  }

  void asked(SignedMessage message, LeaseMessage.Ask ask) {
    Slot slot = slots.get(ask.path());
    if (slot == null) return;
    if (slot.own == null) {
      if (slot.seen != null) here.routes.bring(slot.seen.sender(), message);
      return;
    }
    PeerId asker = message.sender();
    Long before = slot.own.askedAt.put(asker, here.now);
    if (before == null || here.now - before > Duration.ofSeconds(10).toNanos()) {
      here.out.tell(new Notice.Asked(ask.path(), asker, ask.note()));
    }
  }

  // ---- time and restart

  /// What has run out, and what is due.
  void pass(Slot slot) {
    OwnClaim own = slot.own;
    if (own != null && own.isConfirmed() && own.nextSend <= here.now) holder.say(slot, own);
    if (own != null && !own.isConfirmed() && own.unconfirmedUntil <= here.now) {
      holder.release(slot, own, Optional.empty());
    }
    voter.pass(slot);
    if (!slot.isSeen(here.now)) slot.seen = null;
    if (slot.releasedUntil <= here.now) slot.released = null;
    if (slot.awaits != null && slot.awaitsUntil <= here.now) {
      slot.awaits = null;
      here.out.tell(new Notice.FinalVersionMissing(slot.path));
    }
  }

  /// Takes in what the last run kept. How long its promises had still to run is not known: each
  /// stands for one whole lease more.
  void restore(Kept kept) {
    slots.remove(kept.path());
    if (kept.path().isRoot()) {
      epochs.raiseFloor(kept.epoch());
      return;
    }
    epochs.remember(kept.path(), kept.epoch());
    if (kept.promised().isEmpty() && kept.own().isEmpty() && kept.broken().isEmpty()) return;
    var slot = new Slot(kept.path(), 0);
    slots.put(kept.path(), slot);
    slot.epoch = kept.epoch();
    voter.restore(slot, kept);
    kept.own().ifPresent(own -> holder.restore(slot, own));
  }
}
