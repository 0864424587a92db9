package lockstep.testkit.sim;

import lockstep.base.RelPath;

/// Hears of every change of a [SimDisk], at once and without fail; what a watcher makes of it is
/// its own affair.
@FunctionalInterface
public interface Watching {
  /// What happened to a name.
  enum Happening {
    /// Closed after writing, or moved here whole.
    WRITTEN,
    /// Bytes changed, not closed yet.
    WRITING,
    /// Mode or times changed.
    TOUCHED,
    /// A directory appeared.
    TREE,
    /// The name went away.
    GONE
  }

  void happened(Happening happening, RelPath path);
}
