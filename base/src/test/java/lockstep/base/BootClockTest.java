package lockstep.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class BootClockTest {
  @Test
  void it_counts_from_the_start_of_the_machine_as_the_kernel_does() throws Exception {
    Path uptime = Path.of("/proc/uptime");
    assumeTrue(Files.exists(uptime), "only Linux tells");
    double before = Double.parseDouble(Files.readString(uptime).split(" ")[0]);

    double now = TimeSource.system().bootNanos() / 1e9;

    double after = Double.parseDouble(Files.readString(uptime).split(" ")[0]);
    assertThat(now).isBetween(before - 0.02, after + 0.02); // uptime has two decimals
  }

  @Test
  void it_never_goes_back() {
    long last = TimeSource.system().bootNanos();
    for (int i = 0; i < 1000; i++) {
      long now = TimeSource.system().bootNanos();
      assertThat(now).isGreaterThanOrEqualTo(last);
      last = now;
    }
  }
}
