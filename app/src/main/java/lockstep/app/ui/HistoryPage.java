package lockstep.app.ui;

import atlantafx.base.theme.Styles;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javafx.animation.Animation;
import javafx.animation.PauseTransition;
import javafx.scene.Node;
import javafx.scene.control.TextField;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;
import javafx.util.Duration;
import lockstep.app.Failure;
import lockstep.app.Terminal;
import lockstep.app.ui.model.Change;
import lockstep.app.ui.model.PastVersion;
import lockstep.app.ui.model.Requests;
import org.kordamp.ikonli.feather.Feather;

/// What was there before: the signed timeline of the folders, and of one file with all its versions
/// that can be brought back.
final class HistoryPage extends Page {
  private static final int CHANGES_MAX = 100;
  private static final Duration NEWS_EVERY = Duration.seconds(1);
  private static final Set<String> CHANGES =
      Set.of("file-published", "file-received", "file-deleted", "conflict-created");

  private final TextField file = new TextField();
  private final VBox told = new VBox();
  private final VBox timeline = new VBox(8);
  private final PauseTransition soon = new PauseTransition(NEWS_EVERY);

  /// The file whose versions are shown, as it was named; all changes if empty.
  private String shown = "";

  HistoryPage(App app) {
    super(app, "history");
    file.setId("history-file");
    file.setPromptText(texts.of("history.prompt"));
    file.setAccessibleText(texts.of("history.prompt"));
    file.setOnAction(_ -> load());
    HBox.setHgrow(file, Priority.ALWAYS);
    var all = Kit.iconButton(texts.of("history.all"), Feather.X, this::showAll);
    all.setId("history-all");
    var show = Kit.button(texts.of("history.show"), Feather.SEARCH, this::load);
    show.setId("history-show");
    HBox search = Kit.row(8, file, show, all);
    soon.setOnFinished(_ -> draw());
    app.session.onEvents(this::news);
    consistOf(
        Kit.scrolling(
            Kit.column(
                12,
                Kit.prose(texts.of("history.hint"), Styles.TEXT_MUTED),
                search,
                told,
                timeline)));
  }

  @Override
  void entered() {
    told.getChildren().clear();
    load();
  }

  void about(Path path) {
    file.setText(path.toString());
  }

  private void showAll() {
    file.clear();
    told.getChildren().clear();
    load();
  }

  private void load() {
    shown = file.getText().strip();
    draw();
  }

  private void draw() {
    if (!node().isVisible()) return;
    if (shown.isEmpty()) {
      changes();
    } else {
      versions(shown);
    }
  }

  /// What is shown grows by itself, also by what was brought back from here.
  private void news() {
    boolean grows =
        app.session.events().stream().limit(1).anyMatch(event -> CHANGES.contains(event.type()));
    if (grows && node().isVisible() && soon.getStatus() != Animation.Status.RUNNING) {
      soon.playFromStart();
    }
  }

  private void versions(String text) {
    try {
      Path path = Path.of(text);
      List<Path> places = places(path);
      app.session.read(daemon -> history(daemon, places), this::draw, this::fail);
    } catch (InvalidPathException noPath) {
      fail(
          new lockstep.app.ui.model.Trouble(
              texts.of("preview.absolute"), Optional.empty(), Optional.empty()));
    }
  }

  /// Where the file may lie: a path that is not absolute is one of any folder.
  private List<Path> places(Path path) {
    if (path.isAbsolute()) return List.of(path);
    return app.session.snapshot().folders().stream().map(f -> f.path().resolve(path)).toList();
  }

  private static Found history(Requests daemon, List<Path> places) throws Failure {
    for (Path place : places) {
      List<PastVersion> versions = daemon.history(place);
      if (!versions.isEmpty()) return new Found(place, versions);
    }
    return new Found(Path.of(""), List.of());
  }

  private record Found(Path path, List<PastVersion> versions) {}

