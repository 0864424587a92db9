package lockstep.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import lockstep.testkit.Gen;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Whoever has the whole of a file passes it on, with the entry that says whose it is.
@Timeout(120)
class OriginLeavesTest {
  @TempDir Path temp;
  private TestDevice origin;
  private TestDevice first;
  private TestDevice second;

  @BeforeEach
  void open() throws Exception {
    origin = new TestDevice(temp, "origin");
    first = new TestDevice(temp, "first");
    second = new TestDevice(temp, "second");
  }

  @AfterEach
  void close() throws Exception {
    for (TestDevice device : List.of(origin, first, second)) device.close();
  }

  @Test
  void once_one_other_has_everything_the_origin_may_leave() throws Exception {
    origin.shareWith(first, second);
    first.awaitSameTreeAs(origin);
    second.awaitSameTreeAs(origin);
    second.dial(first); // they have met
    second.stop();

    Files.write(origin.folder.resolve("film"), new Gen(1).bytes(9_000_000));
    origin.write("notes/day", "one");
    first.awaitSameTreeAs(origin);
    origin.stop();
    second.start();

    second.awaitSameTreeAs(first);
    assertThat(second.folder.resolve("film")).hasSameBinaryContentAs(origin.folder.resolve("film"));
    assertThat(second.read("notes/day")).isEqualTo("one");
  }
}
