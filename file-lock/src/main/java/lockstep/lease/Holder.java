package lockstep.lease;

import java.util.Optional;
import lockstep.base.Blake3;

/// This device as a holder: it claims paths, renews, gives way and releases.
final class Holder {
  private final LeaseContext here;

  Holder(LeaseContext here) {
    this.here = here;
  }

  /// Claims a path at an epoch of its own. The device votes for itself.
  void claim(Slot slot, LockRequest request) {
    long epoch = 1 + Math.max(slot.epochMax(), request.baseEpoch());
    slot.own = new OwnClaim(request, epoch, epoch, here.terms);
    slot.released = null;
    promiseToSelf(slot, epoch);
    say(slot, slot.own);
  }

  /// Claims it again, above all that is known.
  void raise(Slot slot, OwnClaim own) {
    own.raise(slot.epochMax() + 1);
    promiseToSelf(slot, own.epoch());
    say(slot, own);
  }

  private void promiseToSelf(Slot slot, long epoch) {
    slot.breakPromise(here.self, here.now);
    slot.promiseOver();
    slot.seen = null;
    slot.epoch = epoch;
    slot.promisedTo = here.self;
    here.out.persist(slot);
  }

  /// Tells the others how it is with this device's lock: asks for it, or renews it.
  void say(Slot slot, OwnClaim own) {
    long sequence = own.said(here.now);
    if (here.electorate.mayLock(here.self)) own.promised(here.self, sequence);
    own.count(here.electorate, here.now);
    own.schedule(here.now);
    if (here.connected.isEmpty()) return;
    here.out.broadcast(here.out.seal(new LeaseMessage.Claim(record(slot, own))));
  }

  /// Says what is new of a lock that this device has already.
  void update(Slot slot, OwnClaim own, LockRequest now) {
    LockRequest updated = own.request.updated(now);
    if (updated.equals(own.request)) return;
    own.request = updated;
    here.out.persist(slot);
    if (own.isConfirmed()) say(slot, own);
  }

  LockRecord record(Slot slot, OwnClaim own) {
    return new LockRecord(
        lock(slot, own),
        own.ticket,
        Math.max(1, own.sequence()),
        here.terms.length(),
        new LockRecord.Phase.Held(strength(own)));
  }

  Strength strength(OwnClaim own) {
    return own.strength(here.electorate, here.connected.isEmpty(), here.now);
  }

  Lock lock(Slot slot, OwnClaim own) {
    return new Lock(slot.path, here.self, own.epoch(), own.request);
  }

  void release(Slot slot, OwnClaim own, Optional<Blake3> finalVersion) {
    slot.own = null;
    slot.promiseOver();
    here.out.persist(slot);
    var released = new LockRecord.Phase.Released(finalVersion);
    var record =
        new LockRecord(
            lock(slot, own), own.ticket, own.said(here.now), here.terms.length(), released);
    slot.released = here.out.seal(new LeaseMessage.Claim(record));
    slot.releasedUntil = here.now + 2 * LeaseTerms.grantNanos(here.terms.length());
    here.out.broadcast(slot.released);
  }

  /// Gives way to another's lock, and says so.
  void giveWay(Slot slot, OwnClaim own, Lock winner) {
    release(slot, own, Optional.empty());
    if (winner.isOverride()) {
      here.out.tell(new Notice.Overridden(slot.path, winner));
    } else if (own.wasFirm()) {
      here.out.tell(new Notice.Lost(slot.path, winner));
    } else {
      here.out.tell(new Notice.Denied(slot.path, winner));
    }
  }

  void askAgain(Slot slot, OwnClaim own) {
    if (slot.epochMax() > own.epoch()) {
      raise(slot, own);
    } else {
      say(slot, own);
    }
  }

  void restore(Slot slot, Kept.OwnLock own) {
    slot.own = new OwnClaim(own.request(), own.epoch(), own.ticket(), here.terms);
    slot.own.unconfirmedUntil = here.now + here.terms.length().toNanos();
    slot.promisedTo = here.self;
  }

  /// Goes on with the last run's lock, at a new epoch: what was said in the old one is not known.
  void confirm(Slot slot, OwnClaim own) {
    own.unconfirmedUntil = 0;
    raise(slot, own);
  }
}
