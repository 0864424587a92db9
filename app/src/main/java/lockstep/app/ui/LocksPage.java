package lockstep.app.ui;

import atlantafx.base.theme.Styles;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.TextField;
import javafx.scene.control.Tooltip;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.VBox;
import javafx.stage.FileChooser;
import lockstep.app.ui.model.Lock;
import lockstep.app.ui.model.Session.Request;
import lockstep.app.ui.model.Snapshot;
import lockstep.app.ui.model.Trouble;
import org.kordamp.ikonli.feather.Feather;

/// Who works on which file, and since when; here a file is locked, released, asked for, and a lock
/// that was forgotten broken.
final class LocksPage extends Page {
  private static final double WORDS_WIDTH_MIN = 320;

  private final TextField file = new TextField();
  private final TextField note = new TextField();
  private final VBox told = new VBox();
  private final VBox list = new VBox(12);
  private List<Lock> shown = List.of();

  /// The lock that is told of as a success, for as long as it is one.
  private Optional<Lock> gained = Optional.empty();

  LocksPage(App app) {
    super(app, "locks");
    field(file, "locks.file", "lock-file");
    field(note, "locks.note", "lock-note");
    HBox.setHgrow(file, Priority.ALWAYS);
    note.setPrefWidth(220);
    note.setMinWidth(140);
    Button lock = Kit.accent(texts.of("locks.lock"), Feather.LOCK, this::lock);
    lock.setId("lock");
    lock.disableProperty().bind(file.textProperty().map(String::isBlank));
    var browse = Kit.iconButton(texts.of("locks.browse"), Feather.FOLDER, this::browse);
    consistOf(
        Kit.scrolling(
            Kit.column(
                12,
                Kit.prose(texts.of("locks.hint"), Styles.TEXT_MUTED),
                Kit.row(8, file, browse, note, lock),
                told,
                list)));
    draw();
  }

  private void field(TextField field, String key, String id) {
    field.setId(id);
    field.setPromptText(texts.of(key));
    field.setAccessibleText(texts.of(key));
    field.setOnAction(_ -> lock());
  }

  /// Has a file ready to be locked.
  void about(Path path) {
    file.setText(path.toString());
    told.getChildren().clear();
    Kit.focus(note);
  }

  @Override
  void show(Snapshot snapshot) {
    if (snapshot.locks().equals(shown)) return;
    List<Lock> before = shown;
    shown = snapshot.locks();
    gained
        .filter(lock -> lock.isHeldIn(before) && !lock.isHeldIn(shown))
        .ifPresent(_ -> told.getChildren().clear());
    draw();
  }

  private void draw() {
    list.getChildren().setAll(shown.stream().map(this::card).toList());
    if (shown.isEmpty()) {
      list.getChildren()
          .add(Kit.hint(Feather.UNLOCK, texts.of("locks.none"), texts.of("locks.none.hint")));
    }
  }

  private Node card(Lock lock) {
    Label path = Kit.name(lock.path(), Styles.TEXT_BOLD);
    String who = lock.mine() ? texts.of("locks.you") : lock.ownerName();
    VBox words =
        Kit.column(
            2,
            path,
            Kit.prose(
                texts.of(
                    "locks.since", who, lock.since().map(texts::date).orElse(""), lock.folder()),
                Styles.TEXT_MUTED,
                Styles.TEXT_SMALL));
    if (!lock.note().isEmpty()) {
      words.getChildren().add(Kit.name(texts.of("locks.quote", lock.note())));
    }
    HBox.setHgrow(words, Priority.ALWAYS);
    words.setMinWidth(0);
    Label strength = Kit.pill(texts.word("strength", lock.strength()));
    strength.setTooltip(new Tooltip(texts.word("strength.then", lock.strength())));
    HBox what =
        Kit.row(
            12, Kit.icon(lock.mine() ? Feather.EDIT_3 : Feather.LOCK, look(lock)), words, strength);
    HBox actions = Kit.row(8);
    actions.getChildren().addAll(actions(lock));
    VBox card = Kit.card(Kit.apart(WORDS_WIDTH_MIN, what, actions));
    lock.asks().forEach(ask -> card.getChildren().add(asked(ask)));
    if (!lock.asks().isEmpty()) card.getStyleClass().add("warning-card");
    return card;
  }

