package lockstep.app.ui;

import atlantafx.base.theme.Styles;
import java.io.File;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import javafx.application.Platform;
import javafx.beans.binding.Bindings;
import javafx.beans.value.ObservableValue;
import javafx.geometry.Bounds;
import javafx.geometry.Insets;
import javafx.geometry.Pos;
import javafx.scene.Node;
import javafx.scene.Parent;
import javafx.scene.Scene;
import javafx.scene.control.Alert;
import javafx.scene.control.Button;
import javafx.scene.control.ButtonBar.ButtonData;
import javafx.scene.control.ButtonType;
import javafx.scene.control.ContentDisplay;
import javafx.scene.control.Dialog;
import javafx.scene.control.Label;
import javafx.scene.control.ProgressIndicator;
import javafx.scene.control.ScrollPane;
import javafx.scene.control.TextField;
import javafx.scene.control.Tooltip;
import javafx.scene.input.DragEvent;
import javafx.scene.input.KeyCode;
import javafx.scene.input.TransferMode;
import javafx.scene.layout.FlowPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Pane;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;
import javafx.stage.Modality;
import javafx.stage.Stage;
import javafx.stage.Window;
import lockstep.app.Terminal;
import lockstep.app.ui.model.Folder;
import lockstep.app.ui.model.Texts;
import lockstep.app.ui.model.Trouble;
import org.jspecify.annotations.Nullable;
import org.kordamp.ikonli.feather.Feather;
import org.kordamp.ikonli.javafx.FontIcon;

/// The small parts that all screens are made of.
final class Kit {
  private Kit() {}

  static VBox column(double gap, Node... nodes) {
    return new VBox(gap, nodes);
  }

  static HBox row(double gap, Node... nodes) {
    var row = new HBox(gap, nodes);
    row.setAlignment(Pos.CENTER_LEFT);
    return row;
  }

  /// What pushes its neighbours in a row apart.
  static Region spring() {
    var spring = new Region();
    HBox.setHgrow(spring, Priority.ALWAYS);
    return spring;
  }

  static <T extends Node> T styled(T node, String... classes) {
    node.getStyleClass().addAll(classes);
    return node;
  }

  static Label label(String text, String... classes) {
    return styled(new Label(text), classes);
  }

  /// A label for a text of several lines, which wraps.
  static Label prose(String text, String... classes) {
    Label label = label(text, classes);
    label.setWrapText(true);
    label.setMinHeight(Region.USE_PREF_SIZE);
    return label;
  }

  /// A label for what comes from outside; its middle gives way where space is short.
  static Label name(String text, String... classes) {
    String safe = Terminal.safe(text);
    Label label = label(safe, classes);
    label.setTextOverrun(javafx.scene.control.OverrunStyle.CENTER_ELLIPSIS);
    label.setMinWidth(40);
    if (safe.length() > 40) label.setTooltip(new Tooltip(safe));
    return label;
  }

  /// A word or two that are not shortened, on a ground of their own.
  static Label pill(String text) {
    Label pill = label(text, "pill");
    pill.setMinWidth(Region.USE_PREF_SIZE);
    return pill;
  }

  /// Two things at the two ends of a row; where they have no room for that, one below the other.
  static Region apart(double leftWidthMin, Region left, Region right) {
    var apart = new FlowPane(8, 8, left, right);
    left.prefWidthProperty()
        .bind(
            Bindings.createDoubleBinding(
                () -> {
                  double rest = apart.getWidth() - right.prefWidth(-1) - 8;
                  return Math.floor(rest < leftWidthMin ? apart.getWidth() : rest);
                },
                apart.widthProperty(),
                right.widthProperty()));
    return apart;
  }

  static FontIcon icon(Feather icon, String... classes) {
    return styled(FontIcon.of(icon, 16), classes);
  }

  static Button button(String text, Feather icon, Runnable action) {
    var button = new Button(text, icon(icon));
    button.setMinWidth(Region.USE_PREF_SIZE);
    button.setOnAction(_ -> action.run());
    return button;
  }

