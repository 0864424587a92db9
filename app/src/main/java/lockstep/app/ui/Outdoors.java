package lockstep.app.ui;

import java.time.Duration;
import java.util.Optional;
import lockstep.app.ui.model.Event;
import lockstep.app.ui.model.Goal;
import lockstep.app.ui.model.Notice;
import lockstep.app.ui.model.Session;
import lockstep.app.ui.model.Snapshot;
import lockstep.app.ui.model.TrayView;
import lockstep.app.ui.tray.Tray;

/// The desktop outside its window: keeps the tray true and says what is worth a word. Lives as long
/// as the desktop, on the thread that draws.
final class Outdoors implements Session.Watcher {
  private static final Duration LOOK_AGAIN = Duration.ofMillis(200);
  private static final int LOOKS_MAX = 50;

  private final App app;
  private volatile Optional<Tray> tray = Optional.empty();

  Outdoors(App app) {
    this.app = app;
  }

  /// Looks for a tray; there may be none.
  ///
  /// @param hidden whether there is no window yet, and none is wanted if there is a tray
  void open(boolean hidden) {
    var parts =
        new Tray.Parts(
            TrayPictures.all(),
            app.texts().of("tray.window"),
            goal -> app.session.background().show(() -> app.go(goal)));
    app.session
        .background()
        .run(
            () -> Tray.open(app.host.sessionBus(), parts),
            found -> {
              tray = found;
              app.session.watch(this);
              draw();
              if (hidden) showWindowUnlessThere();
            },
            _ -> {
              if (hidden) app.front();
            });
  }

  /// At a login the panel that shows trays may come up later than this program.
  private void showWindowUnlessThere() {
    app.session
        .background()
        .run(
            () -> {
              for (int look = 0; look < LOOKS_MAX && !isThere(); look++) {
                Thread.sleep(LOOK_AGAIN);
              }
              return isThere();
            },
            there -> {
              if (!there) app.front();
            },
            _ -> app.front());
  }

  /// Whether there is a way back to a window that is closed.
  boolean isThere() {
    return tray.filter(Tray::isShown).isPresent();
  }

  void say(Notice notice) {
    tray.ifPresent(there -> there.say(notice));
  }

  void close() {
    tray.ifPresent(Tray::close);
    tray = Optional.empty();
  }

  /// Shows what has become of everything, in the language of now.
  void draw() {
    tray.ifPresent(
        there ->
            there.show(TrayView.of(app.texts(), app.session.snapshot(), app.session.events())));
  }

  @Override
  public void changed(Snapshot before, Snapshot after) {
    Notice.between(app.texts(), before, after).forEach(this::say);
    if (after.trouble().isEmpty()) {
      tray.ifPresent(there -> there.withdraw(notice -> !notice.matter().isOpen(after)));
    }
    draw();
  }

  @Override
  public void news(Event event) {
    Notice.of(app.texts(), app.session.snapshot(), event).ifPresent(this::say);
    draw();
  }

  /// Says, the first time, where the program has gone when its window was closed.
  void windowClosed() {
    if (app.remembered.isFirst("tray")) {
      say(
          new Notice(
              app.texts().of("notice.tray"),
              app.texts().of("notice.tray.then"),
              false,
              new Goal.ShowPage("")));
    }
  }
}
