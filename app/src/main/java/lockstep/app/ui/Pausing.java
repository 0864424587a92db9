package lockstep.app.ui;

import java.time.Duration;
import java.time.Instant;
import lockstep.app.ui.model.Folder;
import lockstep.app.ui.model.Requests.Resume;
import lockstep.app.ui.model.Session;
import lockstep.app.ui.model.Trouble;
import lockstep.base.TimeSource;

/// Pauses all folders, for a time or until somebody has them go on. A time that ends while no
/// desktop runs ends when the next one starts.
final class Pausing {
  private final Session session;
  private final Remembered remembered;
  private final TimeSource time;
  private Thread waiting = Thread.ofVirtual().unstarted(() -> {});

  Pausing(Session session, Remembered remembered, TimeSource time) {
    this.session = session;
    this.remembered = remembered;
    this.time = time;
  }

  /// Takes up what was decided before.
  void begin() {
    waiting.interrupt();
    remembered
        .resumeAt()
        .ifPresent(
            at ->
                waiting =
                    session.background().run(() -> sleepUntil(at), _ -> resume(), Pausing::ignore));
  }

  private Instant sleepUntil(Instant at) throws InterruptedException {
    Duration left = Duration.between(time.wallTime(), at);
    if (left.isPositive()) Thread.sleep(left);
    return at;
  }

  /// @param minutes 0 for no end
  void pause(int minutes) {
    if (minutes > 0) {
      remembered.resumeAt(time.wallTime().plus(Duration.ofMinutes(minutes)));
    } else {
      remembered.resumeNever();
    }
    remembered.save();
    begin();
    session.ask(
        daemon -> {
          for (Folder folder : daemon.folders()) {
            boolean runs =
                folder.look() != Folder.Look.PAUSED && folder.look() != Folder.Look.HALTED;
            if (runs) daemon.pause(folder.name());
          }
          return true;
        },
        _ -> {},
        Pausing::ignore);
  }

  void resume() {
    waiting.interrupt();
    remembered.resumeNever();
    remembered.save();
    session.ask(
        daemon -> {
          for (Folder folder : daemon.folders()) {
            if (folder.look() == Folder.Look.PAUSED) daemon.resume(folder.name(), Resume.PLAIN);
          }
          return true;
        },
        _ -> {},
        Pausing::ignore);
  }

  /// The state that is shown says what did not happen.
  private static void ignore(Trouble trouble) {}
}
