package lockstep.sync;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.SplittableRandom;
import lockstep.base.Disk;
import lockstep.base.DiskFile;
import lockstep.base.RelPath;
import lockstep.testkit.SeedSource;
import lockstep.testkit.sim.Scheduler;
import lockstep.testkit.sim.SimDisk;
import org.junit.jupiter.params.ParameterizedTest;

class StableStorageTest {
  private static final RelPath DIRECTORY = RelPath.of("a/x");
  private static final RelPath FILE = RelPath.of("a/x/f");

  @ParameterizedTest
  @SeedSource(count = 30)
  void what_is_secured_survives_though_a_directory_above_it_is_new(long seed) throws Exception {
    var disk = new SimDisk(new Scheduler(seed));
    Disk engine = disk.engine();
    engine.makeDirectory(RelPath.of("a"), 0755);
    engine.makeDirectory(DIRECTORY, 0755);
    disk.settle();
    engine.remove(DIRECTORY);
    engine.makeDirectory(DIRECTORY, 0755);
    save(engine);

    new StableStorage(engine).secure(List.of(FILE));
    disk.crash(new SplittableRandom(seed), _ -> {});

    assertThat(engine.stat(FILE)).hasValueSatisfying(stat -> assertThat(stat.size()).isEqualTo(4));
  }

  private static void save(Disk disk) throws IOException {
    try (DiskFile file = disk.create(FILE, 0644)) {
      file.write("work".getBytes(UTF_8), 0, 4, 0);
    }
  }
}
