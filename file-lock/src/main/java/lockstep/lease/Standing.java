package lockstep.lease;

import java.util.Optional;
import lockstep.base.Blake3;

/// How a path stands on this device.
public sealed interface Standing {
  /// Nobody is known to work on it.
  ///
  /// @param awaits the last holder's final version, as long as it is not here yet
  record Free(Optional<Blake3> awaits) implements Standing {}

  /// This device has it, as far as `strength` says.
  ///
  /// @param awaits the last holder's final version, as long as it is not here yet
  record Mine(Lock lock, Strength strength, Optional<Blake3> awaits) implements Standing {}

  /// Another device works on it.
  ///
  /// @param strength as its holder saw it when it last told
  record Theirs(Lock lock, Strength strength) implements Standing {}

  /// What a path is that was never heard of.
  Free FREE = new Free(Optional.empty());

  /// Whether people may write here: nobody else works on it, and the last holder's work has come.
  default boolean isWritable() {
    return switch (this) {
      case Free(var awaits) -> awaits.isEmpty();
      case Mine(_, _, var awaits) -> awaits.isEmpty();
      case Theirs _ -> false;
    };
  }
}
