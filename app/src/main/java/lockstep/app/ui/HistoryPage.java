package lockstep.app.ui;

import atlantafx.base.theme.Styles;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import javafx.animation.Animation;
import javafx.animation.PauseTransition;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.ProgressIndicator;
import javafx.scene.control.TextField;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;
import javafx.util.Duration;
import lockstep.app.Failure;
import lockstep.app.ui.model.Change;
import lockstep.app.ui.model.Folder;
import lockstep.app.ui.model.PastVersion;
import lockstep.app.ui.model.Requests;
import lockstep.app.ui.model.Restored;
import lockstep.app.ui.model.Session.Request;
import org.kordamp.ikonli.feather.Feather;

/// What was there before: the signed timeline of the folders, and of one file with all its versions
/// that can be brought back.
final class HistoryPage extends Page {
  private static final int CHANGES_MAX = 100;
  private static final int LINES_MAX = 4;
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
    var moment = Kit.button(texts.of("history.moment"), Feather.CLOCK, this::chooseMoment);
    moment.setId("history-moment");
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
                timeline)),
        moment);
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
    HBox row =
        Kit.row(
            12,
            Kit.icon(
                version.isDeletion()
                    ? Feather.TRASH_2
                    : version.isFile() ? Feather.FILE : Feather.FOLDER),
            Kit.column(
                0,
                Kit.label(texts.moment(version.at()), Styles.TEXT_BOLD),
                Kit.name(texts.origin(version), Styles.TEXT_MUTED, Styles.TEXT_SMALL)),
            Kit.spring());
    if (newest) row.getChildren().add(Kit.pill(texts.of("history.now")));
    wayBack(path, version, newest).ifPresent(row.getChildren()::add);
    return Kit.card(row);
  }

  /// A file has versions; a directory has only been so at a moment; what was deleted was something
  /// last.
  private Optional<Button> wayBack(Path path, PastVersion version, boolean newest) {
    if (newest && version.isDeletion()) {
      return Optional.of(
          way("history.restore", () -> restore(path, daemon -> daemon.restore(path))));
    }
    if (version.isDeletion() || (newest && version.isFile())) return Optional.empty();
    if (!version.isFile()) {
      Instant moment = version.at().orElse(app.time.wallTime());
      return Optional.of(way("history.then", () -> offer(path.toString(), moment)));
    }
    Button back =
        way(
            version.available() ? "history.restore" : "history.elsewhere",
            () -> restore(path, daemon -> daemon.restore(path, version.version())));
    back.setDisable(!version.available());
    return Optional.of(back);
  }

  private Button way(String key, Runnable action) {
    return Kit.styled(Kit.button(texts.of(key), Feather.ROTATE_CCW, action), "restore");
  }

  private void chooseMoment() {
    String named = file.getText().strip();
    List<Folder> folders = app.session.snapshot().folders();
    boolean isWithin = !named.isEmpty() && !named.startsWith("/") && folders.size() == 1;
    offer(
        isWithin ? folders.getFirst().path().resolve(named).toString() : named,
        app.time.wallTime());
  }

  /// @param what to bring back, if it is known
  private void offer(String what, Instant moment) {
    new RestoreDialog(app, (path, at) -> restore(path, daemon -> daemon.restore(path, at)))
        .show(what, moment);
  }

  private void restore(Path path, Request<Restored> request) {
    told.getChildren().setAll(Kit.card(Kit.row(12, wheel(), Kit.prose(restoring(path)))));
    app.session.ask(
        request,
        restored -> {
          tell(path, restored);
          load();
        },
        trouble -> {
          told.getChildren().clear();
          tell(trouble);
        });
  }

  /// It may take a while: what is no longer here is fetched.
  private String restoring(Path path) {
    return texts.of("history.restoring", Objects.requireNonNullElse(path.getFileName(), path));
  }

  private static Node wheel() {
    var wheel = new ProgressIndicator();
    wheel.setPrefSize(20, 20);
    return wheel;
  }

  private void tell(Path path, Restored restored) {
    VBox card = Kit.done(texts.of("history.restored", restored.paths().size()));
    if (!restored.paths().isEmpty()) {
      Button undo = Kit.button(texts.of("conflict.undo"), Feather.ROTATE_CCW, () -> undo(path));
      undo.setId("undo-restore");
      ((HBox) card.getChildren().getFirst()).getChildren().addAll(Kit.spring(), undo);
    }
    if (!restored.missing().isEmpty()) {
      card.getChildren().add(Kit.prose(texts.of("history.missing", restored.missing().size())));
      restored.missing().stream()
          .limit(LINES_MAX)
          .forEach(missing -> card.getChildren().add(Kit.name(missing, Styles.TEXT_SMALL)));
    }
    told.getChildren().setAll(card);
  }

  private void undo(Path path) {
    app.session.ask(
        daemon -> daemon.undoRestore(path),
        undone -> {
          VBox card = Kit.done(texts.of("history.undone", undone.paths().size()));
          if (!undone.left().isEmpty()) {
            card.getChildren()
                .add(Kit.prose(texts.of("history.undone.left", undone.left().size())));
          }
          told.getChildren().setAll(card);
          load();
        },
        this::tell);
  }

  private void changes() {
    List<Folder> folders = app.session.snapshot().folders();
    app.session.read(
        daemon -> {
          var all = new ArrayList<Told>();
          for (Folder folder : folders) {
            for (Change change : daemon.changes(folder.name(), CHANGES_MAX))
              all.add(new Told(folder, change));
          }
          all.sort(Comparator.comparing(Told::at).reversed());
          return all;
        },
        this::tell,
        this::fail);
  }

  private record Told(Folder folder, Change change) {
    Instant at() {
      return change.at().orElse(Instant.EPOCH);
    }
  }

  private void tell(List<Told> all) {
    List<Node> cards = all.stream().map(told -> change(told.folder(), told.change())).toList();
    timeline.getChildren().setAll(cards.isEmpty() ? List.of(nothing()) : cards);
  }

  private Node change(Folder folder, Change change) {
    List<String> more = texts.lines(change);
    VBox lines = Kit.column(2, Kit.name(texts.heading(change), Styles.TEXT_BOLD));
    more.stream()
        .limit(LINES_MAX)
        .forEach(line -> lines.getChildren().add(Kit.name(line, Styles.TEXT_SMALL)));
    if (more.size() > LINES_MAX) {
      lines
          .getChildren()
          .add(
              Kit.label(
                  texts.of("history.more", more.size() - LINES_MAX),
                  Styles.TEXT_MUTED,
                  Styles.TEXT_SMALL));
    }
    VBox when =
        Kit.column(
            2,
            Kit.label(texts.moment(change.at()), Styles.TEXT_MUTED, Styles.TEXT_SMALL),
            Kit.name(folder.name(), Styles.TEXT_MUTED, Styles.TEXT_SMALL));
    when.setMinWidth(Region.USE_PREF_SIZE);
    HBox.setHgrow(lines, Priority.ALWAYS);
    lines.setMinWidth(0);
    HBox row = Kit.row(12, Kit.icon(Feather.GIT_COMMIT), lines, when);
    row.setAccessibleText(texts.heading(change));
    if (!change.doings().isEmpty() && change.at().isPresent()) {
      row.getChildren()
          .add(
              Kit.styled(
                  Kit.iconButton(
                      texts.of("history.back", folder.name()),
                      Feather.ROTATE_CCW,
                      () -> offer(folder.path().toString(), change.at().get())),
                  "back-to"));
    }
    return Kit.card(row);
  }
}
