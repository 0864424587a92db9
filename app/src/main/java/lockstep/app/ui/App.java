package lockstep.app.ui;

import atlantafx.base.theme.PrimerDark;
import atlantafx.base.theme.PrimerLight;
import atlantafx.base.theme.Theme;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import javafx.application.Application;
import javafx.application.ColorScheme;
import javafx.application.Platform;
import javafx.scene.Scene;
import javafx.scene.image.Image;
import javafx.scene.layout.StackPane;
import javafx.stage.Stage;
import lockstep.app.Desktop;
import lockstep.app.ui.camera.Camera;
import lockstep.app.ui.model.Background;
import lockstep.app.ui.model.Goal;
import lockstep.app.ui.model.Session;
import lockstep.app.ui.model.Texts;
import lockstep.base.TimeSource;

/// What all views share: the daemon's session, the words, and the window they stand in.
final class App {
  private static final double WIDTH = 1080;
  private static final double HEIGHT = 720;

  final Desktop.Host host;
  final Remembered remembered;

  /// The cameras that there are just now; may block.
  final Supplier<List<Camera>> cameras;

  final TimeSource time = TimeSource.system();
  final Session session;
  private final Pausing pausing;
  private final Outdoors outdoors = new Outdoors(this);
  private final Runnable ended;
  private final StackPane root = new StackPane();
  private Texts texts;
  private Stage stage = new Stage();
  private Optional<Frame> frame = Optional.empty();

  /// @param ended told once the desktop has ended
  App(Desktop.Host host, Remembered remembered, Supplier<List<Camera>> cameras, Runnable ended) {
    this.ended = ended;
    this.host = host;
    this.remembered = remembered;
    this.cameras = cameras;
    session = new Session(host, new Background(Platform::runLater), time);
    pausing = new Pausing(session, remembered, time);
    texts = new Texts(remembered.locale(), ZoneId.systemDefault(), time);
    Platform.getPreferences().colorSchemeProperty().subscribe(_ -> dress());
  }

  Texts texts() {
    return texts;
  }

  Stage stage() {
    return stage;
  }

  void show(Stage window) {
    stage = window;
    var scene =
        new Scene(
            root,
            remembered.number("width").orElse(WIDTH),
            remembered.number("height").orElse(HEIGHT));
    scene.getStylesheets().add(resource("lockstep.css"));
    window.setScene(scene);
    window.setTitle("Lockstep");
    window.setMinWidth(820);
    window.setMinHeight(560);
    remembered.number("x").ifPresent(window::setX);
    remembered.number("y").ifPresent(window::setY);
    window.getIcons().add(new Image(resource("lockstep.png")));
    window.setOnHidden(_ -> hidden());
    if (host.isSetUp()) {
      begin();
    } else {
      root.getChildren().setAll(new FirstRun(this, true).node());
    }
    boolean hidden = host.startsInTray() && host.isSetUp();
    if (!hidden) window.show();
    outdoors.open(hidden);
    host.whenAskedToFront(() -> session.background().show(this::front));
  }

  /// With a tray to come back from, the desktop outlives its window.
  private void hidden() {
    remember();
    if (outdoors.isThere() && frame.isPresent()) {
      outdoors.windowClosed();
      remembered.save();
    } else {
      close();
    }
  }

  /// Does what somebody chose outside the window.
  void go(Goal goal) {
    switch (goal) {
      case Goal.ShowPage(String page) -> {
        front();
        frame.ifPresent(shown -> shown.go(page));
      }
      case Goal.Open(Path path) -> Outside.open(this, path);
      case Goal.Share(String folder) -> {
        front();
        session.snapshot().folder(folder).ifPresent(known -> new ShareDialog(this, known).show());
      }
      case Goal.Pause(int minutes) -> pausing.pause(minutes);
      case Goal.Resume() -> pausing.resume();
      case Goal.Quit(boolean daemonToo) -> {
        if (daemonToo) session.end(this::close);
        else close();
      }
    }
  }

  void front() {
    stage.show();
    stage.setIconified(false);
    stage.toFront();
    stage.requestFocus();
  }

  /// Goes to the main window, whose daemon is started if need be.
  void begin() {
    session.forgetViewers(); // of a frame that was there before
    session.open();
    pausing.begin();
    var fresh = new Frame(this);
    frame = Optional.of(fresh);
    root.getChildren().setAll(fresh.node());
  }

  /// The same, with the folder in front that has just been created or joined.
  void begin(Path place) {
    begin();
    frame.ifPresent(shown -> shown.folder(place));
  }

  /// Shows the steps by which a folder is created or joined.
  void addFolder() {
    root.getChildren().setAll(new FirstRun(this, false).node());
  }

  /// The same for a directory that is known already.
  void addFolder(Path directory) {
    root.getChildren().setAll(new FirstRun(this, false).at(directory).node());
  }

  /// Shows everything anew in another language.
  void speak(String language) {
    remembered.language(language);
    texts = new Texts(remembered.locale(), ZoneId.systemDefault(), time);
    begin();
    frame.ifPresent(Frame::languages);
    outdoors.draw();
  }

  /// Puts on the theme that is wished for: the system's, unless its user chose.
  void dress() {
    boolean dark =
        switch (remembered.theme()) {
          case "dark" -> true;
          case "light" -> false;
          default -> Platform.getPreferences().getColorScheme() == ColorScheme.DARK;
        };
    Theme theme = dark ? new PrimerDark() : new PrimerLight();
    // as an address: a bare path is looked for by class loaders that know no theme
    Application.setUserAgentStylesheet(resource(theme.getUserAgentStylesheet()));
  }

  private void remember() {
    remembered.number("width", root.getScene().getWidth());
    remembered.number("height", root.getScene().getHeight());
    remembered.number("x", stage.getX());
    remembered.number("y", stage.getY());
    remembered.save();
  }

  private void close() {
    if (stage.isShowing()) remember();
    outdoors.close();
    session.close();
    ended.run();
  }

  private static String resource(String name) {
    return Objects.requireNonNull(App.class.getResource(name)).toExternalForm();
  }
}
