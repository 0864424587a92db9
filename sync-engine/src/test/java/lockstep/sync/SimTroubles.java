package lockstep.sync;

import java.io.IOException;
import java.nio.file.FileSystemException;
import lockstep.testkit.sim.Faults;
import lockstep.testkit.sim.Scheduler;

/// What is wrong with the disks of a simulated device.
final class SimTroubles implements Faults {
  private final Scheduler world;
  private boolean full;
  private int failing;
  private boolean were;

  SimTroubles(Scheduler world) {
    this.world = world;
  }

  void full(boolean full) {
    this.full = full;
    were |= full;
  }

  /// @param permille of all that is asked for
  void failing(int permille) {
    failing = permille;
    were |= permille > 0;
  }

  void end() {
    full = false;
    failing = 0;
  }

  boolean isAny() {
    return full || failing > 0;
  }

  boolean wereAny() {
    return were;
  }

  @Override
  public void before(Demand demand) throws IOException {
    if (full && demand == Demand.GROW) {
      throw new FileSystemException(null, null, "No space left on device");
    }
    if (failing > 0 && world.random().nextInt(1000) < failing) {
      throw new FileSystemException(null, null, "Input/output error");
    }
  }
}
