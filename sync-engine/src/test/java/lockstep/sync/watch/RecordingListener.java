package lockstep.sync.watch;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import lockstep.base.RelPath;

/// Writes down what a [Watcher] tells, one line for each call.
final class RecordingListener implements Watcher.Listener {
  private static final long PATIENCE_SECONDS = 20;

  /// Held by a test that lets the watcher's thread stand still at its next event.
  final Semaphore turn = new Semaphore(1);

  private final LinkedBlockingQueue<String> lines = new LinkedBlockingQueue<>();

  /// All lines up to the one given, which is left out; fails if it does not come.
  List<String> until(String line) throws InterruptedException {
    List<String> taken = new ArrayList<>();
    while (true) {
      String next = lines.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
      if (next == null) {
        throw new AssertionError("'" + line + "' did not come, only " + taken);
      }
      if (next.equals(line)) {
        return taken;
      }
      taken.add(next);
    }
  }

  boolean isSilent() {
    return lines.isEmpty();
  }

  @Override
  public void changed(RelPath path) {
    write("changed " + path);
  }

  @Override
  public void touched(RelPath path) {
    write("touched " + path);
  }

  @Override
  public void writing(RelPath path) {
    write("writing " + path);
  }

  @Override
  public void deleted(RelPath path) {
    write("deleted " + path);
  }

  @Override
  public void changedTree(RelPath directory) {
    write("changedTree " + directory);
  }

  @Override
  public void overflow() {
    write("overflow");
  }

  @Override
  public void limited(String advice) {
    write("limited " + advice);
  }

  private void write(String line) {
    turn.acquireUninterruptibly();
    lines.add(line);
    turn.release();
  }
}