  private static String look(Lock lock) {
    return lock.mine() ? "look-SYNCED" : "look-HALTED";
  }

  private Node asked(Lock.Ask ask) {
    String what =
        ask.note().isEmpty()
            ? texts.of("locks.asked", ask.name())
            : texts.of("locks.asked.note", ask.name(), ask.note());
    return Kit.row(10, Kit.icon(Feather.MESSAGE_CIRCLE), Kit.prose(what));
  }

  private List<Node> actions(Lock lock) {
    Optional<Path> known = lock.file(app.session.snapshot());
    if (known.isEmpty()) return List.of();
    Path path = known.get();
    if (lock.mine()) {
      var release = Kit.button(texts.of("locks.release"), Feather.UNLOCK, () -> release(path));
      release.setId("release");
      return List.of(release);
    }
    var ask = Kit.button(texts.of("locks.ask"), Feather.MESSAGE_CIRCLE, () -> ask(lock, path));
    ask.setId("ask-release");
    var force = Kit.button(texts.of("locks.force"), Feather.ZAP, () -> force(lock, path));
    force.setId("force-release");
    force.getStyleClass().addAll(Styles.BUTTON_OUTLINED, Styles.DANGER);
    return List.of(ask, force);
  }

  private void browse() {
    var chooser = new FileChooser();
    chooser.setTitle(texts.of("locks.file"));
    Optional.ofNullable(chooser.showOpenDialog(app.stage()))
        .map(java.io.File::toPath)
        .ifPresent(this::about);
  }

  private void lock() {
    String text = file.getText().strip();
    if (text.isEmpty()) return;
    try {
      Path path = Path.of(text);
      request(daemon -> daemon.lock(path, note.getText().strip()), this::locked);
    } catch (InvalidPathException noPath) {
      tell(new Trouble(texts.of("preview.absolute"), Optional.empty(), Optional.empty()));
    }
  }

  private void locked(Lock lock) {
    file.clear();
    note.clear();
    gained = Optional.of(lock);
    say(texts.of("locks.locked", lock.path(), texts.word("strength.then", lock.strength())));
  }

  private void release(Path path) {
    request(
        daemon -> daemon.unlock(path, Optional.empty()),
        _ -> say(texts.of("locks.released", path.getFileName())));
  }

  private void ask(Lock lock, Path path) {
    Kit.ask(
        app.stage(),
        texts,
        texts.of("locks.ask.question", lock.ownerName(), lock.path()),
        texts.of("locks.ask.then"),
        texts.of("locks.ask.yes"),
        false,
        words ->
            request(
                daemon -> daemon.askToRelease(path, words),
                _ -> say(texts.of("locks.ask.done", lock.ownerName()))));
  }

  private void force(Lock lock, Path path) {
    Kit.ask(
        app.stage(),
        texts,
        texts.of("locks.force.question", lock.ownerName(), lock.path()),
        texts.of("locks.force.then", lock.ownerName()),
        texts.of("locks.force.yes"),
        true,
        reason ->
            request(
                daemon -> daemon.unlock(path, Optional.of(reason)),
                _ -> say(texts.of("locks.released", path.getFileName()))));
  }

  private <T> void request(Request<T> request, java.util.function.Consumer<T> done) {
    gained = Optional.empty();
    told.getChildren().setAll(Kit.row(10, Kit.label(texts.of("locks.waiting"), Styles.TEXT_MUTED)));
    app.session.ask(
        request, done, trouble -> told.getChildren().setAll(Kit.trouble(texts, trouble)));
  }

  private void say(String what) {
    told.getChildren().setAll(Kit.done(what));
  }
}
