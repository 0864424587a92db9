package lockstep.lease;

import java.time.Duration;
import java.util.Optional;
import lockstep.base.PeerId;

/// This device as a voter: whom it promises a path, durably, and whom it refuses.
final class Voter {
  private final LeaseContext here;
  private final Holder holder;

  Voter(LeaseContext here, Holder holder) {
    this.here = here;
    this.holder = holder;
  }

  /// Promises the claim to its holder, or says what stands against it.
  void vote(Slot slot, SignedMessage message, long until) {
    Lock lock = message.record().lock();
    boolean again = isPromised(slot, lock);
    if (!again && !mayPromise(slot, lock)) {
      refuse(slot, lock);
      return;
    }
    slot.breakPromise(lock.holder(), here.now);
    slot.epoch = lock.epoch();
    slot.promisedTo = lock.holder();
    boolean durable = again && slot.promised != null;
    slot.promised = message;
    slot.promisedUntil = until;
    if (!durable) here.out.persist(slot);
    var promise =
        new LeaseMessage.Promise(
            slot.path, lock.holder(), lock.epoch(), message.record().sequence());
    here.routes.send(lock.holder(), here.out.seal(promise));
  }

  private static boolean isPromised(Slot slot, Lock lock) {
    return lock.epoch() == slot.epoch && lock.holder().equals(slot.promisedTo);
  }

  /// An epoch is promised once, and none while another's lease may run, unless that is broken by
  /// force. Who broke it may be gone again before its holder hears of it: so for all but another
  /// force it stands until it has run out.
  private boolean mayPromise(Slot slot, Lock lock) {
    boolean isFree = !slot.isCountedOnByOtherThan(lock.holder(), here.now);
    return lock.epoch() > slot.epoch && (isFree || lock.isOverride());
  }

  void refuse(Slot slot, Lock lock) {
    Optional<LeaseMessage.Relayed> inTheWay = Optional.empty();
    if (slot.isPromisedToOtherThan(lock.holder(), here.now)) inTheWay = inTheWay(slot);
    var refusal =
        new LeaseMessage.Refusal(slot.path, lock.holder(), lock.epoch(), slot.epoch, inTheWay);
    here.routes.send(lock.holder(), here.out.seal(refusal));
  }

  private Optional<LeaseMessage.Relayed> inTheWay(Slot slot) {
    OwnClaim own = slot.own;
    if (own != null) {
      if (!own.isConfirmed()) return Optional.empty(); // or who asks would give way to the last run
      own.said(here.now);
      SignedMessage claim = here.out.seal(new LeaseMessage.Claim(holder.record(slot, own)));
      long whole = LeaseTerms.grantNanos(here.terms.length());
      return Optional.of(new LeaseMessage.Relayed(claim, Duration.ofNanos(whole)));
    }
    return Optional.ofNullable(slot.promised).map(it -> relayed(slot, it, slot.promisedUntil));
  }

  /// A claim of the last run may be long over: it is told, and stands nowhere else for that.
  LeaseMessage.Relayed relayed(Slot slot, SignedMessage claim, long until) {
    boolean isOld = slot.fromLastRun != null && claim.equals(slot.fromLastRun);
    long remaining = isOld ? 0 : Math.max(0, until - here.now);
    return new LeaseMessage.Relayed(claim, Duration.ofNanos(remaining));
  }

  /// A holder has let go.
  void released(Slot slot, LockRecord record) {
    PeerId from = record.lock().holder();
    boolean promised = slot.promised != null && from.equals(slot.promisedTo);
    if (promised && slot.epoch <= record.lock().epoch()) {
      slot.promiseOver();
      here.out.persist(slot);
    }
    Slot.Broken broken = slot.broken.get(from);
    if (broken != null && broken.claim().record().lock().epoch() <= record.lock().epoch()) {
      slot.broken.remove(from);
      here.out.persist(slot);
    }
  }

  /// What has run out.
  void pass(Slot slot) {
    if (slot.promised != null && slot.promisedUntil <= here.now) {
      slot.promiseOver();
      here.out.persist(slot);
    }
    if (slot.broken.values().removeIf(it -> it.until() <= here.now)) here.out.persist(slot);
  }

  void restore(Slot slot, Kept kept) {
    kept.promised().ifPresent(claim -> restorePromise(slot, claim));
    for (SignedMessage claim : kept.broken()) {
      long until = here.now + LeaseTerms.grantNanos(claim.record().length());
      slot.broken.put(claim.sender(), new Slot.Broken(claim, until));
    }
  }

  private void restorePromise(Slot slot, SignedMessage claim) {
    slot.promisedTo = claim.sender();
    slot.promised = claim;
    slot.fromLastRun = claim;
    slot.promisedUntil = here.now + LeaseTerms.grantNanos(claim.record().length());
    slot.seen = claim;
    slot.seenUntil = slot.promisedUntil;
    slot.heard.put(claim.sender(), claim.record());
  }
}
