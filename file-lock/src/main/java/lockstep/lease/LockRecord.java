package lockstep.lease;

import java.time.Duration;
import java.util.Optional;
import lockstep.base.Blake3;

/// What a holder says of its lock, each time it asks, renews or releases.
///
/// @param ticket the epoch at which this holder first asked, kept when it has to ask again at a
///   higher one: of two that ask at once, the lower (ticket, peer id) gets it
/// @param sequence counts what the holder said in this epoch, from 1
/// @param length of the lease, counted from this record on
public record LockRecord(Lock lock, long ticket, long sequence, Duration length, Phase phase) {
  /// How it is with the lock as its holder says it.
  public sealed interface Phase {
    /// Held, or on the way to it.
    record Held(Strength strength) implements Phase {}

    /// Let go of, or given up before it was firm.
    ///
    /// @param finalVersion the hash of the ledger entry with the holder's last version, which the
    ///   next is to have before writing; empty if nothing was saved
    record Released(Optional<Blake3> finalVersion) implements Phase {}
  }

  public LockRecord {
    LeaseTerms.checkLength(length);
    if (ticket < 1 || ticket > lock.epoch() || sequence < 1) {
      throw new IllegalArgumentException("ticket or sequence of the lock is out of range");
    }
  }

  boolean isFirm() {
    return phase instanceof Phase.Held(var strength) && strength.isFirm();
  }

  boolean isReleased() {
    return phase instanceof Phase.Released;
  }

  /// Whether it was said after `that`, of the same holder. A release is the last word of an epoch.
  boolean isNewerThan(LockRecord that) {
    if (lock.epoch() != that.lock.epoch()) return lock.epoch() > that.lock.epoch();
    if (isReleased() != that.isReleased()) return isReleased();
    return sequence > that.sequence;
  }

  /// Whether this is to have the path and not `that`, of another holder. Of both holders' latest
  /// words each device decides alike.
  boolean outranks(LockRecord that) {
    boolean later = lock.epoch() > that.lock.epoch();
    if (lock.isOverride() && later) return true;
    if (that.lock.isOverride() && that.lock.epoch() > lock.epoch()) return false;
    if (isFirm() != that.isFirm()) return isFirm();
    if (isFirm() && lock.epoch() != that.lock.epoch()) return later;
    return ticket != that.ticket
        ? ticket < that.ticket
        : lock.holder().compareTo(that.lock.holder()) < 0;
  }
}
