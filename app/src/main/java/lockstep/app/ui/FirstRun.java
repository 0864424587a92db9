package lockstep.app.ui;

import atlantafx.base.theme.Styles;
import java.io.File;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import javafx.geometry.Pos;
import javafx.scene.Node;
import javafx.scene.TraversalDirection;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.TextArea;
import javafx.scene.control.TextField;
import javafx.scene.input.KeyEvent;
import javafx.scene.input.TransferMode;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.StackPane;
import javafx.scene.layout.VBox;
import javafx.stage.DirectoryChooser;
import javafx.stage.FileChooser;
import lockstep.app.ui.camera.Camera;
import lockstep.app.ui.model.Nearby;
import lockstep.app.ui.model.PlacePreview;
import lockstep.app.ui.model.Texts;
import lockstep.app.ui.model.Trouble;
import lockstep.app.ui.model.Visit;
import org.kordamp.ikonli.feather.Feather;
import org.kordamp.ikonli.javafx.FontIcon;

/// The way to a folder in three short screens: name this device (once), create or join, choose the
/// place and see what will happen.
final class FirstRun {
  private static final Duration LOOK_EVERY = Duration.ofMillis(300);
  private static final Duration LOOK_AROUND_EVERY = Duration.ofSeconds(4);
  private static final int NEARBY_SHOWN_MAX = 4;

  private final App app;
  private final Texts texts;
  private final boolean first;
  private final VBox card = Kit.styled(new VBox(16), "wizard");
  private final VBox trouble = new VBox();
  private final Visit visit = new Visit();
  private final StackPane node = Kit.styled(new StackPane(card), "wizard-room");

  /// What the user has said so far: the invitation's code, unless a folder is to be created.
  private Optional<String> code = Optional.empty();

  private Optional<Path> directory = Optional.empty();

  /// Where a folder is being joined, for as long as somebody waits for that.
  private Optional<Path> awaited = Optional.empty();

  private Thread looking = Thread.ofVirtual().unstarted(() -> {});

  /// @param first whether the device has to be named
  FirstRun(App app, boolean first) {
    this.app = app;
    this.first = first;
    texts = app.texts();
    card.setMaxSize(560, Region.USE_PREF_SIZE);
    if (first) {
      name();
    } else {
      choose();
    }
  }

  Region node() {
    return node;
  }

  /// Goes straight to the place, which is known.
  FirstRun at(Path known) {
    directory = Optional.of(known);
    place();
    return this;
  }

  private void step(int number, Feather icon, String key, Node... content) {
    Label at = Kit.label(texts.of("first.step", number), Styles.TEXT_MUTED, Styles.TEXT_SMALL);
    Node sign = Kit.styled(FontIcon.of(icon, 32), "sign");
    looking.interrupt();
    visit.next();
    node.setOnDragOver(null);
    node.setOnDragDropped(null);
    card.getChildren().clear();
    if (first) card.getChildren().add(at);
    card.getChildren()
        .addAll(
            sign,
            Kit.prose(texts.of(key), Styles.TITLE_2),
            Kit.prose(texts.of(key + ".hint"), Styles.TEXT_MUTED));
    card.getChildren().addAll(content);
    trouble.getChildren().clear();
    card.getChildren().add(trouble);
  }

  private void buttons(Node... buttons) {
    HBox row = Kit.row(8, Kit.spring());
    row.getChildren().addAll(buttons);
    card.getChildren().add(row);
  }

  private void fail(Trouble what) {
    trouble.getChildren().setAll(Kit.trouble(texts, what));
  }

  // --- the first screen

  private void name() {
    var field = new TextField(app.host.suggestedName());
    field.setId("device-name");
    field.setAccessibleText(texts.of("first.name"));
    step(1, Feather.MONITOR, "first.name", field);
    Button next = next("next", texts.of("first.next"), Feather.ARROW_RIGHT);
    next.disableProperty().bind(field.textProperty().map(String::isBlank));
    next.setOnAction(_ -> setUp(field.getText().strip(), next));
    buttons(next);
    Kit.focus(field);
  }

  private void setUp(String name, Button next) {
    busy(next, true);
    app.session
        .background()
        .run(
            () -> {
              app.host.setUp(name);
              return app.host.daemon();
            },
            _ -> choose(),
            what -> {
              busy(next, false);
              fail(what);
            });
  }

