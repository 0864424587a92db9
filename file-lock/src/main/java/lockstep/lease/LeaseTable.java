package lockstep.lease;

import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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

  /// Epochs that are kept of paths where nothing goes on. Beyond, the highest epoch that is dropped
  /// counts for every path that is not kept.
  static final int EPOCHS_KEPT_MAX = 4096;

  /// How far an epoch may be ahead of what is known here: locks that a device has missed, not
  /// numbers that leave no room above them.
  private static final long EPOCH_JUMP_MAX = 1L << 32;

  /// How long the last holder's final version is waited for once its device is gone.
  static final long AWAIT_NANOS = Duration.ofSeconds(120).toNanos();

  final Map<RelPath, Slot> slots = new LinkedHashMap<>();
  final Electorate electorate = new Electorate();
  Set<PeerId> connected = new HashSet<>();
  long now;

  private final Map<RelPath, Long> epochs = new LinkedHashMap<>();
  private long floor;

  private final PeerId self;
  private final LeaseTerms terms;
  private final Outbox out;

  LeaseTable(PeerId self, LeaseTerms terms, Outbox out) {
    this.self = self;
    this.terms = terms;
    this.out = out;
  }

  // ---- paths

  Slot slot(RelPath path) {
    return slots.computeIfAbsent(path, it -> new Slot(it, epochs.getOrDefault(it, floor)));
  }

  long epochKnown(RelPath path) {
    Slot slot = slots.get(path);
    return slot == null ? epochs.getOrDefault(path, floor) : slot.epochMax();
  }

  /// Keeps of the path what must not be forgotten.
  void retire(Slot slot) {
    slots.remove(slot.path);
    remember(slot.path, slot.epochMax());
    if (epochs.size() > EPOCHS_KEPT_MAX) {
      var oldest = epochs.entrySet().iterator().next();
      epochs.remove(oldest.getKey());
      if (oldest.getValue() > floor) {
        floor = oldest.getValue();
        out.add(new Effect.Persist(floorKept()));
      }
    }
  }

  private void remember(RelPath path, long epoch) {
    epochs.remove(path);
    if (epoch > floor) epochs.put(path, epoch);
  }

  Kept floorKept() {
    return Kept.ofEpoch(RelPath.ROOT, floor);
  }

  Map<RelPath, Long> epochs() {
    return epochs;
  }

  // ---- this device's own locks

  /// Claims a path at an epoch of its own. The device votes for itself.
  void claim(Slot slot, LockRequest request) {
    long epoch = 1 + Math.max(slot.epochMax(), request.baseEpoch());
    slot.own = new OwnClaim(request, epoch, epoch, terms);
    slot.released = null;
    promiseToSelf(slot, epoch);
    say(slot, slot.own);
  }

  /// Claims it again, above all that is known.
  private void raise(Slot slot, OwnClaim own) {
    own.raise(slot.epochMax() + 1);
    promiseToSelf(slot, own.epoch());
    say(slot, own);
  }

  private void promiseToSelf(Slot slot, long epoch) {
    slot.breakPromise(self, now);
    slot.promiseOver();
    slot.seen = null;
    slot.epoch = epoch;
    slot.promisedTo = self;
    out.persist(slot);
  }

  /// Tells the others how it is with this device's lock: asks for it, or renews it.
  void say(Slot slot, OwnClaim own) {
    long sequence = own.said(now);
    if (electorate.mayLock(self)) own.promised(self, sequence);
    own.count(electorate, now);
    own.schedule(now);
    if (connected.isEmpty()) return;
    out.broadcast(out.seal(new LeaseMessage.Claim(record(slot, own))));
  }

  private LockRecord record(Slot slot, OwnClaim own) {
    return new LockRecord(
        lock(slot, own),
        own.ticket,
        Math.max(1, own.sequence()),
        terms.length(),
        new LockRecord.Phase.Held(strength(own)));
  }

  Strength strength(OwnClaim own) {
    return own.strength(electorate, connected.isEmpty(), now);
  }

  Lock lock(Slot slot, OwnClaim own) {
    return new Lock(slot.path, self, own.epoch(), own.request);
  }

  void release(Slot slot, OwnClaim own, Optional<Blake3> finalVersion) {
    slot.own = null;
    slot.promiseOver();
    out.persist(slot);
    var released = new LockRecord.Phase.Released(finalVersion);
    var record =
        new LockRecord(lock(slot, own), own.ticket, own.said(now), terms.length(), released);
    slot.released = out.seal(new LeaseMessage.Claim(record));
    slot.releasedUntil = now + 2 * LeaseTerms.grantNanos(terms.length());
    out.broadcast(slot.released);
  }

  /// Gives way to another's lock, and says so.
  private void giveWay(Slot slot, OwnClaim own, Lock winner) {
    release(slot, own, Optional.empty());
    if (winner.isOverride()) {
      out.tell(new Notice.Overridden(slot.path, winner));
    } else if (own.wasFirm()) {
      out.tell(new Notice.Lost(slot.path, winner));
    } else {
      out.tell(new Notice.Denied(slot.path, winner));
    }
  }

  // ---- what others say

  /// A holder asks, renews or releases.
  ///
  /// @param until how long its lease stands here
  /// @param direct from the holder itself, who waits for an answer
  void claimed(SignedMessage message, long until, boolean direct) {
    LockRecord record = message.record();
    String objection = objection(record);
    if (objection != null) {
      out.refused(message.sender(), objection);
      return;
    }
    if (record.isReleased() && !slots.containsKey(record.lock().path())) return;
    Slot slot = slot(record.lock().path());
    LockRecord before = slot.heard.get(record.lock().holder());
    if (before != null && !record.isNewerThan(before)) return;
    slot.heard.put(record.lock().holder(), record);
    slot.epochHeard = Math.max(slot.epochHeard, record.lock().epoch());
    slot.heardUntil = now + LeaseTerms.grantNanos(record.length());
    switch (record.phase()) {
      case LockRecord.Phase.Released(var finalVersion) -> released(slot, record, finalVersion);
      case LockRecord.Phase.Held _ -> held(slot, message, until, direct);
    }
  }

  private @Nullable String objection(LockRecord record) {
    Lock lock = record.lock();
    if (!electorate.mayLock(lock.holder())) return "its role does not allow it to lock";
    if (lock.epoch() - epochKnown(lock.path()) > EPOCH_JUMP_MAX) return "its epoch is too high";
    boolean known = slots.containsKey(lock.path());
    return !known && claims(lock.holder()) >= CLAIMS_MAX ? "it holds too many locks" : null;
  }

  /// How many paths a member has a part in.
  long claims(PeerId holder) {
    return slots.values().stream()
        .filter(slot -> holder.equals(self) ? slot.own != null : slot.heard.containsKey(holder))
        .count();
  }

  private void held(Slot slot, SignedMessage message, long until, boolean direct) {
    LockRecord record = message.record();
    if (record.lock().epoch() >= slot.past) {
      OwnClaim own = slot.own;
      if (own != null && record.outranks(record(slot, own))) giveWay(slot, own, record.lock());
      if (slot.own == null) see(slot, message, until);
    }
    if (direct && electorate.mayLock(self)) {
      vote(slot, message, until);
    } else if (direct && record.lock().epoch() < slot.past) {
      refuse(slot, record.lock());
    }
  }

  private void see(Slot slot, SignedMessage message, long until) {
    SignedMessage seen = slot.seen;
    boolean replaces =
        seen == null
            || !slot.isSeen(now)
            || seen.sender().equals(message.sender())
            || message.record().outranks(seen.record());
    if (!replaces) return;
    slot.seen = message;
    slot.seenUntil = until;
  }

  /// Promises the claim to its holder, or says what stands against it.
  private void vote(Slot slot, SignedMessage message, long until) {
    Lock lock = message.record().lock();
    boolean again = isPromised(slot, lock);
    if (!again && !mayPromise(slot, lock)) {
      refuse(slot, lock);
      return;
    }
    slot.breakPromise(lock.holder(), now);
    slot.epoch = lock.epoch();
    slot.promisedTo = lock.holder();
    boolean durable = again && slot.promised != null;
    slot.promised = message;
    slot.promisedUntil = until;
    if (!durable) out.persist(slot);
    out.send(
        lock.holder(),
        new LeaseMessage.Promise(
            slot.path, lock.holder(), lock.epoch(), message.record().sequence()));
  }

  private static boolean isPromised(Slot slot, Lock lock) {
    return lock.epoch() == slot.epoch && lock.holder().equals(slot.promisedTo);
  }

  /// An epoch is promised once, and none while another's lease may run, unless that is broken by
  /// force. Who broke it may be gone again before its holder hears of it: so for all but another
  /// force it stands until it has run out.
  private boolean mayPromise(Slot slot, Lock lock) {
    boolean isFree = !slot.isCountedOnByOtherThan(lock.holder(), now);
    return lock.epoch() > slot.epoch && (isFree || lock.isOverride());
  }

  private void refuse(Slot slot, Lock lock) {
    Optional<LeaseMessage.Relayed> inTheWay = Optional.empty();
    if (slot.isPromisedToOtherThan(lock.holder(), now)) inTheWay = inTheWay(slot);
    out.send(
        lock.holder(), new LeaseMessage.Refusal(slot.path, lock.epoch(), slot.epoch, inTheWay));
  }

  private Optional<LeaseMessage.Relayed> inTheWay(Slot slot) {
    OwnClaim own = slot.own;
    if (own != null) {
      own.said(now);
      SignedMessage claim = out.seal(new LeaseMessage.Claim(record(slot, own)));
      long whole = LeaseTerms.grantNanos(terms.length());
      return Optional.of(new LeaseMessage.Relayed(claim, Duration.ofNanos(whole)));
    }
    return Optional.ofNullable(slot.promised).map(it -> relayed(slot, it, slot.promisedUntil));
  }

  /// A claim of the last run may be long over: it is told, and stands nowhere else for that.
  LeaseMessage.Relayed relayed(Slot slot, SignedMessage claim, long until) {
    boolean isOld = slot.fromLastRun != null && claim.equals(slot.fromLastRun);
    long remaining = isOld ? 0 : Math.max(0, until - now);
    return new LeaseMessage.Relayed(claim, Duration.ofNanos(remaining));
  }

  private void released(Slot slot, LockRecord record, Optional<Blake3> finalVersion) {
    PeerId holder = record.lock().holder();
    boolean promised = slot.promised != null && holder.equals(slot.promisedTo);
    if (promised && slot.epoch <= record.lock().epoch()) {
      slot.promiseOver();
      out.persist(slot);
    }
    Slot.Broken broken = slot.broken.get(holder);
    if (broken != null && broken.claim().record().lock().epoch() <= record.lock().epoch()) {
      slot.broken.remove(holder);
      out.persist(slot);
    }
    boolean wasSeen =
        slot.seen != null
            && slot.seen.sender().equals(holder)
            && slot.seen.record().lock().epoch() <= record.lock().epoch();
    if (wasSeen) slot.seen = null;
    OwnClaim own = slot.own;
    if (wasSeen || own != null) finalVersion.ifPresent(version -> await(slot, version, holder));
    if (own != null && own.isConfirmed() && !own.isFirm(now)) askAgain(slot, own);
  }

  private void askAgain(Slot slot, OwnClaim own) {
    if (slot.epochMax() > own.epoch()) {
      raise(slot, own);
    } else {
      say(slot, own);
    }
  }

  private void await(Slot slot, Blake3 version, PeerId from) {
    slot.awaits = version;
    slot.awaitsFrom = from;
    slot.awaitsUntil = connected.contains(from) ? Long.MAX_VALUE : now + AWAIT_NANOS;
  }

  void promised(PeerId voter, LeaseMessage.Promise promise) {
    Slot slot = slots.get(promise.path());
    OwnClaim own = slot == null ? null : slot.own;
    if (slot == null || own == null || !promise.holder().equals(self)) return;
    if (own.epoch() != promise.epoch() || !own.isConfirmed()) return;
    own.promised(voter, promise.sequence());
    own.count(electorate, now);
    if (own.isNews(now)) say(slot, own);
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
      raise(slot, own);
    }
  }

  /// Somebody passes a claim on.
  void relayed(LeaseMessage.Relayed relayed) {
    LockRecord record = relayed.claim().record();
    if (record.lock().holder().equals(self)) return;
    long whole = LeaseTerms.grantNanos(record.length());
    long remaining = Math.min(relayed.remaining().toNanos(), whole);
    claimed(relayed.claim(), now + remaining, false);
  }

  void asked(PeerId asker, LeaseMessage.Ask ask) {
    Slot slot = slots.get(ask.path());
    if (slot == null || slot.own == null) return;
    Long before = slot.own.askedAt.put(asker, now);
    if (before == null || now - before > Duration.ofSeconds(10).toNanos()) {
      out.tell(new Notice.Asked(ask.path(), asker, ask.note()));
    }
  }

  // ---- time and restart

  /// What has run out, and what is due.
  void pass(Slot slot) {
    OwnClaim own = slot.own;
    if (own != null && own.isConfirmed() && own.nextSend <= now) say(slot, own);
    if (own != null && !own.isConfirmed() && own.unconfirmedUntil <= now) {
      release(slot, own, Optional.empty());
    }
    if (slot.promised != null && slot.promisedUntil <= now) {
      slot.promiseOver();
      out.persist(slot);
    }
    if (slot.broken.values().removeIf(it -> it.until() <= now)) out.persist(slot);
    if (!slot.isSeen(now)) slot.seen = null;
    if (slot.releasedUntil <= now) slot.released = null;
    if (slot.awaits != null && slot.awaitsUntil <= now) {
      slot.awaits = null;
      out.tell(new Notice.FinalVersionMissing(slot.path));
    }
  }

  /// Takes in what the last run kept. How long its promises had still to run is not known: each
  /// stands for one whole lease more.
  void restore(Kept kept) {
    slots.remove(kept.path());
    if (kept.path().isRoot()) {
      floor = Math.max(floor, kept.epoch());
      return;
    }
    remember(kept.path(), kept.epoch());
    if (kept.promised().isEmpty() && kept.own().isEmpty() && kept.broken().isEmpty()) return;
    var slot = new Slot(kept.path(), 0);
    slots.put(kept.path(), slot);
    slot.epoch = kept.epoch();
    kept.promised().ifPresent(claim -> restorePromise(slot, claim));
    kept.own().ifPresent(own -> restoreOwn(slot, own));
    for (SignedMessage claim : kept.broken()) {
      long until = now + LeaseTerms.grantNanos(claim.record().length());
      slot.broken.put(claim.sender(), new Slot.Broken(claim, until));
    }
  }

  private void restorePromise(Slot slot, SignedMessage claim) {
    slot.promisedTo = claim.sender();
    slot.promised = claim;
    slot.fromLastRun = claim;
    slot.promisedUntil = now + LeaseTerms.grantNanos(claim.record().length());
    slot.seen = claim;
    slot.seenUntil = slot.promisedUntil;
    slot.heard.put(claim.sender(), claim.record());
  }

  private void restoreOwn(Slot slot, Kept.OwnLock own) {
    slot.own = new OwnClaim(own.request(), own.epoch(), own.ticket(), terms);
    slot.own.unconfirmedUntil = now + terms.length().toNanos();
    slot.promisedTo = self;
  }

  /// Goes on with the last run's lock, at a new epoch: what was said in the old one is not known.
  void confirm(Slot slot, OwnClaim own) {
    own.unconfirmedUntil = 0;
    raise(slot, own);
  }
}
