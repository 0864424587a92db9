package lockstep.base;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

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
}