  private static Button next(String id, String text, Feather icon) {
    Button next = Kit.accent(text, icon, () -> {});
    next.setId(id);
    next.setDefaultButton(true);
    return next;
  }

  private static void busy(Button button, boolean busy) {
    button.disableProperty().unbind();
    button.setDisable(busy);
  }

  // --- the second screen

  private void choose() {
    code = Optional.empty();
    Node create = option("create", Feather.FOLDER_PLUS, "first.create", this::place);
    Node join = option("join", Feather.LOG_IN, "first.join", this::askCode);
    step(2, Feather.REFRESH_CW, "first.choose", create, join);
    buttons(
        first
            ? back("first.later", Feather.CLOCK, app::begin)
            : back("cancel", Feather.X, app::begin));
    Kit.focus(create);
  }

  /// The button that leaves a screen, which Escape is to do, too.
  private Button back(String key, Feather icon, Runnable action) {
    Button back = Kit.button(texts.of(key), icon, action);
    back.setId("back");
    back.setCancelButton(true);
    return back;
  }

  private Node option(String id, Feather icon, String key, Runnable action) {
    VBox words =
        Kit.column(
            2,
            Kit.label(texts.of(key), Styles.TEXT_BOLD),
            Kit.label(texts.of(key + ".hint"), Styles.TEXT_MUTED));
    var option = Kit.styled(new Button("", Kit.row(16, FontIcon.of(icon, 24), words)), "option");
    option.setId(id);
    option.setAccessibleText(texts.of(key));
    option.setMaxWidth(Double.MAX_VALUE);
    option.setAlignment(Pos.CENTER_LEFT);
    option.setOnAction(_ -> action.run());
    return option;
  }

  private void askCode() {
    askCode("");
  }

  /// With what was typed or read, so that a slip can be mended.
  private void askCodeAgain() {
    askCode(code.orElse(""));
  }

  /// @param known what was read elsewhere, if it was
  private void askCode(String known) {
    var field = new TextArea(known);
    field.setId("code");
    field.setPromptText(texts.of("first.code.prompt"));
    field.setAccessibleText(texts.of("first.code"));
    field.setWrapText(true);
    field.setPrefRowCount(4);
    VBox near = Kit.column(8);
    Button scan = Kit.button(texts.of("first.scan"), Feather.CAMERA, () -> {});
    Button picture = Kit.button(texts.of("first.picture"), Feather.IMAGE, this::pickPicture);
    step(2, Feather.LOG_IN, "first.code", near, field, Kit.row(8, picture, scan));
    offerCameras(scan);
    acceptPictures();
    lookAround(near, field, Duration.ZERO);
    Button next = next("next", texts.of("first.next"), Feather.ARROW_RIGHT);
    next.disableProperty().bind(field.textProperty().map(String::isBlank));
    next.setOnAction(_ -> understand(field.getText().strip()));
    field.addEventFilter(KeyEvent.KEY_PRESSED, key -> leave(field, next, key));
    buttons(back("first.back", Feather.ARROW_LEFT, this::choose), next);
    field.end();
    Kit.focus(field);
  }

  /// No invitation has tabs or lines in it: these keys do what they do in any other field.
  private static void leave(TextArea field, Button next, KeyEvent key) {
    switch (key.getCode()) {
      case TAB ->
          field.requestFocusTraversal(
              key.isShiftDown() ? TraversalDirection.PREVIOUS : TraversalDirection.NEXT);
      case ENTER -> next.fire(); // nothing, while there is no text
      default -> {
        return;
      }
    }
    key.consume();
  }

  /// Shows the button once there turns out to be a camera.
  private void offerCameras(Button scan) {
    scan.setId("scan");
    Kit.show(scan, false);
    app.session
        .background()
        .run(
            app.cameras::get,
            found -> {
              scan.setOnAction(_ -> scan(found));
              Kit.show(scan, !found.isEmpty());
            },
            _ -> {}); // then there is none that could be used
  }

  private void scan(List<Camera> cameras) {
    var finder = new Viewfinder(app, cameras, this::scanned);
    step(2, Feather.CAMERA, "scan", finder.node());
    Button cancel = Kit.button(texts.of("cancel"), Feather.X, this::askCode);
    cancel.setId("scan-cancel");
    cancel.setCancelButton(true);
    buttons(finder.another(), finder.again(), cancel);
    Kit.focus(cancel);
  }

  private void scanned(String invitation) {
    askCode(invitation);
    trouble.getChildren().setAll(Kit.done(texts.of("scan.done")));
  }

