package lockstep.testkit.sim;

import java.io.IOException;
import lockstep.base.RelPath;

/// What goes wrong with a disk. Asked before every operation of Lockstep's.
@FunctionalInterface
public interface Faults {
  /// Nothing ever fails.
  Faults NONE = (_, _) -> {};

  /// What an operation asks of the disk.
  enum Demand {
    LOOK,
    READ,
    /// Needs room.
    GROW,
    CHANGE,
    SYNC
  }

  /// @param path what it acts on; of two paths one that is the user's, if there is one
  /// @throws IOException if the operation fails, before it has had any effect
  void before(Demand demand, RelPath path) throws IOException;
}