  static Button accent(String text, Feather icon, Runnable action) {
    return styled(button(text, icon, action), Styles.ACCENT);
  }

  /// A button that shows its icon alone; screen readers and tooltips have the text.
  static Button iconButton(String text, Feather icon, Runnable action) {
    Button button = styled(button(text, icon, action), Styles.BUTTON_ICON, Styles.FLAT);
    button.setContentDisplay(ContentDisplay.GRAPHIC_ONLY);
    button.setTooltip(new Tooltip(text));
    button.setAccessibleText(text);
    return button;
  }

  static VBox card(Node... nodes) {
    return styled(column(10, nodes), "card");
  }

  /// What can be set: what it is and what it does, then the control for it.
  ///
  /// @param key of the text that names it; with `.hint`, of what it does
  /// @param more stands below these
  static VBox setting(Texts texts, String key, Node control, Node... more) {
    VBox words =
        column(
            2,
            label(texts.of(key), Styles.TEXT_BOLD),
            prose(texts.of(key + ".hint"), Styles.TEXT_MUTED));
    words.getChildren().addAll(more);
    HBox.setHgrow(words, Priority.ALWAYS);
    return card(row(16, words, control));
  }

  /// A sign and what it stands for, in a line or more.
  static HBox line(Feather icon, String text) {
    Label words = prose(text);
    HBox.setHgrow(words, Priority.ALWAYS);
    return row(10, icon(icon), words);
  }

  static ScrollPane scrolling(Region content) {
    content.setPadding(new Insets(0, 12, 0, 0)); // beside the scroll bar
    var scroll = new ScrollPane(content);
    scroll.setFitToWidth(true);
    scroll.setHbarPolicy(ScrollPane.ScrollBarPolicy.NEVER);
    return styled(scroll, "plain-scroll");
  }

  /// What stands in place of a list that is empty.
  static VBox hint(Feather icon, String title, String text, Node... actions) {
    Label words = prose(text, Styles.TEXT_MUTED, "centred");
    words.setMaxWidth(420);
    VBox hint =
        styled(column(12, FontIcon.of(icon, 40), label(title, Styles.TITLE_3), words), "hint");
    hint.getChildren().addAll(actions);
    hint.setAlignment(Pos.CENTER);
    return hint;
  }

  /// What stands there while something is under way.
  static VBox waiting(String text) {
    var wheel = new ProgressIndicator();
    wheel.setMaxSize(36, 36);
    VBox waiting = Kit.styled(column(12, wheel, label(text, Styles.TEXT_MUTED)), "hint");
    waiting.setAlignment(Pos.CENTER);
    return waiting;
  }

  /// A folder's state as a picture.
  static FontIcon look(Folder.Look look) {
    Feather icon =
        switch (look) {
          case SYNCED -> Feather.CHECK_CIRCLE;
          case SCANNING -> Feather.SEARCH;
          case SYNCING -> Feather.REFRESH_CW;
          case PAUSED -> Feather.PAUSE_CIRCLE;
          case HALTED -> Feather.ALERT_OCTAGON;
          case ERROR -> Feather.ALERT_CIRCLE;
          case LEFT -> Feather.USER_X;
        };
    return icon(icon, "look-" + look);
  }

  /// What went wrong: what, why, and what to try.
  static VBox trouble(Texts texts, Trouble trouble) {
    Trouble said = texts.said(trouble);
    VBox lines = column(4, prose(said.what(), Styles.TEXT_BOLD));
    said.why().ifPresent(why -> lines.getChildren().add(prose(why)));
    said.advice()
        .ifPresent(
            advice ->
                lines.getChildren().add(prose(texts.of("trouble.try", advice), Styles.TEXT_MUTED)));
    HBox.setHgrow(lines, Priority.ALWAYS);
    HBox box = row(12, icon(Feather.ALERT_TRIANGLE), lines);
    box.setAlignment(Pos.TOP_LEFT);
    return styled(column(0, box), "card", "danger-card");
  }

