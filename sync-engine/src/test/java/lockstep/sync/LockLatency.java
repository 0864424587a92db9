package lockstep.sync;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import lockstep.recovery.Directories;

/// Measures how long it takes until a lock that one device takes is seen on another's disk: from
/// the call to the moment at which the file there is read-only, and until the lock is firm. Two
/// devices in one process, over loopback; `bench/locks` runs it.
final class LockLatency {
  private LockLatency() {}

  public static void main(String[] args) throws Exception {
    int rounds = Integer.parseInt(args[0]);
    Path temp = Files.createTempDirectory("lockstep-locks");
    var readOnly = new ArrayList<Double>();
    var firm = new ArrayList<Double>();
    try (var ana = new TestDevice(temp, "ana");
        var ben = new TestDevice(temp, "ben")) {
      ana.write("scene.blend", "text");
      ana.shareWith(ben);
      ben.awaitSameTreeAs(ana);
      for (int round = -5; round < rounds; round++) {
        measure(
            ana,
            ben,
            round < 0 ? new ArrayList<>() : readOnly,
            round < 0 ? new ArrayList<>() : firm);
      }
    } finally {
      Directories.deleteTree(temp);
    }
    report("read-only elsewhere", readOnly);
    report("firm for its holder", firm);
  }

  private static void measure(
      TestDevice ana, TestDevice ben, List<Double> readOnly, List<Double> firm) throws Exception {
    Path here = ana.folder.resolve("scene.blend");
    Path there = ben.folder.resolve("scene.blend");
    long begin = System.nanoTime();
    ana.engine.lock(here, "");
    firm.add((System.nanoTime() - begin) / 1e6);
    while (mayWrite(there)) {
      Thread.onSpinWait();
    }
    readOnly.add((System.nanoTime() - begin) / 1e6);
    ana.engine.unlock(here, Optional.empty());
    ben.await(() -> mayWrite(there) && ben.engine.locks().isEmpty());
  }

  private static boolean mayWrite(Path file) throws Exception {
    return Files.getPosixFilePermissions(file).contains(PosixFilePermission.OWNER_WRITE);
  }

  private static void report(String what, List<Double> millis) {
    Collections.sort(millis);
    System.out.printf(
        "%s: median %.1f ms, p90 %.1f ms, most %.1f ms of %d%n",
        what,
        millis.get(millis.size() / 2),
        millis.get(millis.size() * 9 / 10),
        millis.getLast(),
        millis.size());
  }
}
