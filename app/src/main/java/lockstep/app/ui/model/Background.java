package lockstep.app.ui.model;

import java.util.concurrent.Executor;
import java.util.function.Consumer;

/// Does what may take its time on virtual threads, and hands every result to the thread that draws.
/// This is the only place where the two meet.
public final class Background {
  private final Executor screen;

  /// @param screen runs a task on the thread that draws, in order
  public Background(Executor screen) {
    this.screen = screen;
  }

  /// Work that may block.
  public interface Work<T> {
    T run() throws Exception;
  }

  /// Runs the work; later, on the thread that draws, exactly one of the two is called. To interrupt
  /// the thread that is returned ends the work early, and then neither is.
  public <T> Thread run(Work<T> work, Consumer<T> done, Consumer<Trouble> failed) {
    return Thread.ofVirtual().name("background").start(() -> attempt(work, done, failed));
  }

  private <T> void attempt(Work<T> work, Consumer<T> done, Consumer<Trouble> failed) {
    try {
      T result = work.run();
      screen.execute(() -> done.accept(result));
    } catch (InterruptedException cancelled) {
      Thread.currentThread().interrupt();
    } catch (Exception e) {
      Trouble trouble = Trouble.of(e);
      screen.execute(() -> failed.accept(trouble));
    }
  }

  /// Does something on the thread that draws.
  public void show(Runnable task) {
    screen.execute(task);
  }
}