  /// Asks before something that cannot be taken back lightly.
  static void confirm(
      Window owner, Texts texts, String question, String consequence, String yes, Runnable action) {
    var go = new ButtonType(yes, ButtonData.OK_DONE);
    var stop = new ButtonType(texts.of("cancel"), ButtonData.CANCEL_CLOSE);
    var alert = new Alert(Alert.AlertType.CONFIRMATION, consequence, stop, go);
    alert.initOwner(owner);
    alert.setTitle("Lockstep");
    alert.setHeaderText(question);
    alert.setOnHidden(
        _ ->
            Optional.ofNullable(alert.getResult()).filter(go::equals).ifPresent(_ -> action.run()));
    alert.show();
  }

  /// Asks for a few words before something.
  ///
  /// @param needed whether it cannot do without
  static void ask(
      Window owner,
      Texts texts,
      String question,
      String explanation,
      String yes,
      boolean needed,
      Consumer<String> action) {
    var words = new TextField();
    words.setId("words");
    words.setAccessibleText(question);
    words.setPromptText(texts.of(needed ? "words.needed" : "words.optional"));
    var go = new ButtonType(yes, ButtonData.OK_DONE);
    var stop = new ButtonType(texts.of("cancel"), ButtonData.CANCEL_CLOSE);
    var dialog = new Dialog<ButtonType>();
    dialog.initOwner(owner);
    dialog.setTitle("Lockstep");
    dialog.setHeaderText(question);
    VBox content = column(12, prose(explanation), words);
    content.setPrefWidth(420);
    dialog.getDialogPane().setContent(content);
    dialog.getDialogPane().getButtonTypes().setAll(stop, go);
    Node button = dialog.getDialogPane().lookupButton(go);
    button.setId("words-go");
    if (needed) button.disableProperty().bind(words.textProperty().map(String::isBlank));
    dialog.setOnHidden(
        _ -> {
          if (go.equals(dialog.getResult())) action.accept(words.getText().strip());
        });
    dialog.show();
    focus(words);
  }

  /// What is wrong with what was typed above; takes no room while nothing is.
  static Label wrong() {
    Label wrong = prose("", "wrong");
    wrong.setMaxWidth(250);
    show(wrong, false);
    return wrong;
  }

  /// Says it, or with an empty text nothing more.
  static void say(Label wrong, String text) {
    wrong.setText(text);
    show(wrong, !text.isEmpty());
  }

  /// Tells, now and at each change, whether a node is in a window that its user has before them.
  static void whileSeen(Node node, Consumer<Boolean> action) {
    node.sceneProperty()
        .flatMap(Scene::windowProperty)
        .flatMap(Kit::isBeforeUser)
        .orElse(false)
        .subscribe(action);
  }

  private static ObservableValue<Boolean> isBeforeUser(Window window) {
    return window instanceof Stage stage
        ? stage.showingProperty().flatMap(on -> stage.iconifiedProperty().map(away -> on && !away))
        : window.showingProperty();
  }

  static void show(Node node, boolean visible) {
    node.setVisible(visible);
    node.setManaged(visible);
  }

  /// What went wrong, in one paragraph.
  static String line(Texts texts, Trouble trouble) {
    Trouble said = texts.said(trouble);
    return said.why().map(why -> texts.of("trouble.line", said.what(), why)).orElse(said.what());
  }

  /// A card that says that something went well.
  static VBox done(String what, Node... more) {
    HBox row = row(10, icon(Feather.CHECK_CIRCLE), prose(what));
    row.getChildren().addAll(more);
    return styled(card(row), "success-card");
  }

  /// A window over the window. (An alert of JavaFX without a heading stood in the corner of the
  /// screen, its upper part cut off.)
  static void tell(Stage owner, Texts texts, Trouble trouble) {
    var window = new Stage();
    Button close = button(texts.of("close"), Feather.X, window::close);
    close.setId("trouble-close");
    close.setDefaultButton(true);
    VBox body = styled(column(16, trouble(texts, trouble), row(0, spring(), close)), "dialog");
    body.setPrefWidth(480);
    dialog(window, owner, "Lockstep", body);
    window.show();
  }

