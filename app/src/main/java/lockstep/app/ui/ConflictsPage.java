package lockstep.app.ui;

import atlantafx.base.theme.Styles;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.VBox;
import lockstep.app.ui.model.Conflict;
import lockstep.app.ui.model.Conflict.Keep;
import lockstep.app.ui.model.Snapshot;
import org.kordamp.ikonli.feather.Feather;

/// Where two people saved at once: both versions side by side, and which to keep.
final class ConflictsPage extends Page {
  private static final int TOLD_MAX = 20;

  private final VBox list = new VBox(16);
  private final VBox told = new VBox(8);
  private final Node nothing;
  private final Node some;
  private List<Conflict> shown = List.of();

  /// What is about to be pressed stays while others come and go.
  private final Map<Conflict, Node> cards = new HashMap<>();

  ConflictsPage(App app) {
    super(app, "conflicts");
    nothing =
        Kit.hint(Feather.CHECK_CIRCLE, texts.of("conflicts.none"), texts.of("conflicts.none.hint"));
    some = Kit.column(12, Kit.prose(texts.of("conflicts.hint"), Styles.TEXT_MUTED), list);
    consistOf(
        Kit.scrolling(Kit.column(12, told, nothing, some)),
        Kit.button(texts.of("conflicts.all.official"), Feather.CHECK, () -> all(Keep.OFFICIAL)),
        Kit.button(texts.of("conflicts.all.both"), Feather.COPY, () -> all(Keep.BOTH)));
    draw();
  }

  @Override
  void show(Snapshot snapshot) {
    if (snapshot.conflicts().equals(shown)) return;
    shown = snapshot.conflicts();
    draw();
  }

  @Override
  void entered() {
    told.getChildren().clear();
    told.setManaged(false);
  }

  private void draw() {
    ((HBox) node().getChildrenUnmodifiable().getFirst())
        .getChildren().stream()
            .filter(Button.class::isInstance)
            .forEach(button -> button.setVisible(shown.size() > 1));
    cards.keySet().retainAll(shown);
    list.getChildren()
        .setAll(shown.stream().map(one -> cards.computeIfAbsent(one, this::card)).toList());
    Kit.show(nothing, shown.isEmpty());
    Kit.show(some, !shown.isEmpty());
  }

  private Node card(Conflict conflict) {
    var sides = new HBox(12, side(conflict, Keep.OFFICIAL), side(conflict, Keep.OTHER));
    var preview = new VBox();
    new ConflictPreview(app, conflict).into(preview);
    var both =
        Kit.button(texts.of("conflict.keep.both"), Feather.COPY, () -> keep(conflict, Keep.BOTH));
    both.setId("keep-both");
    return Kit.card(
        Kit.row(8, Kit.icon(Feather.FILE_TEXT), Kit.name(conflict.path(), Styles.TITLE_4)),
        Kit.name(texts.of("conflict.in", conflict.folder()), Styles.TEXT_MUTED, Styles.TEXT_SMALL),
        sides,
        preview,
        Kit.row(8, Kit.spring(), both));
  }

  private Node side(Conflict conflict, Keep keep) {
    boolean official = keep == Keep.OFFICIAL;
    Conflict.Side side = official ? conflict.official() : conflict.other();
    var button =
        Kit.button(
            texts.of(official ? "conflict.keep.official" : "conflict.keep.other"),
            Feather.CHECK,
            () -> keep(conflict, keep));
    button.setId(official ? "keep-official" : "keep-other");
    button.getStyleClass().add(Styles.BUTTON_OUTLINED);
    if (official) button.getStyleClass().add(Styles.ACCENT);
    String size = side.isFile() ? texts.bytes(side.size()) : texts.of("conflict.deleted");
    VBox box =
        Kit.styled(
            Kit.column(
                4,
                Kit.label(
                    texts.of(official ? "conflict.official" : "conflict.other"),
                    Styles.TEXT_MUTED,
                    Styles.TEXT_SMALL),
                Kit.name(side.authorName(), Styles.TEXT_BOLD),
                Kit.label(texts.moment(side.at()) + "  ·  " + size),
                button),
            "side");
    HBox.setHgrow(box, Priority.ALWAYS);
    box.setPrefWidth(10); // both alike
    return box;
  }

  private void keep(Conflict conflict, Keep keep) {
    app.session.ask(
        daemon -> daemon.resolve(conflict, keep), _ -> settled(conflict, keep), this::tell);
  }

  private void settled(Conflict conflict, Keep keep) {
    String kept = keep.name().toLowerCase(Locale.ROOT);
    Button undo = Kit.button(texts.of("conflict.undo"), Feather.ROTATE_CCW, () -> {});
    undo.setId("undo");
    VBox card = Kit.done(texts.of("conflict.kept." + kept, conflict.path()), Kit.spring(), undo);
    undo.setOnAction(
        _ -> app.session.ask(daemon -> daemon.undo(conflict), _ -> dismiss(card), this::tell));
    told.setManaged(true);
    told.getChildren().add(card);
    if (told.getChildren().size() > TOLD_MAX) told.getChildren().removeFirst();
    Kit.focus(undo); // the button that was pressed goes
  }

  private void dismiss(Node card) {
    told.getChildren().remove(card);
    told.setManaged(!told.getChildren().isEmpty());
  }

  private void all(Keep keep) {
    List<Conflict> open = shown;
    Kit.confirm(
        app.stage(),
        texts,
        texts.of("conflicts.all.ask", open.size()),
        texts.of("conflicts.all.then"),
        texts.of("conflicts.all.yes"),
        () -> open.forEach(conflict -> keep(conflict, keep)));
  }
}
