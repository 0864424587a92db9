package lockstep.lease;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import lockstep.base.PeerId;

/// This device's own lock on a path, or its attempt at one: what was said of it, and who has
/// promised to respect it for how long.
final class OwnClaim {
  /// Renewals whose answers still count; older ones have run out.
  private static final int SENT_MAX = 16;

  private static final long SECOND = 1_000_000_000L;

  LockRequest request;
  final long ticket;
  private final LeaseTerms terms;

  private long epoch;
  private long sequence;
  private final TreeMap<Long, Long> sentAt = new TreeMap<>();
  private final Map<PeerId, Long> promisedUntil = new HashMap<>();
  private long firmUntil = Electorate.NEVER;
  private long firmEpoch;
  private boolean toldFirm;
  private long pauseNanos = SECOND;

  /// When to speak next.
  long nextSend;

  /// The last run's: nothing is said until somebody confirms it. 0 when confirmed, else the moment
  /// at which it is given up.
  long unconfirmedUntil;

  /// When each peer last asked for it, so that nobody is told twice a minute.
  final Map<PeerId, Long> askedAt = new HashMap<>();

  OwnClaim(LockRequest request, long epoch, long ticket, LeaseTerms terms) {
    this.request = request;
    this.epoch = epoch;
    this.ticket = ticket;
    this.terms = terms;
  }

  long epoch() {
    return epoch;
  }

  /// Asks again, higher. A majority's earlier promises still keep others away.
  void raise(long higher) {
    epoch = higher;
    sequence = 0;
    sentAt.clear();
    promisedUntil.clear();
    pauseNanos = SECOND;
  }

  boolean isConfirmed() {
    return unconfirmedUntil == 0;
  }

  /// Counts what is said now.
  ///
  /// @return its sequence number
  long said(long now) {
    sequence++;
    sentAt.put(sequence, now);
    if (sentAt.size() > SENT_MAX) sentAt.pollFirstEntry();
    return sequence;
  }

  long sequence() {
    return sequence;
  }

  /// A lease runs from the moment at which the promised renewal was *sent*.
  void promised(PeerId voter, long renewal) {
    Long sent = sentAt.get(renewal);
    if (sent != null) promisedUntil.merge(voter, sent + terms.length().toNanos(), Math::max);
  }

  /// Counts the promises again.
  void count(Electorate electorate, long now) {
    long until = electorate.firmUntil(promisedUntil, now);
    if (until > now) {
      firmEpoch = epoch;
      firmUntil = Math.max(firmUntil, until);
    }
  }

  /// Of another set of members: what was firm is no more, until that set's majority has promised.
  void recount(Electorate electorate, long now) {
    firmUntil = Electorate.NEVER;
    count(electorate, now);
  }

  boolean isFirm(long now) {
    return firmUntil > now;
  }

  /// Whether it ever was firm.
  boolean wasFirm() {
    return firmEpoch > 0;
  }

  /// Whether it has just become firm, which the others are to hear at once.
  boolean isNews(long now) {
    return isFirm(now) && !toldFirm;
  }

  /// The epoch that fences: that of the firm lock, 0 if it is not firm.
  long fencingEpoch(long now) {
    return isFirm(now) ? firmEpoch : 0;
  }

  Strength strength(Electorate electorate, boolean alone, long now) {
    int promised = electorate.promised(promisedUntil, now);
    if (isFirm(now)) return new Strength.Firm(promised, electorate.size());
    if (alone) return new Strength.Unconfirmed();
    return promised > 1 ? new Strength.Soft(promised, electorate.size()) : new Strength.Requested();
  }

  /// Firm, it is renewed in its rhythm; until then it asks at growing intervals.
  void schedule(long now) {
    toldFirm = isFirm(now);
    long renewal = terms.renewal().toNanos();
    nextSend = now + (toldFirm ? renewal : Math.min(pauseNanos, renewal));
    pauseNanos = toldFirm ? SECOND : Math.min(2 * pauseNanos, renewal);
  }

  /// When it ends unless renewed; empty if it is not firm.
  Optional<Long> ends(long now) {
    return isFirm(now) ? Optional.of(firmUntil) : Optional.empty();
  }

  /// The earliest moment after `now` at which something happens.
  long wakeAt(long now) {
    long wake = isConfirmed() ? nextSend : unconfirmedUntil;
    return isFirm(now) ? Math.min(wake, firmUntil) : wake;
  }
}
