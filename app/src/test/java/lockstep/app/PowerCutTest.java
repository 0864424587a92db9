package lockstep.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import lockstep.testkit.Gen;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A device, its home and its folder both, on a real file system that stops at any moment without
/// another byte reaching the disk, while files arrive in both directions. The people at it save
/// with care: what they call saved they have synced.
///
/// `-Dlockstep.powercut.cycles=50` makes a long run, `-Dlockstep.powercut.seed=N` the same choices
/// again; what a cut meets is up to the machine.
class PowerCutTest {
  private static final int CYCLES = Integer.getInteger("lockstep.powercut.cycles", 2);
  private static final long SEED = Long.getLong("lockstep.powercut.seed", System.nanoTime());

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  private Path directory;

  private final Gen gen = new Gen(SEED);
  private final Saves saves = new Saves(SEED);
  private final Deque<AutoCloseable> opened = new ArrayDeque<>();

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable each : opened) {
      each.close();
    }
  }

  private <T extends AutoCloseable> T opened(T fresh) {
    opened.push(fresh);
    return fresh;
  }

  @ParameterizedTest
  @EnumSource
  void a_device_whose_power_is_cut_loses_nothing_tears_nothing_and_comes_back(
      PowerCutDisk.FileSystem fileSystem) throws Exception {
    PowerCutDisk disk = opened(PowerCutDisk.format(fileSystem, directory));
    var studio = opened(new ProcessDevice(directory.resolve("studio"), "studio"));
    var van = opened(new ProcessDevice(directory.resolve("van"), disk.root(), "van"));
    studio.start();
    van.start();
    var pair = new DevicePair(studio, van, saves);
    pair.join();
    var atStudio = new ProcessUser(studio.folder, saves, gen.split(), false);
    for (int cycle = 1; cycle <= CYCLES; cycle++) {
      var inVan = new ProcessUser(van.folder, saves, gen.split(), true);
      try {
        workUntilThePowerIsCut(disk, van, atStudio, inVan);
        disk.unmount();
        disk.mount();
        onlyUnfinishedSavesAreTorn(van.folder, inVan);
        van.launch();
        if (cycle < CYCLES && gen.chance(20)) continue; // the next cut meets it while it starts
        pair.checkAtRest();
        pair.verify();
      } catch (Exception | AssertionError e) {
        throw new AssertionError(
            "cut %d of -Dlockstep.powercut.seed=%d: %s".formatted(cycle, SEED, e.getMessage()), e);
      }
    }
  }

  private void workUntilThePowerIsCut(
      PowerCutDisk disk, ProcessDevice van, ProcessUser atStudio, ProcessUser inVan)
      throws Exception {
    Gen fate = gen.split();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<?> cut =
          threads.submit(
              () -> {
                Thread.sleep(fate.between(0, 2500));
                disk.cutPower();
                Thread.sleep(fate.between(0, 500)); // a daemon on a dead disk must do no harm
                van.close();
                return true;
              });
      while (!cut.isDone()) {
        // whoever syncs a save syncs what arrived before it, too: so let more arrive
        (gen.chance(75) ? atStudio : inVan).act();
        Thread.sleep(gen.between(0, 20));
      }
      cut.get();
    }
  }

  /// Before the daemon has had a chance to mend anything.
  private void onlyUnfinishedSavesAreTorn(Path folder, ProcessUser user) throws IOException {
    for (Path file : saves.torn(folder)) {
      assertThat(user.unfinished()).as("what is torn was being written by its user").contains(file);
      saves.spoiled(Files.readAllBytes(file));
    }
  }
}