  /// Shows, for as long as the screen is there, who on this network has a short code.
  private void lookAround(VBox near, TextArea field, Duration pause) {
    looking =
        app.session.read(
            daemon -> {
              Thread.sleep(pause);
              return daemon.nearby();
            },
            visit.here(
                found -> {
                  if (near.getScene() == null) return; // the window is closed, or shows a folder
                  show(found, near, field);
                  lookAround(near, field, LOOK_AROUND_EVERY);
                }),
            _ -> {}); // a daemon of before, or one that is just coming up
  }

  private void show(List<Nearby> found, VBox near, TextArea field) {
    near.getChildren().clear();
    if (found.isEmpty()) return;
    near.getChildren().add(Kit.label(texts.of("first.nearby"), Styles.TEXT_BOLD));
    found.stream().limit(NEARBY_SHOWN_MAX).forEach(one -> near.getChildren().add(near(one, field)));
  }

  private Node near(Nearby one, TextArea field) {
    VBox words =
        Kit.column(
            2,
            Kit.name(one.device(), Styles.TEXT_BOLD),
            Kit.label(texts.of("first.nearby.hint", one.number()), Styles.TEXT_MUTED));
    var option =
        Kit.styled(new Button("", Kit.row(16, FontIcon.of(Feather.WIFI, 24), words)), "option");
    option.setId("nearby-" + one.number());
    option.setAccessibleText(texts.of("first.nearby.of", one.device()));
    option.setMaxWidth(Double.MAX_VALUE);
    option.setAlignment(Pos.CENTER_LEFT);
    option.setOnAction(
        _ -> {
          field.setText(one.number() + "-");
          field.requestFocus();
          field.end();
        });
    return option;
  }

  private void acceptPictures() {
    Kit.acceptFiles(node, TransferMode.COPY, File::isFile, this::readPicture);
  }

  private void pickPicture() {
    var chooser = new FileChooser();
    chooser.setTitle(texts.of("first.picture"));
    File picked = chooser.showOpenDialog(app.stage());
    if (picked != null) readPicture(picked.toPath());
  }

  private void readPicture(Path picture) {
    app.session
        .background()
        .run(() -> QrReader.read(picture), visit.here(this::accept), visit.here(this::fail));
  }

  /// Takes a code, or the path of a picture with one.
  private void understand(String text) {
    if (text.startsWith("/") || text.startsWith("file:")) {
      try {
        readPicture(text.startsWith("/") ? Path.of(text) : Path.of(java.net.URI.create(text)));
      } catch (IllegalArgumentException noPath) {
        accept(text);
      }
    } else {
      accept(text);
    }
  }

  /// A slip is told where it can be mended.
  private void accept(String understood) {
    code = Optional.of(understood);
    app.session.read(
        daemon -> daemon.checkInvitation(understood),
        visit.here(
            _ -> {
              if (code.equals(Optional.of(understood))) place();
            }),
        visit.here(this::fail));
  }

  // --- the third screen

  private void place() {
    boolean joins = code.isPresent();
    Path suggested = directory.orElseGet(app.host::suggestedFolder);
    var field = new TextField(suggested.toString());
    field.setId("place");
    field.setAccessibleText(texts.of("first.place"));
    HBox.setHgrow(field, Priority.ALWAYS);
    var browse = Kit.button(texts.of("first.browse"), Feather.FOLDER, () -> browse(field));
    VBox preview = Kit.styled(Kit.column(8), "card");
    step(
        3,
        Feather.FOLDER,
        joins ? "first.place.join" : "first.place",
        Kit.row(8, field, browse),
        preview);
    Button go =
        next(
            "go",
            texts.of(joins ? "first.go.join" : "first.go.create"),
            joins ? Feather.LOG_IN : Feather.CHECK);
    go.setOnAction(_ -> go(field.getText().strip(), go));
    buttons(back("first.back", Feather.ARROW_LEFT, this::leavePlace), go);
    Kit.onText(field.textProperty(), text -> preview(text.strip(), preview, go));
    Kit.focus(field);
  }

  private void leavePlace() {
    awaited.ifPresent(
        place -> app.session.ask(daemon -> daemon.cancelJoin(place), _ -> {}, _ -> {}));
    awaited = Optional.empty();
    if (code.isPresent()) askCodeAgain();
    else choose();
  }

