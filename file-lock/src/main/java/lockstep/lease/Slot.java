package lockstep.lease;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import lockstep.base.Blake3;
import lockstep.base.PeerId;
import lockstep.base.RelPath;
import org.jspecify.annotations.Nullable;

/// What is known of one path while anything goes on there. Moments are of the elapsed clock.
final class Slot {
  final RelPath path;

  /// What was remembered of the path before: claims of an earlier epoch are over.
  final long past;

  /// Highest epoch promised to anybody, and to whom. Durable.
  long epoch;

  @Nullable PeerId promisedTo;

  /// The claim that was promised; null while it is this device's own, and once it is over.
  @Nullable SignedMessage promised;

  long promisedUntil;

  /// Promises that were broken by force while the leases ran, by holder: who is not told goes on
  /// counting on them. Durable.
  final Map<PeerId, Broken> broken = new HashMap<>();

  /// @param until how long the holder may count on it
  record Broken(SignedMessage claim, long until) {}

  /// A claim from the last run: how old it is, nobody knows.
  @Nullable SignedMessage fromLastRun;

  /// Highest epoch heard of.
  long epochHeard;

  /// The last that each holder said.
  final Map<PeerId, LockRecord> heard = new HashMap<>();

  /// How long that is kept, so that what comes late is known to be old.
  long heardUntil;

  /// The other device that works on the file, as far as this one knows.
  @Nullable SignedMessage seen;

  long seenUntil;

  @Nullable OwnClaim own;

  /// How this device gave its last lock up: for those who have not heard it.
  @Nullable SignedMessage released;

  long releasedUntil;

  /// The last holder's final version, while it is not here, and who has it.
  @Nullable Blake3 awaits;

  @Nullable PeerId awaitsFrom;
  long awaitsUntil;

  /// Set while this device waits to be told that the file is free: the note to the holder.
  @Nullable String asks;

  Standing told = Standing.FREE;

  Slot(RelPath path, long past) {
    this.path = path;
    this.past = past;
    this.epoch = past;
    this.epochHeard = past;
  }

  long epochMax() {
    return Math.max(epoch, epochHeard);
  }

  /// Whether another than `peer` has a promise that still runs.
  boolean isPromisedToOtherThan(PeerId peer, long now) {
    if (promisedTo == null || promisedTo.equals(peer)) return false;
    return own != null || promised != null && promisedUntil > now;
  }

  /// Whether another than `peer` may count on a promise, be it that it was broken by force.
  boolean isCountedOnByOtherThan(PeerId peer, long now) {
    return isPromisedToOtherThan(peer, now)
        || broken.values().stream()
            .anyMatch(it -> it.until > now && !it.claim.sender().equals(peer));
  }

  /// Promises to another what is promised. Whoever has that promise may not have heard of it.
  void breakPromise(PeerId by, long now) {
    if (promised != null && isPromisedToOtherThan(by, now)) {
      broken.put(promised.sender(), new Broken(promised, promisedUntil));
    }
  }

  void promiseOver() {
    promised = null;
    promisedUntil = 0;
  }

  boolean isSeen(long now) {
    return seen != null && seenUntil > now;
  }

  Kept kept() {
    Optional<Kept.OwnLock> lock =
        Optional.ofNullable(own).map(it -> new Kept.OwnLock(it.epoch(), it.ticket, it.request));
    List<SignedMessage> claims = broken.values().stream().map(Broken::claim).toList();
    return new Kept(path, epoch, Optional.ofNullable(promised), lock, claims);
  }

  /// The other device's claim that keeps this one from the path.
  Optional<SignedMessage> inTheWay() {
    if (seen != null) return Optional.of(seen);
    if (promised != null) return Optional.of(promised);
    return broken.values().stream().map(Broken::claim).findFirst();
  }

  Optional<Blake3> awaited() {
    return Optional.ofNullable(awaits);
  }

  /// Whether nothing goes on any more: of the path its epoch is all that needs to be kept.
  boolean isIdle(long now) {
    return heardUntil <= now
        && own == null
        && promised == null
        && broken.isEmpty()
        && seen == null
        && released == null
        && awaits == null
        && asks == null;
  }

  /// The earliest moment after `now` at which something happens.
  long wakeAt(long now) {
    long wake = own == null ? Long.MAX_VALUE : own.wakeAt(now);
    if (heardUntil > now) wake = Math.min(wake, heardUntil);
    if (promised != null) wake = Math.min(wake, promisedUntil);
    for (Broken promise : broken.values()) wake = Math.min(wake, promise.until);
    if (seen != null) wake = Math.min(wake, seenUntil);
    if (released != null) wake = Math.min(wake, releasedUntil);
    if (awaits != null) wake = Math.min(wake, awaitsUntil);
    return wake;
  }
}
