package lockstep.base;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class ThreadsTest {
  private static final long PATIENCE_SECONDS = 60;

  @Test
  void a_task_that_fails_is_told_of_and_those_behind_it_go_on() throws InterruptedException {
    var faults = new LinkedBlockingQueue<String>();
    var done = new CountDownLatch(1);
    ExecutorService pool =
        Threads.pool(1, "looker", (thread, fault) -> faults.add(thread.getName() + ": " + fault));

    pool.execute(
        () -> {
          throw new IllegalStateException("no such path");
        });
    pool.execute(done::countDown);

    assertThat(faults.poll(PATIENCE_SECONDS, TimeUnit.SECONDS))
        .isEqualTo("looker-0: java.lang.IllegalStateException: no such path");
    assertThat(done.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    Threads.end(pool);
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void who_works_in_the_background_lets_others_go_first() throws Exception {
    var found = new LinkedBlockingQueue<Integer>();
    ExecutorService pool = Threads.background(1, "hasher", (_, fault) -> found.add(-1));

    pool.execute(() -> found.add(niceness()));

    assertThat(found.poll(PATIENCE_SECONDS, TimeUnit.SECONDS))
        .isEqualTo(Math.min(19, niceness() + 10));
    Threads.end(pool);
  }

  /// proc(5): the field `nice` of `/proc/thread-self/stat`, the 19th.
  private static int niceness() {
    try {
      String stat = Files.readString(Path.of("/proc/thread-self/stat"));
      String[] behindName = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
      return Integer.parseInt(behindName[19 - 3]);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
