package lockstep.sync;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import lockstep.base.Content;
import lockstep.base.Disk;
import lockstep.base.RelPath;
import lockstep.sync.ignore.IgnoreRules;
import lockstep.sync.transfer.Failure;
import lockstep.sync.transfer.Wanted;

/// Everything that can happen to a folder. Its loop handles one at a time, to the end.
sealed interface FolderEvent {
  /// The watcher saw a path change.
  record Touched(RelPath path) implements FolderEvent {}

  /// The watcher saw a mode or time change.
  record Brushed(RelPath path) implements FolderEvent {}

  /// The watcher saw a path being written; it is not closed yet.
  record Writing(RelPath path) implements FolderEvent {}

  /// The watcher saw a name vanish.
  record Vanished(RelPath path) implements FolderEvent {}

  /// A whole subtree needs a look (a directory appeared, the watcher lost events).
  record Rescan(RelPath directory, String because) implements FolderEvent {}

  /// What `lstat` found at some paths.
  ///
  /// @param looks in the order asked
  record Looked(List<Look> looks) implements FolderEvent {}

  /// @param stat empty where nothing stands
  /// @param link the target, if it is a link
  /// @param trouble why nothing can be said; the path is then left alone
  record Look(
      RelPath path, Optional<Disk.Stat> stat, Optional<String> link, Optional<String> trouble) {}

  /// A directory was read to its end.
  ///
  /// @param looks what stands in it
  /// @param elsewhere directories on other file systems: neither synced nor missing
  /// @param unrepresentable names that cannot be synced, made readable
  /// @param marks what tells of locks
  record Listed(
      RelPath directory,
      List<Look> looks,
      List<RelPath> elsewhere,
      List<String> unrepresentable,
      Observation.Marks marks)
      implements FolderEvent {}

  /// A directory could not be read: nothing is known of what it holds, so nothing in it is missing.
  record Unread(RelPath directory, String reason) implements FolderEvent {}

  /// A directory was not there any more when it was to be read.
  record Gone(RelPath directory) implements FolderEvent {}

  /// A walk over a subtree has ended; its findings came before.
  ///
  /// @param rules the ignore rules as they stand after it
  /// @param anew whether they have what this device excludes as it stands, too
  record ScanEnded(RelPath directory, IgnoreRules rules, boolean anew, Optional<String> trouble)
      implements FolderEvent {}

  /// A file was read and hashed.
  ///
  /// @param stat what it was like before and after
  /// @param content empty if it changed meanwhile
  /// @param torn why it must be a save that was cut off; empty if that was not asked
  record Hashed(
      RelPath path,
      Disk.Stat stat,
      Optional<Content> content,
      Optional<String> torn,
      Optional<String> trouble)
      implements FolderEvent {}

  /// What is about to be published is on stable storage.
  ///
  /// @param failure why it is not
  record Secured(Optional<IOException> failure) implements FolderEvent {}

  /// Steps were carried out.
  ///
  /// @param submissions how many batches of the loop's they were
  record Applied(List<Step.Result> results, int submissions) implements FolderEvent {}

  /// A file was made read-only or writable, for somebody works on it elsewhere or does no more.
  record Sealed(RelPath path, Sealer.Result result) implements FolderEvent {}

  /// Whether a process has a file open for writing.
  record Handle(RelPath path, boolean open) implements FolderEvent {}

  /// Files lie complete in staging.
  record Staged(List<Wanted> ready) implements FolderEvent {}

  /// A file could not be fetched.
  record FetchFailed(Wanted wanted, Failure why) implements FolderEvent {}

  /// File content arrived.
  record Progress(long bytes) implements FolderEvent {}

  /// A member's sync stream is up.
  record PeerUp(SyncSession session) implements FolderEvent {}

  record PeerDown(SyncSession session, String reason) implements FolderEvent {}

  record FromPeer(SyncSession session, SyncMessage message) implements FolderEvent {}

  /// A session has sent all it was given.
  record Drained(SyncSession session) implements FolderEvent {}

  /// Somebody asks something of the loop; the task runs on it.
  record Ask(Consumer<FolderLoop> task) implements FolderEvent {}

  record Stop() implements FolderEvent {}
}
