package lockstep.lease;

import java.util.Optional;
import lockstep.testkit.Mutation;

/// A fault planted into the leases as their classes are loaded: one method does nothing any more,
/// says yes to everything, or answers as another does. The simulation that does not notice is no
/// proof of anything. The leases themselves know nothing of this.
enum LeaseMutant {
  /// A restart forgets to whom the device has promised a path.
  PROMISE_NOT_KEPT("Voter", "restorePromise", 9_200),

  /// A voter promises what it is asked for, whoever has its promise and at whatever epoch.
  EPOCH_NOT_COMPARED("Voter", "mayPromise", 0),

  /// What is broken by force is free at once for whoever comes next.
  BROKEN_PROMISE_FORGOTTEN("Slot", "breakPromise", 1_500),

  /// A holder goes on when its lease has run out.
  HOLDER_DOES_NOT_STOP("OwnClaim", "isFirm", 0),

  /// Leases are counted on clocks that are set while they run.
  EXPIRY_BY_WALL_CLOCK("LeaseDevice", "now", "wallNow", 0),

  /// Others wait for ever for a holder that is gone.
  LEASE_DOES_NOT_END("Slot", "isSeen", 0),

  /// Who loses a lock is not told.
  LOSER_NOT_TOLD("Outbox", "tell", 0),

  /// A released file keeps its mode and its marker.
  LEFT_READ_ONLY("LockedFile", "unlock", 0);

  private final Mutation mutation;
  private final long hunted;

  /// @param hunted the seed from which on it is hunted
  LeaseMutant(String type, String method, long hunted) {
    this(type, method, Optional.empty(), hunted);
  }

  /// @param instead the method of the same class that answers in its place
  LeaseMutant(String type, String method, String instead, long hunted) {
    this(type, method, Optional.of(instead), hunted);
  }

  LeaseMutant(String type, String method, Optional<String> instead, long hunted) {
    this.mutation = new Mutation(LeaseMutant.class.getPackageName() + "." + type, method, instead);
    this.hunted = hunted;
  }

  /// Runs clusters with this fault, until one breaks a promise.
  ///
  /// @return the seed and the promise; empty if none of so many did
  Optional<String> firstCaught(long count) {
    return Optional.ofNullable(
        (String) mutation.call(LeaseCampaign.class, "firstBroken", hunted, count));
  }
}
