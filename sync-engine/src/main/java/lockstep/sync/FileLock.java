package lockstep.sync;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import lockstep.base.PeerId;

/// A lock on a file as this device knows it.
///
/// @param path in the folder
/// @param since wall time at which the work began, by the owner's clock
/// @param leaseExpires wall time at which it ends unless renewed, as this device counts
/// @param mine whether it is this device's
/// @param note a word of the owner's; may be empty
/// @param strength how far it can be relied on
/// @param promised members that have promised to respect it, the owner included, as far as known
/// @param voters members that could
/// @param asks who has asked for it, if it is this device's
public record FileLock(
    String folder,
    String path,
    PeerId owner,
    String ownerName,
    Instant since,
    Optional<Instant> leaseExpires,
    boolean mine,
    String note,
    Strength strength,
    int promised,
    int voters,
    List<Ask> asks) {

  public FileLock {
    asks = List.copyOf(asks);
  }

  /// Somebody waits for the file.
  ///
  /// @param note a word of theirs; may be empty
  public record Ask(String name, String note) {}

  /// How far a lock can be relied on, told as it is.
  public enum Strength {
    /// Asked for; nobody has answered yet.
    REQUESTED,
    /// Some members have promised to respect it, not a majority.
    SOFT,
    /// A majority has promised it: nobody else can have it.
    FIRM,
    /// No other member is connected: others may be working on the same file.
    UNCONFIRMED;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