  private void fail(lockstep.app.ui.model.Trouble trouble) {
    timeline.getChildren().setAll(Kit.trouble(texts, trouble));
  }

  private void draw(Found found) {
    List<PastVersion> versions = found.versions();
    timeline.getChildren().clear();
    for (int i = 0; i < versions.size(); i++) {
      timeline.getChildren().add(version(found.path(), versions.get(i), i == 0));
    }
    if (versions.isEmpty()) timeline.getChildren().add(nothing());
  }

  private Node nothing() {
    return Kit.hint(Feather.CLOCK, texts.of("history.none"), texts.of("history.none.hint"));
  }

  private Node version(Path path, PastVersion version, boolean newest) {
    boolean file = !version.kind().equals("delete");
    String size = file ? "  ·  " + texts.bytes(version.size()) : "";
    HBox row =
        Kit.row(
            12,
            Kit.icon(file ? Feather.FILE : Feather.TRASH_2),
            Kit.column(
                0,
                Kit.label(texts.moment(version.at()), Styles.TEXT_BOLD),
                Kit.name(
                    texts.of(
                            "history.by",
                            texts.word("change", version.kind()),
                            version.authorName())
                        + size,
                    Styles.TEXT_MUTED,
                    Styles.TEXT_SMALL)),
            Kit.spring());
    if (newest) row.getChildren().add(Kit.label(texts.of("history.now"), "pill"));
    if (!newest && file) {
      var restore =
          Kit.button(texts.of("history.restore"), Feather.ROTATE_CCW, () -> restore(path, version));
      restore.setDisable(!version.available());
      restore.getStyleClass().add("restore");
      if (!version.available()) restore.setText(texts.of("history.elsewhere"));
      row.getChildren().add(restore);
    }
    return Kit.card(row);
  }

  private void restore(Path path, PastVersion version) {
    app.session.ask(
        daemon -> daemon.restore(path, Optional.of(version.version())),
        restored -> {
          told.getChildren().setAll(Kit.done(texts.of("history.restored", restored.size())));
          load();
        },
        this::tell);
  }

  private void changes() {
    List<String> folders = app.session.snapshot().folders().stream().map(f -> f.name()).toList();
    app.session.read(
        daemon -> {
          var all = new java.util.ArrayList<Node>();
          for (String folder : folders) {
            for (Change change : daemon.changes(folder, CHANGES_MAX))
              all.add(change(folder, change));
          }
          return all;
        },
        nodes -> timeline.getChildren().setAll(nodes.isEmpty() ? List.of(nothing()) : nodes),
        this::fail);
  }

  private Node change(String folder, Change change) {
    VBox lines =
        Kit.column(
            2,
            Kit.name(
                texts.of("history.by", texts.word("change", change.kind()), change.authorName()),
                Styles.TEXT_BOLD));
    change.lines().stream()
        .limit(4)
        .forEach(line -> lines.getChildren().add(Kit.name(texts.said(line), Styles.TEXT_SMALL)));
    if (change.lines().size() > 4) {
      lines
          .getChildren()
          .add(
              Kit.label(
                  texts.of("history.more", change.lines().size() - 4),
                  Styles.TEXT_MUTED,
                  Styles.TEXT_SMALL));
    }
    VBox when =
        Kit.column(
            2,
            Kit.label(texts.moment(change.at()), Styles.TEXT_MUTED, Styles.TEXT_SMALL),
            Kit.name(folder, Styles.TEXT_MUTED, Styles.TEXT_SMALL));
    when.setMinWidth(Region.USE_PREF_SIZE);
    HBox.setHgrow(lines, Priority.ALWAYS);
    lines.setMinWidth(0);
    HBox row = Kit.row(12, Kit.icon(Feather.GIT_COMMIT), lines, when);
    row.setAccessibleText(Terminal.safe(change.authorName()));
    return Kit.card(row);
  }
}
