package lockstep.sync;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import lockstep.base.Blake3;
import lockstep.base.DiskFile;
import lockstep.base.RelPath;
import lockstep.testkit.SeedSource;
import lockstep.testkit.sim.SimNames;
import lockstep.testkit.sim.SimView;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;

/// A user of a simulated cluster gives most files other names, on devices that are short of
/// processor time: the other device follows with the bytes that it has, and neither pauses for a
/// mass deletion.
@Execution(ExecutionMode.CONCURRENT) // its time is a simulated one
class RenameSimulationTest {
  private static final long MILLI = 1_000_000;
  private static final long SECOND = 1_000_000_000;
  private static final int FILES = 80;

  private enum Deed {
    RENAME,
    RENAME_TWICE,
    RENAME_WHILE_OFF,
    RENAME_WHILE_OTHER_IS_OFF,
    RENAME_EACH,
    /// As logs are: each file over the next.
    ROTATE,
    COPY_AND_DELETE
  }

  @ParameterizedTest
  @SeedSource(count = 40)
  void what_is_renamed_is_neither_fetched_anew_nor_asked_about(long seed) throws IOException {
    new Story(seed).run();
  }

  /// Two devices, of which the first has the user.
  private static final class Story {
    private final SplittableRandom random;
    private final SimCluster cluster;
    private final SimDevice mover;
    private final SimDevice other;
    private final SimView disk;
    private RelPath directory = RelPath.of("d");
    private int directories;

    Story(long seed) {
      random = new SplittableRandom(seed);
      var names = Collections.nCopies(2, SimNames.EXACT);
      var plan =
          new SimPlan(SimPlan.LATE + seed, 2, 0, random.nextInt(4) != 0, false, names, List.of());
      cluster = new SimCluster(plan, null);
      mover = cluster.devices.getFirst();
      other = cluster.devices.getLast();
      disk = mover.files.user();
      mover.slowness = List.of(1, 5, 25).get(random.nextInt(3));
      other.slowness = List.of(1, 5, 25, 100).get(random.nextInt(4));
    }

    void run() throws IOException {
      cluster.found((_, _) -> true);
      disk.makeDirectory(directory, 0755);
      disk.makeDirectory(RelPath.of("e"), 0755);
      for (int i = 0; i < FILES; i++) write(directory.resolve("f" + i), "content " + i);
      for (int i = 0; i < 20; i++) write(RelPath.of("e/" + i), "content of another " + i);
      settle();
      for (int round = 0; round < 2; round++) {
        Set<Blake3> before = keptInVain();
        long requests = cluster.wire.requests;
        Deed deed = Deed.values()[random.nextInt(Deed.values().length)];
        act(deed);
        settle();
        assertThat(other.tree()).as("%s", deed).isEqualTo(mover.tree());
        if (deed != Deed.RENAME_WHILE_OTHER_IS_OFF) { // it reads all anew, and may not know yet
          assertThat(cluster.wire.requests).as("%s", deed).isEqualTo(requests);
        }
        if (deed == Deed.RENAME) {
          assertThat(keptInVain()).as("%s", deed).isEqualTo(before);
        }
      }
    }

    private void act(Deed deed) throws IOException {
      switch (deed) {
        case RENAME -> renameDirectory();
        case RENAME_TWICE -> {
          renameDirectory();
          aWhile();
          renameDirectory();
        }
        case RENAME_WHILE_OFF -> renameWhileOff(mover);
        case RENAME_WHILE_OTHER_IS_OFF -> renameWhileOff(other);
        case RENAME_EACH -> renameEach();
        case ROTATE -> rotate();
        case COPY_AND_DELETE -> copyAndDelete();
      }
    }

    private void renameDirectory() throws IOException {
      RelPath next = next();
      disk.rename(directory, next);
      directory = next;
    }

    private void renameWhileOff(SimDevice device) throws IOException {
      device.stop();
      renameDirectory();
      aWhile();
      device.boot();
    }

    private void renameEach() throws IOException {
      for (RelPath file : files()) {
        disk.rename(file, directory.resolve(file.name() + "-" + directories));
        atTimes();
      }
      directories++;
    }

    private void rotate() throws IOException {
      List<RelPath> files = files();
      for (int i = files.size() - 1; i > 0; i--) {
        disk.replace(files.get(i - 1), files.get(i));
      }
    }

    private void copyAndDelete() throws IOException {
      RelPath from = directory;
      directory = next();
      disk.makeDirectory(directory, 0755);
      for (RelPath file : files(from)) {
        write(directory.resolve(file.name()), read(file));
        atTimes();
      }
      for (RelPath file : files(from)) {
        disk.remove(file);
        atTimes();
      }
      disk.remove(from);
    }

    private List<RelPath> files() throws IOException {
      return files(directory);
    }

    private List<RelPath> files(RelPath in) throws IOException {
      return disk.list(in).stream().map(each -> in.resolve(each.name())).toList();
    }

    private RelPath next() {
      return RelPath.of((random.nextBoolean() ? "a" : "z") + directories++);
    }

    private void atTimes() {
      if (random.nextInt(20) == 0) aWhile();
    }

    private void aWhile() {
      pass(random.nextLong(random.nextBoolean() ? 50 * MILLI : 5 * SECOND));
    }

    private void settle() {
      pass(20 * SECOND);
      for (int patience = 300; !isSettled(); patience--) {
        if (patience == 0) throw new SimFailure("restless", cluster.states());
        pass(5 * SECOND);
      }
    }

    private void pass(long nanos) {
      long end = cluster.world.monotonicNanos() + nanos;
      while (cluster.world.monotonicNanos() < end) {
        cluster.world.pass(Math.min(SECOND / 2, end - cluster.world.monotonicNanos()));
        for (SimDevice device : cluster.devices) {
          if (device.isOn() && SimCluster.run(device).loop.status().state() == FolderState.PAUSED) {
            throw new SimFailure("paused", cluster.states());
          }
        }
      }
    }

    private boolean isSettled() {
      return cluster.devices.stream().allMatch(SimCluster::isInSync);
    }

    /// What is in the other device's history although the folder has it.
    private Set<Blake3> keptInVain() {
      var shown = new HashSet<Blake3>();
      var kept = new HashSet<Blake3>();
      other.files.forEachFile((path, hash) -> (path.isReserved() ? kept : shown).add(hash));
      kept.retainAll(shown);
      return kept;
    }

    private byte[] read(RelPath path) throws IOException {
      try (DiskFile file = disk.open(path)) {
        byte[] bytes = new byte[(int) file.stat().size()];
        file.read(bytes, 0, bytes.length, 0);
        return bytes;
      }
    }

    private void write(RelPath path, String text) throws IOException {
      write(path, text.getBytes(UTF_8));
    }

    private void write(RelPath path, byte[] bytes) throws IOException {
      try (DiskFile file = disk.create(path, 0644)) {
        file.write(bytes, 0, bytes.length, 0);
      }
    }
  }
}
