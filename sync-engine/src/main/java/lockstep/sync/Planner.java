package lockstep.sync;

import lockstep.base.Node;
import lockstep.base.RelPath;

/// Decides what a path needs: a pure function of the three trees.
///
/// *Global* is what the ledger says, *Disk* what was last observed, *Applied* what this device last
/// made the disk equal to and therefore the merge base: the disk differs from Applied where a user
/// acted here, Global differs from it where somebody acted elsewhere (Balasubramaniam and Pierce,
/// "What is a file synchronizer?", 1998).
final class Planner {
  private Planner() {}

  /// @param global the official node, absent where the ledger has none
  /// @param disk the observed node, absent where nothing stands
  static Decision decide(RelPath path, Node global, Node disk, Applied applied) {
    boolean here = !disk.equals(applied.disk());
    boolean there = !global.equals(applied.ledger());
    if (!here && !there) {
      return new Decision.Nothing(path);
    }
    if (disk.equals(global)) {
      return new Decision.Accept(path, global);
    }
    if (!there) {
      return new Decision.Publish(path, disk);
    }
    return here ? reconcile(path, global, disk, applied) : bring(path, global, disk);
  }

  /// Both sides differ from what was applied, and from each other.
  private static Decision reconcile(RelPath path, Node global, Node disk, Applied applied) {
    if (!disk.isLive() || disk.sameContent(global)) {
      return bring(
          path, global, disk); // edit beats delete; of two times or modes the ledger's stands
    }
    if (!global.isLive()) {
      return new Decision.Publish(path, disk); // edit beats delete
    }
    if (disk.sameContent(applied.disk())) {
      return bring(path, global, disk); // only a time or mode was touched here
    }
    if (global.sameContent(applied.ledger())) {
      return new Decision.Publish(path, disk); // only a time or mode was touched there
    }
    return new Decision.KeepBoth(path, disk);
  }

  /// What this device's user did to a path that somebody else has locked: bytes go beside the file,
  /// where they meet nobody's work; a deletion or a rename is undone; times and modes wait, and
  /// give way to a new version.
  static Decision besideLock(RelPath path, Node global, Node disk, Applied applied) {
    return switch (disk) {
      case Node.Absent _ -> bring(path, global, disk);
      case Node.File _, Node.Symlink _ -> {
        if (disk.sameContent(global)) yield new Decision.Wait(path, "locked");
        yield disk.sameContent(applied.disk())
            ? bring(path, global, disk)
            : new Decision.KeepBoth(path, disk);
      }
      case Node.Directory _ -> new Decision.Publish(path, disk); // no lock is on what it holds
    };
  }

  /// Makes the disk what the ledger says; nothing of the user's is at stake.
  private static Decision bring(RelPath path, Node global, Node disk) {
    return switch (global) {
      case Node.Absent _ -> new Decision.Delete(path);
      case Node.File file ->
          disk.sameContent(file)
              ? new Decision.SetMetadata(path, file)
              : new Decision.Download(path, file);
      case Node.Directory directory ->
          disk instanceof Node.Directory
              ? new Decision.SetMetadata(path, directory)
              : new Decision.MakeDirectory(path, directory);
      case Node.Symlink link -> new Decision.MakeSymlink(path, link);
    };
  }
}
