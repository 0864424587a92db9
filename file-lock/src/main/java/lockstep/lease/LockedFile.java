package lockstep.lease;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/// What is to be done to a file so that it looks as its lock stands. The same rules serve while the
/// program runs and when it finds, at its start, what a crash has left behind.
public final class LockedFile {
  /// One step; in their order, each durable before the next.
  public sealed interface Step {
    /// Write the marker, in one piece, replacing an earlier one of ours.
    record WriteMarker(LockMarker marker) implements Step {}

    /// Set the file's permission bits.
    record SetMode(int mode) implements Step {}

    /// Remove our marker.
    record RemoveMarker() implements Step {}
  }

  private LockedFile() {}

  /// Makes a file read-only and says why, while another device works on it. A mode that the marker
  /// tells is never forgotten for one that a lock has made.
  ///
  /// @param found our marker beside the file, if there is one
  /// @param mode the file's permission bits; empty if there is no file, and so nothing to lock
  /// @param lock the other's
  /// @param device its holder's name in the folder
  public static List<Step> lock(
      Optional<LockMarker> found, OptionalInt mode, Lock lock, String device) {
    if (mode.isEmpty()) return unlock(found, mode);
    int original = found.map(LockMarker::originalMode).orElse(mode.getAsInt());
    LockMarker marker = LockMarker.of(lock, device, original, 0);
    var steps = new ArrayList<Step>();
    if (!found.equals(Optional.of(marker))) steps.add(new Step.WriteMarker(marker));
    int locked = LockMode.locked(mode.getAsInt());
    if (locked != mode.getAsInt()) steps.add(new Step.SetMode(locked));
    return steps;
  }

  /// Gives a file back what the lock took: when it is free, or this device's, or at the start if a
  /// marker stands there for no reason. A file without a marker of ours is left as it is.
  public static List<Step> unlock(Optional<LockMarker> found, OptionalInt mode) {
    if (found.isEmpty()) return List.of();
    var steps = new ArrayList<Step>();
    if (mode.isPresent()) {
      int restored = LockMode.original(mode.getAsInt(), found.get().originalMode());
      if (restored != mode.getAsInt()) steps.add(new Step.SetMode(restored));
    }
    steps.add(new Step.RemoveMarker());
    return steps;
  }
}
