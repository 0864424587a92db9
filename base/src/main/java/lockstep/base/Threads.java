package lockstep.base;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/// Making threads, and waiting for them. Thread-safe.
///
/// System calls pin a virtual thread's carrier, and hashing would keep the network waiting: what
/// reads and writes files runs on platform threads.
public final class Threads {
  private static final long IDLE_SECONDS = 5;

  private Threads() {}

  /// At most `count` daemon threads, for tasks that are given to [ExecutorService#execute]. One
  /// that has nothing to do for a while ends.
  ///
  /// @param onFault hears of each task that ended by an exception, on its thread; the others go on
  public static ExecutorService pool(
      int count, String name, Thread.UncaughtExceptionHandler onFault) {
    return pool(count, threads(name, onFault).factory());
  }

  /// The same for long calculations: whoever else needs the processor goes first.
  public static ExecutorService background(
      int count, String name, Thread.UncaughtExceptionHandler onFault) {
    ThreadFactory threads = threads(name, onFault).priority(Thread.MIN_PRIORITY).factory();
    return pool(count, task -> threads.newThread(() -> inBackground(task)));
  }

  private static void inBackground(Runnable task) {
    Niceness.add();
    task.run();
  }

  private static Thread.Builder.OfPlatform threads(
      String name, Thread.UncaughtExceptionHandler onFault) {
    return Thread.ofPlatform().daemon().name(name + "-", 0).uncaughtExceptionHandler(onFault);
  }

  private static ExecutorService pool(int count, ThreadFactory threads) {
    var pool =
        new ThreadPoolExecutor(
            count, count, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), threads);
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }

  /// Lets no more tasks in and returns when those under way and queued have ended, even if the
  /// caller is interrupted (it stays so).
  public static void end(ExecutorService threads) {
    threads.shutdown();
    boolean interrupted = false;
    while (!threads.isTerminated()) {
      try {
        threads.awaitTermination(1, TimeUnit.MINUTES);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /// Returns when the thread has ended, even if the caller is interrupted (it stays so); at once if
  /// the caller is that thread.
  public static void join(Thread thread) {
    boolean interrupted = false;
    while (thread.isAlive() && !thread.equals(Thread.currentThread())) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
