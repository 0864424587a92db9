package lockstep.testkit.sim;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.TimeUnit;

/// A thread that exists only in virtual time: it runs one task after the other, each a random while
/// after it could have begun.
public final class SimThreads extends AbstractExecutorService {
  private final Scheduler scheduler;
  private final Scheduler.Life life;
  private final String name;
  private final long delayMax;
  private final Runnable afterEach;
  private final Deque<Runnable> queue = new ArrayDeque<>();
  private boolean awake;
  private boolean shutdown;

  /// @param delayMax longest time that passes before a task, in nanoseconds
  /// @param afterEach runs after every task
  public SimThreads(
      Scheduler scheduler, Scheduler.Life life, String name, long delayMax, Runnable afterEach) {
    this.scheduler = scheduler;
    this.life = life;
    this.name = name;
    this.delayMax = delayMax;
    this.afterEach = afterEach;
  }

  @Override
  public void execute(Runnable task) {
    queue.add(task);
    wake();
  }

  private void wake() {
    if (awake || queue.isEmpty()) return;
    awake = true;
    scheduler.within(delayMax, life, name, this::runNext);
  }

  private void runNext() {
    awake = false;
    Runnable task = queue.poll();
    if (task == null) return;
    task.run();
    afterEach.run();
    wake();
  }

  public boolean isIdle() {
    return queue.isEmpty();
  }

  /// What is queued is done at once, as nobody can wait in virtual time.
  @Override
  public void shutdown() {
    shutdown = true;
    while (!queue.isEmpty()) {
      queue.remove().run();
    }
  }

  @Override
  public List<Runnable> shutdownNow() {
    shutdown = true;
    var rest = List.copyOf(queue);
    queue.clear();
    return rest;
  }

  @Override
  public boolean isShutdown() {
    return shutdown;
  }

  @Override
  public boolean isTerminated() {
    return shutdown;
  }

  @Override
  public boolean awaitTermination(long timeout, TimeUnit unit) {
    return shutdown;
  }
}
