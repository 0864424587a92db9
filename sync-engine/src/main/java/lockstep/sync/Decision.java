package lockstep.sync;

import lockstep.base.Node;
import lockstep.base.RelPath;

/// What one path needs. Decisions are data: they can be logged, tested and shown by `why`.
sealed interface Decision {
  RelPath path();

  /// Disk, ledger and what was applied agree.
  record Nothing(RelPath path) implements Decision {}

  /// Disk and ledger agree already; only the record of it is missing.
  record Accept(RelPath path, Node ledger) implements Decision {}

  /// The disk has a change of this device's user: it goes into the ledger.
  record Publish(RelPath path, Node node) implements Decision {}

  /// The ledger has a file whose bytes are not at this path.
  record Download(RelPath path, Node.File file) implements Decision {}

  /// The ledger has a directory where the disk has none.
  record MakeDirectory(RelPath path, Node.Directory directory) implements Decision {}

  /// The ledger has a symbolic link that the disk has not.
  record MakeSymlink(RelPath path, Node.Symlink link) implements Decision {}

  /// Content agrees, mode or time does not: the ledger's are set.
  record SetMetadata(RelPath path, Node ledger) implements Decision {}

  /// The ledger says that nothing stands here.
  record Delete(RelPath path) implements Decision {}

  /// This device's user and another changed the same version. The local node is renamed to a
  /// conflict copy, which is then an ordinary new file; the official version takes the name.
  record KeepBoth(RelPath path, Node local) implements Decision {}

  /// The local file is a save that was cut off when the machine went down: its bytes are renamed to
  /// an ordinary new file, and the official version, the last that was whole, takes the name.
  record SetAside(RelPath path, String reason) implements Decision {}

  /// The disk cannot hold it, beside another that has its name or because of the name itself.
  ///
  /// @param by what has the name, or that of a directory on the way; the path itself if its name is
  ///   none that the disk can spell
  record Taken(RelPath path, RelPath by, String reason) implements Decision {}

  /// A rule says that it is not synced here.
  record Ignored(RelPath path) implements Decision {}

  /// Nothing can be done now.
  record Wait(RelPath path, String reason) implements Decision {}
}
