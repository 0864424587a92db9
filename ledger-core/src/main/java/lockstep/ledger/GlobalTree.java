package lockstep.ledger;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.BiConsumer;
import lockstep.base.Node;
import lockstep.base.RelPath;
import lockstep.base.Version;
import lockstep.base.VersionVector;

/// What the ledger says that the folder holds: the official version of each path, and the conflict
/// copies of those that lost a race. A pure function of the set of entries.
///
/// It is always a tree. A path below which something lives is a directory: if its official version
/// is a deletion, the directory stays while it is needed; if it is a file or a link, that becomes a
/// conflict copy. (Directories that nobody ever published, above something that lives, have no
/// version; whoever builds the tree on a disk makes them.)
///
/// A conflict copy that has no entry of its own yet is a version by a writer of its own, so that
/// the next change at its path supersedes exactly that copy; [#conflicts] names the real author.
///
/// Thread-safe; readers see whole batches of entries or nothing of them.
public final class GlobalTree {
  private final ReadWriteLock lock = new ReentrantReadWriteLock();
  private TreeState state; // guarded by lock

  GlobalTree(TreeState state) {
    this.state = state;
  }

  /// A change of the tree, run alone.
  @FunctionalInterface
  interface Step {
    /// @return the state from now on
    TreeState run(TreeState state) throws IOException;
  }

  void update(Step step) throws IOException {
    lock.writeLock().lock();
    try {
      state = step.run(state);
    } finally {
      lock.writeLock().unlock();
    }
  }

  /// What stands at a path, or the deletion of what stood there; empty if nothing ever did.
  public Optional<Version> get(RelPath path) {
    lock.readLock().lock();
    try {
      return state.get(path);
    } finally {
      lock.readLock().unlock();
    }
  }

  /// All versions known of a path, merged: the base of the next change of it.
  public VersionVector known(RelPath path) {
    lock.readLock().lock();
    try {
      return state.known(path);
    } finally {
      lock.readLock().unlock();
    }
  }

  /// A file or link that made way for a directory, and whose copy stands elsewhere.
  ///
  /// @param path the name that it lost
  /// @param copy where it stands now
  /// @param node what it is
  /// @param known the base of a change of that path which does away with it
  public record MadeWay(RelPath path, RelPath copy, Node node, VersionVector known) {}

  /// What made way, if it is its copy that stands at a path. Whoever settles the copy has to
  /// publish what takes its name, too: it would come back when the directory goes.
  public Optional<MadeWay> madeWay(RelPath copy) {
    lock.readLock().lock();
    try {
      return state.madeWay(copy);
    } finally {
      lock.readLock().unlock();
    }
  }

  /// What made way for the directory at a path. Whoever changes or deletes that directory has to
  /// publish the copy, too: a change by the file's own writer would do away with it.
  public Optional<MadeWay> madeWayAt(RelPath path) {
    lock.readLock().lock();
    try {
      return state.madeWayAt(path);
    } finally {
      lock.readLock().unlock();
    }
  }

  /// Calls `visitor` with every path at which something stands, a directory before what it holds.
  /// The visitor must not wait for whoever appends to the ledger.
  public void forEachLive(BiConsumer<RelPath, Version> visitor) {
    lock.readLock().lock();
    try {
      state.forEachLive(visitor);
    } finally {
      lock.readLock().unlock();
    }
  }

  /// Files and symbolic links.
  public long files() {
    lock.readLock().lock();
    try {
      return state.files();
    } finally {
      lock.readLock().unlock();
    }
  }

  /// Directories, without the root.
  public long directories() {
    lock.readLock().lock();
    try {
      return state.directories();
    } finally {
      lock.readLock().unlock();
    }
  }

  /// The sizes of all files together.
  public long bytes() {
    lock.readLock().lock();
    try {
      return state.bytes();
    } finally {
      lock.readLock().unlock();
    }
  }

  /// All conflict copies that stand, in the order of their paths: those of [#conflicts], and those
  /// that are ordinary files under a copy's name, because a device that came late published its
  /// version there, or somebody edited a copy. Deleting or renaming a copy settles either kind.
  public List<Conflict> openConflicts() {
    lock.readLock().lock();
    try {
      return state.openConflicts();
    } finally {
      lock.readLock().unlock();
    }
  }

  /// The copies that stand and have no entry of their own yet, in an order that is the same
  /// everywhere.
  public List<Conflict> conflicts() {
    lock.readLock().lock();
    try {
      return state.conflicts();
    } finally {
      lock.readLock().unlock();
    }
  }
}
