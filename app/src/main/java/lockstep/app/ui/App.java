package lockstep.app.ui;

import atlantafx.base.theme.PrimerDark;
import atlantafx.base.theme.PrimerLight;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.Objects;
import javafx.application.Application;
import javafx.application.ColorScheme;
import javafx.application.Platform;
import javafx.scene.Scene;
import javafx.scene.image.Image;
import javafx.scene.layout.StackPane;
import javafx.stage.Stage;
import lockstep.app.Desktop;
import lockstep.app.ui.model.Background;
import lockstep.app.ui.model.Session;
import lockstep.app.ui.model.Texts;

/// What all views share: the daemon's session, the words, and the window they stand in.
final class App {
  private static final double WIDTH = 1080;
  private static final double HEIGHT = 720;

  final Desktop.Host host;
  final Remembered remembered;
  final Session session;
  private final StackPane root = new StackPane();
  private Texts texts;
  private Stage stage = new Stage();

  App(Desktop.Host host, Remembered remembered) {
    this.host = host;
    this.remembered = remembered;
    session = new Session(host, new Background(Platform::runLater));
    texts = new Texts(remembered.locale(), ZoneId.systemDefault());
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
    if (host.isSetUp()) {
      begin();
    } else {
      root.getChildren().setAll(new FirstRun(this, true).node());
    }
    window.show();
  }

  /// Goes to the main window, whose daemon is started if need be.
  void begin() {
    session.forgetViewers(); // of a frame that was there before
    session.open();
    root.getChildren().setAll(new Frame(this).node());
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
    texts = new Texts(remembered.locale(), ZoneId.systemDefault());
    begin();
  }

  /// Puts on the theme that is wished for: the system's, unless its user chose.
  void dress() {
    boolean dark =
        switch (remembered.theme()) {
          case "dark" -> true;
          case "light" -> false;
          default -> Platform.getPreferences().getColorScheme() == ColorScheme.DARK;
        };
    Application.setUserAgentStylesheet(
        dark
            ? new PrimerDark().getUserAgentStylesheet()
            : new PrimerLight().getUserAgentStylesheet());
  }

  void close() {
    remembered.number("width", root.getScene().getWidth());
    remembered.number("height", root.getScene().getHeight());
    remembered.number("x", stage.getX());
    remembered.number("y", stage.getY());
    remembered.save();
    session.close();
  }

  private static String resource(String name) {
    return Objects.requireNonNull(App.class.getResource(name)).toExternalForm();
  }
}
