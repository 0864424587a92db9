package lockstep.app.ui;

import atlantafx.base.theme.Styles;
import java.io.File;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.TextField;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.VBox;
import javafx.stage.DirectoryChooser;
import javafx.stage.Stage;
import lockstep.app.ui.model.Folder;
import lockstep.app.ui.model.Move;
import lockstep.app.ui.model.Texts;
import org.kordamp.ikonli.feather.Feather;

/// Asks where a folder is to go, and says in words what will happen then.
final class MoveDialog {
  private final App app;
  private final Texts texts;
  private final Folder folder;
  private final Consumer<Path> chosen;
  private final Stage window = new Stage();
  private final TextField place = new TextField();
  private final VBox plan = Kit.styled(Kit.column(8), "card");
  private final Button go;
  private Thread looking = Thread.ofVirtual().unstarted(() -> {});

  /// @param chosen told where to, once
  MoveDialog(App app, Folder folder, Consumer<Path> chosen) {
    this.app = app;
    this.folder = folder;
    this.chosen = chosen;
    texts = app.texts();
    go = Kit.accent(texts.of("move.go"), Feather.CORNER_UP_RIGHT, this::go);
    go.setId("move-go");
    go.setDefaultButton(true);
  }

  void show() {
    place.setId("move-place");
    place.setText(folder.path().toString());
    place.setAccessibleText(texts.of("move.place"));
    HBox.setHgrow(place, Priority.ALWAYS);
    plan.setMinHeight(132);
    var body =
        Kit.styled(
            Kit.column(
                16,
                Kit.prose(texts.of("move.title", folder.name()), Styles.TITLE_3),
                Kit.prose(
                    texts.of(folder.isAway() ? "move.away.hint" : "move.hint"), Styles.TEXT_MUTED),
                Kit.row(
                    8, place, Kit.button(texts.of("first.browse"), Feather.FOLDER, this::browse)),
                plan,
                Kit.row(
                    8, Kit.spring(), Kit.button(texts.of("cancel"), Feather.X, window::close), go)),
            "dialog");
    body.setPrefWidth(560);
    Kit.dialog(window, app.stage(), texts.of("move.title", folder.name()), body);
    window.setOnHidden(_ -> looking.interrupt());
    Kit.onText(place.textProperty(), text -> look(text.strip()));
    window.show();
    Kit.focus(place);
  }

  /// As in file managers: what is chosen is where the folder goes into, unless it is empty.
  private void browse() {
    var chooser = new DirectoryChooser();
    chooser.setTitle(texts.of("move.place"));
    File picked = chooser.showDialog(window);
    if (picked == null) return;
    String[] within = picked.list();
    boolean isFree = within != null && within.length == 0;
    Path leaf = folder.path().getFileName();
    boolean isIt = new File(picked, ".lockstep").isDirectory();
    boolean isWhole = isFree || isIt || leaf == null;
    place.setText((isWhole ? picked : new File(picked, leaf.toString())).toString());
  }

  private static Optional<Path> absolute(String text) {
    try {
      return Optional.of(Path.of(text)).filter(Path::isAbsolute).map(Path::normalize);
    } catch (InvalidPathException noPath) {
      return Optional.empty();
    }
  }

  private void look(String text) {
    looking.interrupt();
    go.setDisable(true);
    Optional<Path> to = absolute(text);
    if (to.isEmpty()) {
      tell(Kit.line(Feather.ALERT_CIRCLE, texts.of("preview.absolute")));
    } else if (to.get().equals(folder.path())) {
      tell(Kit.line(Feather.MAP_PIN, texts.of("move.here")));
    } else {
      tell(Kit.line(Feather.SEARCH, texts.of("preview.looking")));
      looking =
          app.session.read(
              daemon -> daemon.planMove(folder.name(), to.get()),
              this::tell,
              what -> tell(Kit.trouble(texts, what)));
    }
  }

  private void tell(Node... lines) {
    plan.getChildren().setAll(lines);
    window.sizeToScene();
  }

  private void tell(Move.Plan will) {
    go.setDisable(false);
    Node all =
        Kit.line(Feather.FILE, texts.of("move.all", will.files(), texts.bytes(will.bytes())));
    Node quiet = Kit.line(Feather.WIFI_OFF, texts.of("move.quiet"));
    switch (will.way()) {
      case "rename" -> tell(all, Kit.line(Feather.HARD_DRIVE, texts.of("move.rename")), quiet);
      case "adopt" ->
          tell(
              Kit.line(
                  Feather.MAP_PIN, texts.of("move.adopt", will.files(), texts.bytes(will.bytes()))),
              Kit.line(Feather.SHIELD, texts.of("move.adopt.safe")));
      default ->
          tell(
              all,
              Kit.line(
                  Feather.HARD_DRIVE,
                  texts.of(
                      "move.copy", texts.bytes(will.roomNeeded()), texts.bytes(will.freeBytes()))),
              Kit.line(Feather.SHIELD, texts.of("move.copy.safe")),
              quiet);
    }
  }

  private void go() {
    Optional<Path> to = absolute(place.getText().strip());
    window.close();
    to.ifPresent(chosen);
  }
}
