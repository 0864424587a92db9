package lockstep.testkit.sim;

import java.io.IOException;

/// What goes wrong with a disk. Asked before every operation of Lockstep's.
@FunctionalInterface
public interface Faults {
  /// Nothing ever fails.
  Faults NONE = _ -> {};

  /// What an operation asks of the disk.
  enum Demand {
    LOOK,
    READ,
    /// Needs room.
    GROW,
    CHANGE,
    SYNC
  }

  /// @throws IOException if the operation fails, before it has had any effect
  void before(Demand demand) throws IOException;
}