  /// Takes files that are dropped on a node; the first one counts.
  ///
  /// @param wanted whether it is of use there
  static void acceptFiles(
      Node target, TransferMode mode, Predicate<File> wanted, Consumer<Path> action) {
    target.setOnDragOver(
        drag -> {
          if (dropped(drag, wanted).isPresent()) drag.acceptTransferModes(mode);
        });
    target.setOnDragDropped(
        drag ->
            dropped(drag, wanted)
                .ifPresent(
                    file -> {
                      action.accept(file.toPath());
                      drag.setDropCompleted(true);
                    }));
  }

  private static Optional<File> dropped(DragEvent drag, Predicate<File> wanted) {
    return drag.getDragboard().hasFiles()
        ? drag.getDragboard().getFiles().stream().findFirst().filter(wanted)
        : Optional.empty();
  }

  /// Runs an action at each change of a text, also of the first one.
  static void onText(ObservableValue<String> text, Consumer<String> action) {
    text.subscribe(value -> action.accept(value == null ? "" : value));
  }

  /// Puts something new in the place of something like it. What has the keyboard keeps it, as far
  /// as its name is found again.
  static void replace(Pane place, Node fresh) {
    Optional<String> focused =
        Optional.ofNullable(place.getScene())
            .map(Scene::getFocusOwner)
            .filter(owner -> isWithin(owner, place))
            .map(Node::getId);
    place.getChildren().setAll(fresh);
    focused.map(id -> fresh.lookup("#" + id)).ifPresent(Node::requestFocus);
  }

  private static boolean isWithin(Node node, Node place) {
    for (@Nullable Node at = node; at != null; at = at.getParent()) {
      if (at.equals(place)) return true;
    }
    return false;
  }

  /// Scrolls so far that a node is seen, if it is in something that scrolls.
  static void reveal(Node node) {
    onceLaidOut(node, () -> scroller(node).ifPresent(pane -> reveal(node, pane)));
  }

  /// Does something with a node as soon as it has its place on the screen.
  static void onceLaidOut(Node node, Runnable action) {
    Scene scene = node.getScene();
    if (scene == null) return;
    var once =
        new Runnable() {
          @Override
          public void run() {
            scene.removePostLayoutPulseListener(this);
            action.run();
          }
        };
    scene.addPostLayoutPulseListener(once);
    Platform.requestNextPulse();
  }

  private static Optional<ScrollPane> scroller(Node node) {
    for (@Nullable Node at = node.getParent(); at != null; at = at.getParent()) {
      if (at instanceof ScrollPane pane) return Optional.of(pane);
    }
    return Optional.empty();
  }

  private static void reveal(Node node, ScrollPane pane) {
    Node content = pane.getContent();
    Bounds there = content.sceneToLocal(node.localToScene(node.getLayoutBounds()));
    double seen = pane.getViewportBounds().getHeight();
    double hidden = content.getLayoutBounds().getHeight() - seen;
    if (hidden <= 0) return;
    double top = pane.getVvalue() * hidden;
    double wanted = Math.min(there.getMinY(), Math.max(top, there.getMaxY() - seen));
    pane.setVvalue(wanted / hidden);
  }

  /// Makes a window one that belongs to another, looks like it, and is left by Escape.
  static void dialog(Stage window, Stage owner, String title, Parent body) {
    var scene = new Scene(body);
    scene.getStylesheets().setAll(owner.getScene().getStylesheets());
    scene.setOnKeyPressed(
        key -> {
          if (key.getCode() == KeyCode.ESCAPE) window.close();
        });
    window.initOwner(owner);
    window.initModality(Modality.WINDOW_MODAL);
    window.setTitle(title);
    window.setScene(scene);
  }

  static void focus(Node node) {
    Platform.runLater(node::requestFocus);
  }
}
