package lockstep.app;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import lockstep.testkit.Gen;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/// Two daemons that are killed (SIGKILL) at any moment, the sender, the receiver or both, also
/// while they start, while people save on both sides.
///
/// `-Dlockstep.kill.cycles=200` makes a long run, `-Dlockstep.kill.seed=N` the same choices again;
/// what a kill meets is up to the machine.
class KillTest {
  private static final int CYCLES = Integer.getInteger("lockstep.kill.cycles", 10);
  private static final int CYCLES_PER_VERIFY = 5;
  private static final long SEED = Long.getLong("lockstep.kill.seed", System.nanoTime());

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  private Path directory;

  private final Gen gen = new Gen(SEED);
  private final Saves saves = new Saves(SEED);

  @Test
  void daemons_that_are_killed_lose_nothing_tear_nothing_and_agree_again() throws Exception {
    try (var studio = new ProcessDevice(directory.resolve("studio"), "studio");
        var laptop = new ProcessDevice(directory.resolve("laptop"), "laptop")) {
      studio.start();
      laptop.start();
      var pair = new DevicePair(studio, laptop, saves);
      pair.join();
      List<ProcessUser> users =
          pair.folders().stream()
              .map(folder -> new ProcessUser(folder, saves, gen.split(), false))
              .toList();
      for (int cycle = 1; cycle <= CYCLES; cycle++) {
        try {
          workWhileDaemonsDie(pair, users);
          pair.checkAtRest();
          if (cycle % CYCLES_PER_VERIFY == 0 || cycle == CYCLES) pair.verify();
        } catch (Exception | AssertionError e) {
          throw new AssertionError(
              "cycle %d of -Dlockstep.kill.seed=%d: %s".formatted(cycle, SEED, e.getMessage()), e);
        }
      }
    }
  }

  private void workWhileDaemonsDie(DevicePair pair, List<ProcessUser> users) throws Exception {
    Gen fate = gen.split();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<?> kills = threads.submit(() -> killAndRestart(pair, fate));
      gen.pick(users).saveLarge();
      while (!kills.isDone()) {
        gen.pick(users).act();
        Thread.sleep(gen.between(0, 40));
      }
      kills.get();
    }
  }

  /// Once or twice; the second kill may meet a daemon that is still looking at what the first left.
  private static Void killAndRestart(DevicePair pair, Gen fate)
      throws IOException, InterruptedException {
    for (int times = fate.between(1, 2); times > 0; times--) {
      Thread.sleep(fate.between(0, 900));
      List<ProcessDevice> victims =
          fate.pick(List.of(List.of(pair.first()), List.of(pair.second()), pair.both()));
      for (ProcessDevice victim : victims) {
        victim.kill();
      }
      Thread.sleep(fate.between(0, 200));
      for (ProcessDevice victim : victims) {
        victim.launch();
      }
    }
    return null;
  }
}
