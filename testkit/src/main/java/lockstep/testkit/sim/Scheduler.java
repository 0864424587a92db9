package lockstep.testkit.sim;

import java.time.Instant;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import lockstep.base.TimeSource;

/// Virtual time, and what is to happen at which moment of it. The same seed gives the same run. Not
/// thread-safe.
public final class Scheduler implements TimeSource {
  private static final Instant BEGINNING = Instant.parse("2026-01-01T00:00:00Z");

  private final SplittableRandom random;
  private final PriorityQueue<Due> queue = new PriorityQueue<>();
  private long now = 1;
  private long order;
  private long trace = 1;
  private long steps;

  /// Everything that dies together: one run of one device. Its tasks do not outlive it.
  public static final class Life {
    private boolean over;

    public Life() {}

    public void end() {
      over = true;
    }

    public boolean isOver() {
      return over;
    }
  }

  private record Due(long at, long order, Life life, String what, Runnable task)
      implements Comparable<Due> {
    @Override
    public int compareTo(Due that) {
      return at == that.at ? Long.compare(order, that.order) : Long.compare(at, that.at);
    }
  }

  public Scheduler(long seed) {
    random = new SplittableRandom(seed);
  }

  /// Has a task run once, `nanos` from now.
  ///
  /// @param what names it in the trace
  public void after(long nanos, Life life, String what, Runnable task) {
    queue.add(new Due(now + Math.max(0, nanos), order++, life, what, task));
  }

  /// The same after a random while of up to `nanosMax`; tasks overtake each other.
  public void within(long nanosMax, Life life, String what, Runnable task) {
    after(random.nextLong(nanosMax + 1), life, what, task);
  }

  /// Runs the next task that is due until `until`; if there is none, time passes to then.
  ///
  /// @return whether one was run
  public boolean step(long until) {
    while (!queue.isEmpty() && queue.peek().at <= until) {
      Due due = queue.remove();
      if (due.life.isOver()) continue;
      now = Math.max(now, due.at);
      steps++;
      trace = (trace * 0x9E3779B97F4A7C15L ^ due.what.hashCode()) + now;
      due.task.run();
      return true;
    }
    now = Math.max(now, until);
    return false;
  }

  /// Runs all that is due in the next `nanos`.
  public void pass(long nanos) {
    long until = now + nanos;
    while (step(until)) {}
  }

  /// Adds something that was seen to the trace.
  public void note(String what) {
    trace = trace * 0x9E3779B97F4A7C15L ^ what.hashCode();
  }

  /// A hash of all that has happened, in its order: equal for equal runs.
  public long trace() {
    return trace;
  }

  /// How many tasks have run.
  public long steps() {
    return steps;
  }

  public SplittableRandom random() {
    return random;
  }

  @Override
  public long monotonicNanos() {
    return now;
  }

  @Override
  public Instant wallTime() {
    return BEGINNING.plusNanos(now);
  }
}
