package lockstep.app.ui;

import atlantafx.base.theme.Styles;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.ComboBox;
import javafx.scene.control.DatePicker;
import javafx.scene.control.ScrollPane;
import javafx.scene.control.TextField;
import javafx.scene.layout.VBox;
import javafx.stage.Stage;
import javafx.util.converter.LocalDateStringConverter;
import lockstep.app.ui.model.PastMoment;
import lockstep.app.ui.model.Restored;
import lockstep.app.ui.model.Texts;
import org.kordamp.ikonli.feather.Feather;

/// Asks what is to be again as it was, and at which moment; says what will change then.
final class RestoreDialog {
  private static final int PATHS_SHOWN_MAX = 200;

  private final App app;
  private final Texts texts;
  private final BiConsumer<Path, Instant> chosen;
  private final Stage window = new Stage();
  private final ComboBox<String> what = new ComboBox<>();
  private final DatePicker day = new DatePicker();
  private final TextField time = new TextField();
  private final VBox plan = Kit.styled(Kit.column(8), "card");
  private final Button go;
  private Thread looking = Thread.ofVirtual().unstarted(() -> {});

  /// @param chosen told what and when, once
  RestoreDialog(App app, BiConsumer<Path, Instant> chosen) {
    this.app = app;
    this.chosen = chosen;
    texts = app.texts();
    go = Kit.accent(texts.of("history.restore"), Feather.ROTATE_CCW, this::go);
    go.setId("restore-go");
    go.setDefaultButton(true);
  }

  /// @param known what is to be brought back, or nothing yet
  void show(String known, Instant moment) {
    List<String> folders =
        app.session.snapshot().folders().stream().map(f -> f.path().toString()).toList();
    what.setId("restore-what");
    what.setEditable(true);
    what.setMaxWidth(Double.MAX_VALUE);
    what.setAccessibleText(texts.of("restore.what"));
    what.getItems().setAll(folders);
    what.setValue(known.isEmpty() && folders.size() == 1 ? folders.getFirst() : known);
    what.getEditor().setPromptText(texts.of("restore.what.prompt"));
    day.setId("restore-day");
    day.setAccessibleText(texts.of("restore.day"));
    day.setConverter(
        new LocalDateStringConverter(java.time.format.FormatStyle.SHORT, texts.locale(), null));
    day.setValue(LocalDate.ofInstant(moment, texts.zone()));
    time.setId("restore-time");
    time.setAccessibleText(texts.of("restore.time"));
    time.setPrefColumnCount(7);
    time.setText(PastMoment.time(moment, texts.zone()));
    plan.setMinHeight(150);
    var body =
        Kit.styled(
            Kit.column(
                16,
                Kit.prose(texts.of("restore.title"), Styles.TITLE_3),
                Kit.prose(texts.of("restore.hint"), Styles.TEXT_MUTED),
                Kit.column(4, Kit.label(texts.of("restore.what")), what),
                Kit.row(
                    12,
                    Kit.column(4, Kit.label(texts.of("restore.day")), day),
                    Kit.column(4, Kit.label(texts.of("restore.time")), time)),
                plan,
                Kit.row(
                    8, Kit.spring(), Kit.button(texts.of("cancel"), Feather.X, window::close), go)),
            "dialog");
    body.setPrefWidth(560);
    Kit.dialog(window, app.stage(), texts.of("restore.title"), body);
    window.setOnHidden(_ -> looking.interrupt());
    what.getEditor().textProperty().subscribe(this::look);
    day.valueProperty().subscribe(this::look);
    time.textProperty().subscribe(this::look);
    look();
    window.show();
    Kit.focus(what);
  }

  private Optional<Path> path() {
    try {
      return Optional.of(Path.of(what.getEditor().getText().strip())).filter(Path::isAbsolute);
    } catch (InvalidPathException noPath) {
      return Optional.empty();
    }
  }

  private Optional<Instant> moment() {
    return Optional.ofNullable(day.getValue())
        .flatMap(chosenDay -> PastMoment.read(chosenDay, time.getText(), texts.zone()));
  }

  private void look() {
    looking.interrupt();
    go.setDisable(true);
    Optional<Path> path = path();
    Optional<Instant> moment = moment();
    if (path.isEmpty()) {
      tell(Kit.line(Feather.ALERT_CIRCLE, texts.of("preview.absolute")));
    } else if (moment.isEmpty()) {
      tell(Kit.line(Feather.ALERT_CIRCLE, texts.of("restore.time.wrong")));
    } else {
      tell(Kit.line(Feather.SEARCH, texts.of("preview.looking")));
      looking =
          app.session.read(
              daemon -> daemon.planRestore(path.get(), moment.get()),
              will -> {
                if (path.equals(path()) && moment.equals(moment())) tell(will);
              },
              what -> tell(Kit.trouble(texts, what)));
    }
  }

  private void tell(Node... lines) {
    plan.getChildren().setAll(lines);
    window.sizeToScene();
  }

  private void tell(Restored.Plan will) {
    go.setDisable(will.changesNothing());
    if (will.changesNothing()) {
      tell(Kit.line(Feather.CHECK_CIRCLE, texts.of("restore.nothing")));
      return;
    }
    VBox paths = Kit.column(4);
    list(paths, Feather.FILE_PLUS, "restore.returns", will.returning());
    list(paths, Feather.ROTATE_CCW, "restore.replaced", will.replaced());
    ScrollPane scroll = Kit.scrolling(paths);
    scroll.setId("restore-paths");
    scroll.setMaxHeight(180);
    scroll.setMinHeight(Math.min(180, 24 * (2 + will.returning().size() + will.replaced().size())));
    tell(scroll, Kit.line(Feather.SHIELD, texts.of("restore.safe")));
    if (!will.elsewhere().isEmpty()) {
      plan.getChildren()
          .add(Kit.line(Feather.DOWNLOAD, texts.of("restore.elsewhere", will.elsewhere().size())));
    }
    window.sizeToScene();
  }

  private void list(VBox into, Feather icon, String key, List<String> paths) {
    if (paths.isEmpty()) return;
    into.getChildren().add(Kit.label(texts.of(key, paths.size()), Styles.TEXT_BOLD));
    paths.stream()
        .limit(PATHS_SHOWN_MAX)
        .forEach(path -> into.getChildren().add(Kit.row(8, Kit.icon(icon), Kit.name(path))));
    if (paths.size() > PATHS_SHOWN_MAX) {
      into.getChildren().add(Kit.label(texts.of("history.more", paths.size() - PATHS_SHOWN_MAX)));
    }
  }

  private void go() {
    Optional<Path> path = path();
    Optional<Instant> moment = moment();
    window.close();
    path.ifPresent(known -> moment.ifPresent(at -> chosen.accept(known, at)));
  }
}
