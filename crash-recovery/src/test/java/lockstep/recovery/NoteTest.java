package lockstep.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.SplittableRandom;
import lockstep.base.DiskFile;
import lockstep.base.RelPath;
import lockstep.testkit.sim.Scheduler;
import lockstep.testkit.sim.SimDisk;
import org.junit.jupiter.api.Test;

class NoteTest {
  private static final RelPath PATH = RelPath.of("writer");

  @Test
  void a_crash_takes_no_line_while_the_other_is_written() throws IOException {
    for (int seed = 0; seed < 100; seed++) {
      var disk = new SimDisk(new Scheduler(seed));
      Note.write(disk.engine(), PATH, 1, "one");
      Note.write(disk.engine(), PATH, 0, "two");
      try (DiskFile file = disk.engine().openForWriting(PATH)) {
        file.write(new byte[100], 0, 100, 0);
      }

      disk.crash(new SplittableRandom(seed), _ -> {});

      assertThat(Note.read(disk.engine(), PATH).getFirst()).isIn("two", "");
      assertThat(Note.read(disk.engine(), PATH).getLast()).isEqualTo("one");
    }
  }

  @Test
  void what_was_never_written_reads_as_empty_lines() throws IOException {
    var disk = new SimDisk(new Scheduler(1));
    assertThat(Note.read(disk.engine(), PATH)).containsExactly("", "");
  }
}
