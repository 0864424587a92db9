package lockstep.sync;

import java.util.List;
import java.util.Map;
import lockstep.base.Disk;
import lockstep.base.RelPath;
import lockstep.lease.LockMarker;

/// What a [Scanner] learned about one directory.
sealed interface Observation {
  RelPath directory();

  /// A directory read to its end: the only ground on which something may be called absent. What was
  /// known to stand in it and is missing from `found` is gone, with all below it, unless it is
  /// ignored (ask [IgnoreRules#match]), a name in `otherFileSystems`, or of a spelling that is
  /// listed in `unrepresentable`.
  ///
  /// @param found what stands here and is not ignored; also what is never synced
  ///   ([Disk.Kind#OTHER]), so that a pipe in a file's place is no deletion
  /// @param otherFileSystems directories where another file system is mounted: not synced, and what
  ///   was synced there before is not deleted
  /// @param unrepresentable names that are no valid path elsewhere (no UTF-8, or too long), made
  ///   readable for messages
  /// @param marks what tells of locks, though it is ignored
  record Listing(
      RelPath directory,
      List<Found> found,
      List<RelPath> otherFileSystems,
      List<String> unrepresentable,
      Marks marks)
      implements Observation {}

  /// What stands in a directory and tells of locks on files beside it.
  ///
  /// @param sealed files that were made read-only, by the markers of Lockstep's that say so
  /// @param applications files that programs put beside what they have open
  record Marks(Map<RelPath, LockMarker> sealed, List<RelPath> applications) {
    static final Marks NONE = new Marks(Map.of(), List.of());
  }

  /// A directory that could not be read, or not to its end: nothing is known of what it holds.
  record Unreadable(RelPath directory, String reason) implements Observation {}

  /// A directory that went away, or made way for something else, before it was read to its end.
  record Gone(RelPath directory) implements Observation {}

  /// Something that stands at a path.
  record Found(RelPath path, Disk.Stat stat) {}
}
