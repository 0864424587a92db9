package lockstep.sync;

import java.time.Duration;
import lockstep.lease.AutoLock;
import lockstep.lease.Lockables;

/// Which files of a folder are locked without anybody asking, and for how long.
///
/// @param files `off`, `all`, `default` or name patterns separated by spaces, of which `default`
///   may be one
/// @param quiet for how long nothing is saved and no program has the file open until it is released
public record LockPolicy(String files, Duration quiet) {
  /// Formats that no program can merge; a minute.
  public static final LockPolicy DEFAULT =
      new LockPolicy("default", AutoLock.Timing.DEFAULT.quiet());

  /// Only what is locked by hand.
  public static final LockPolicy OFF = new LockPolicy("off", AutoLock.Timing.DEFAULT.quiet());

  /// @throws IllegalArgumentException saying what would be right
  public LockPolicy {
    Lockables.parse(files);
    if (quiet.compareTo(Duration.ofSeconds(1)) < 0 || quiet.compareTo(Duration.ofDays(1)) > 0) {
      throw new IllegalArgumentException("a quiet time is 1 second to 1 day, not " + quiet);
    }
  }

  AutoLock.Timing timing() {
    var usual = AutoLock.Timing.DEFAULT;
    return new AutoLock.Timing(quiet, usual.grace(), usual.look(), usual.forgotten());
  }

  Lockables lockables() {
    return Lockables.parse(files);
  }
}
