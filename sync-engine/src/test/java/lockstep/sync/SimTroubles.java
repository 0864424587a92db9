package lockstep.sync;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.util.function.Consumer;
import lockstep.base.RelPath;
import lockstep.testkit.sim.Faults;
import lockstep.testkit.sim.Scheduler;

/// What is wrong with the disks of a simulated device.
final class SimTroubles implements Faults {
  private final Scheduler world;
  private boolean full;
  private int failing;
  private boolean were;
  private int racing;
  private Consumer<RelPath> racer = _ -> {};
  private final boolean racesLooks;
  private final Consumer<RelPath> teller;

  /// @param racesLooks whether users are ahead not only of changes but of looks, too
  /// @param teller hears of each name that Lockstep changes in the folder
  SimTroubles(Scheduler world, boolean racesLooks, Consumer<RelPath> teller) {
    this.world = world;
    this.racesLooks = racesLooks;
    this.teller = teller;
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

  /// @param permille of all that the user gets ahead of
  /// @param racer what the user does
  void racing(int permille, Consumer<RelPath> racer) {
    racing = permille;
    this.racer = racer;
  }

  /// The same for the disk that the user works on.
  void beforeInFolder(Demand demand, RelPath path) throws IOException {
    if (demand == Demand.CHANGE && !path.isReserved()) teller.accept(path);
    boolean races = demand == Demand.CHANGE || racesLooks && demand != Demand.SYNC;
    if (races && racing > 0 && world.random().nextInt(1000) < racing) racer.accept(path);
    before(demand, path);
  }

  void end() {
    racing = 0;
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
  public void before(Demand demand, RelPath path) throws IOException {
    if (full && demand == Demand.GROW) {
      throw new FileSystemException(null, null, "No space left on device");
    }
    if (failing > 0 && world.random().nextInt(1000) < failing) {
      throw new FileSystemException(null, null, "Input/output error");
    }
  }
}
