package lockstep.recovery;

import java.util.Optional;
import lockstep.base.Disk;

/// What became of a change to a user's file.
public sealed interface Outcome {
  /// The staged file or link stands at the target.
  ///
  /// @param now as it was put there; a later save by the user differs from it
  /// @param displaced what stood there before: programs that have it open may still write to it
  record Installed(Disk.Stat now, Optional<HistoryItem> displaced) implements Outcome {}

  /// Nothing stands at the target any more.
  ///
  /// @param displaced where it went; empty for a directory
  record Retired(Optional<HistoryItem> displaced) implements Outcome {}

  /// Somebody else changed the target first. It is as they left it; plan anew.
  ///
  /// @param found what stands there instead of what was expected
  record Changed(Optional<Disk.Stat> found) implements Outcome {}
}
