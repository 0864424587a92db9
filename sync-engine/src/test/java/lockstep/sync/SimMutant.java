package lockstep.sync;

import java.util.Optional;
import lockstep.testkit.Mutation;

/// A fault planted into the engine as its classes are loaded: one method does nothing any more, or
/// answers what it should have found out. The simulation that does not notice is no proof of
/// anything. The engine itself knows nothing of this.
enum SimMutant {
  /// Received bytes are given their name before they are on the disk.
  STAGED_BYTES_NOT_SYNCED("lockstep.sync.Applier", "syncStaged", 100_000_030),

  /// Names are taken for stable that are not.
  NAMES_NOT_SYNCED("lockstep.sync.Applier", "syncNames", 100_000_039),

  /// Ledger and journal are taken for stable that are not.
  LOGS_NOT_SYNCED("lockstep.recovery.LogSegment", "sync", 100_000_612),

  /// What was displaced is not looked at: a save of this very moment goes down.
  EXCHANGE_NOT_CHECKED("lockstep.recovery.Installer", "isSame", 100_000_136),

  /// A received file just replaces what stands at its name: newer work does not go back.
  BLIND_RENAME("lockstep.recovery.Installer", "putBack", 100_000_407),

  /// Who comes second has lost.
  CONFLICT_FORGOTTEN("lockstep.conflict.Fold", "lose", 100_000_040),

  /// Every version counts as newer than what is here.
  STALE_VERSION_ACCEPTED("lockstep.base.Version", "supersedes", 100_000_025),

  /// An empty directory is an empty folder, whatever is missing in it.
  MARKER_IGNORED("lockstep.sync.Marker", "trouble", 100_001_714),

  /// What was shown is not remembered beyond the run.
  APPLIED_NOT_RECORDED("lockstep.sync.Applier", "end", 100_000_014),

  /// A file that was seen once never changes.
  CHANGES_NOT_SEEN("lockstep.sync.Observed", "unchanged", 100_000_000);

  private final Mutation mutation;
  private final long hunted;

  /// @param hunted the seed from which on it is hunted: one that has noticed it
  SimMutant(String type, String method, long hunted) {
    this.mutation = new Mutation(type, method);
    this.hunted = hunted;
  }

  /// Runs clusters of engines with this fault, until one breaks a promise.
  ///
  /// @return the seed and the promise; empty if none of so many did
  Optional<String> firstCaught(long count) {
    return Optional.ofNullable(
        (String) mutation.call(SimCampaign.class, "firstBroken", hunted, count));
  }
}
