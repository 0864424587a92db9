package lockstep.sync;

import java.util.ArrayList;
import java.util.List;
import lockstep.base.RelPath;

/// Those who wait for the folder to be in sync. Owned by the folder's loop.
final class Waiters {
  private final Scans scans;
  private final List<Waiter> waiters = new ArrayList<>();

  private record Waiter(int afterScans, Runnable done) {}

  Waiters(Scans scans) {
    this.scans = scans;
  }

  /// Has `done` called once the folder is in sync with all that stands on the disk now.
  void add(Runnable done) {
    // A scan that is under way may have passed a file already: only one that begins now counts.
    waiters.add(new Waiter(scans.fullDoneAfterNext(), done));
    scans.scan(RelPath.ROOT, "somebody waits for the folder to be in sync");
  }

  /// The folder is in sync, and so is every member that is connected.
  void inSync() {
    waiters.removeIf(
        waiter -> {
          boolean done = scans.fullDone() >= waiter.afterScans();
          if (done) {
            waiter.done().run();
          }
          return done;
        });
  }
}