  private void browse(TextField field) {
    var chooser = new DirectoryChooser();
    chooser.setTitle(texts.of("first.place"));
    File picked = chooser.showDialog(app.stage());
    if (picked != null) field.setText(picked.toString());
  }

  private void preview(String text, VBox preview, Button go) {
    looking.interrupt();
    Optional<Path> place = absolute(text);
    directory = place; // to be found again by whoever goes back and comes again
    go.setDisable(place.isEmpty());
    if (place.isEmpty()) {
      preview.getChildren().setAll(Kit.line(Feather.ALERT_CIRCLE, texts.of("preview.absolute")));
      return;
    }
    preview.getChildren().setAll(Kit.line(Feather.SEARCH, texts.of("preview.looking")));
    looking =
        app.session
            .background()
            .run(
                () -> PlacePreview.of(place.get()),
                seen -> {
                  go.setDisable(!seen.writable());
                  tell(seen, preview);
                },
                what -> preview.getChildren().setAll(Kit.trouble(texts, what)));
  }

  private static Optional<Path> absolute(String text) {
    try {
      return Optional.of(Path.of(text)).filter(Path::isAbsolute).map(Path::normalize);
    } catch (InvalidPathException noPath) {
      return Optional.empty();
    }
  }

  private void tell(PlacePreview seen, VBox preview) {
    boolean joins = code.isPresent();
    preview.getChildren().clear();
    if (!seen.writable()) {
      preview.getChildren().add(Kit.line(Feather.ALERT_CIRCLE, texts.of("preview.readonly")));
      return;
    }
    preview
        .getChildren()
        .add(
            seen.files() > 0
                ? Kit.line(
                    Feather.FILE,
                    texts.of(
                        seen.more()
                            ? "preview.files.more"
                            : joins ? "preview.files.join" : "preview.files",
                        seen.files(),
                        texts.bytes(seen.bytes())))
                : Kit.line(
                    Feather.FOLDER_PLUS,
                    texts.of(seen.exists() ? "preview.empty" : "preview.fresh")));
    if (joins) preview.getChildren().add(Kit.line(Feather.SHIELD, texts.of("preview.safe")));
    preview
        .getChildren()
        .add(Kit.line(Feather.HARD_DRIVE, texts.of("preview.free", texts.bytes(seen.freeBytes()))));
  }

  private void go(String text, Button go) {
    Path place = absolute(text).orElseThrow();
    busy(go, true);
    String before = go.getText();
    go.setText(texts.of(code.isPresent() ? "first.joining" : "first.creating"));
    Path leaf = place.getFileName();
    String name = leaf == null ? "root" : leaf.toString();
    if (code.isPresent()) {
      awaited = Optional.of(place);
      watchForApproval(place);
    }
    Optional<String> invitation = code; // of now, whatever is chosen by the time it is asked
    app.session.ask(
        daemon ->
            invitation.isPresent()
                ? daemon.join(invitation.get(), place)
                : daemon.addFolder(place, name),
        _ -> {
          looking.interrupt();
          if (node.getScene() != null) app.begin(place);
        },
        visit.here(
            what -> {
              looking.interrupt();
              busy(go, false);
              go.setText(before);
              awaited = Optional.empty();
              fail(what);
            }));
  }

  /// Says so once a person elsewhere is asked, with the words that person sees.
  private void watchForApproval(Path place) {
    looking.interrupt();
    looking =
        app.session.read(
            daemon -> {
              while (true) {
                Optional<String> words = daemon.pendingWords(place);
                if (words.isPresent()) return words.get();
                Thread.sleep(LOOK_EVERY);
              }
            },
            visit.here(words -> trouble.getChildren().setAll(approval(place, words))),
            _ -> {}); // the join itself says what became of it
  }

  private Node approval(Path place, String words) {
    Button cancel = Kit.button(texts.of("cancel"), Feather.X, () -> {});
    cancel.setId("cancel-join");
    cancel.setOnAction(
        _ -> app.session.ask(daemon -> daemon.cancelJoin(place), _ -> {}, this::fail));
    return Kit.card(
        Kit.row(
            12,
            Kit.icon(Feather.USER_CHECK, "look-ATTENTION"),
            Kit.column(
                4,
                Kit.prose(texts.of("first.approval"), Styles.TEXT_BOLD),
                Kit.name(words, Styles.TITLE_4, "words"),
                Kit.prose(texts.of("first.approval.hint"), Styles.TEXT_MUTED)),
            Kit.spring(),
            cancel));
  }
}
