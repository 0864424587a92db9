package lockstep.lease;

import java.time.Duration;
import java.util.List;
import lockstep.base.RelPath;

/// What locks and releases files by itself: a deterministic state machine of one folder on one
/// device, fed with what is seen of its files. Moments are those of [Leases]. Not thread-safe.
public final class AutoLock {
  /// What is to be done with a lock.
  public sealed interface Decision {
    /// Somebody works on it: request the lock.
    record Take(RelPath path) implements Decision {}

    /// The work is done: publish what was saved and release the lock.
    record Release(RelPath path) implements Decision {}

    /// Look whether a process has the file open for writing, and tell [AutoLock#handle].
    record LookForHandle(RelPath path) implements Decision {}

    /// Call [AutoLock#elapsed] at this moment, at the latest; replaces the one named before.
    record WakeAt(long elapsedNanos) implements Decision {}
  }

  /// @param quiet without a save, a marker or an open handle for so long, the work is done
  /// @param grace for so long a file may be gone between an application's delete and rename
  /// @param forgotten a marker without a save or an open handle for so long was left behind
  /// @param look how often to look again whether a process has the file open
  public record Timing(Duration quiet, Duration grace, Duration look, Duration forgotten) {
    /// 60 s, 5 s, 15 s and 12 hours.
    public static final Timing DEFAULT =
        new Timing(
            Duration.ofSeconds(60),
            Duration.ofSeconds(5),
            Duration.ofSeconds(15),
            Duration.ofHours(12));
  }

  private final AutoLockTable table;

  public AutoLock(Lockables lockables, Timing timing) {
    table = new AutoLockTable(lockables, timing);
  }

  /// An application's marker for a document is there.
  public List<Decision> markerAppeared(long nowNanos, RelPath document, RelPath marker) {
    return table.at(nowNanos, () -> table.markerAppeared(document, marker));
  }

  public List<Decision> markerVanished(long nowNanos, RelPath marker) {
    return table.at(nowNanos, () -> table.markerVanished(marker));
  }

  /// A user's application has saved the file: what stands there is not what Lockstep put there.
  public List<Decision> saved(long nowNanos, RelPath path) {
    return table.at(nowNanos, () -> table.saved(path));
  }

  /// The file is gone; perhaps only for the moment that a save takes.
  public List<Decision> vanished(long nowNanos, RelPath path) {
    return table.at(nowNanos, () -> table.vanished(path));
  }

  /// Whether a process of this machine has the file open for writing.
  public List<Decision> handle(long nowNanos, RelPath path, boolean isOpen) {
    return table.at(nowNanos, () -> table.handle(path, isOpen));
  }

  /// A lock of the last run, whose file a process has open still. It is released like any other,
  /// also if the file would not be locked by itself: the user may have just unlocked it.
  public List<Decision> resumed(long nowNanos, RelPath path) {
    return table.at(nowNanos, () -> table.resumed(path));
  }

  /// The user locks it by hand: it stays locked until [#unlocked], whatever applications do.
  public List<Decision> locked(long nowNanos, RelPath path) {
    return table.at(nowNanos, () -> table.locked(path));
  }

  /// The lock is gone, by hand or because it was lost: an application that goes on takes it anew
  /// with its next save only.
  public List<Decision> unlocked(long nowNanos, RelPath path) {
    return table.at(nowNanos, () -> table.unlocked(path));
  }

  /// From now on other files are locked, or for another time. What is locked by itself and would
  /// not be any more is released; what is locked by hand stays.
  public List<Decision> follow(long nowNanos, Lockables lockables, Timing timing) {
    return table.at(nowNanos, () -> table.follow(lockables, timing));
  }

  public List<Decision> elapsed(long nowNanos) {
    return table.at(nowNanos, () -> {});
  }
}
