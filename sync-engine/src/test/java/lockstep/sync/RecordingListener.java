package lockstep.sync;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import lockstep.base.RelPath;

/// Writes down what a [Watcher] tells, one line for each call.
final class RecordingListener implements Watcher.Listener {
  private static final long PATIENCE_SECONDS = 20;

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
    lines.add("changed " + path);
  }

  @Override
  public void touched(RelPath path) {
    lines.add("touched " + path);
  }

  @Override
  public void writing(RelPath path) {
    lines.add("writing " + path);
  }

  @Override
  public void deleted(RelPath path) {
    lines.add("deleted " + path);
  }

  @Override
  public void changedTree(RelPath directory) {
    lines.add("changedTree " + directory);
  }

  @Override
  public void overflow() {
    lines.add("overflow");
  }

  @Override
  public void limited(String advice) {
    lines.add("limited " + advice);
  }
}
