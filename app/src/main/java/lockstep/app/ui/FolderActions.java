package lockstep.app.ui;

import atlantafx.base.theme.Styles;
import atlantafx.base.theme.Tweaks;
import java.util.Optional;
import java.util.function.Consumer;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.MenuButton;
import javafx.scene.control.MenuItem;
import javafx.scene.layout.HBox;
import javafx.scene.layout.VBox;
import lockstep.app.ui.model.Folder;
import lockstep.app.ui.model.Requests.Resume;
import lockstep.app.ui.model.Session.Request;
import lockstep.app.ui.model.Texts;
import org.kordamp.ikonli.feather.Feather;

/// What can be done with a folder, as buttons. They hold for as long as just that can be done,
/// whatever else changes.
final class FolderActions {
  private static final double NAME_WIDTH_MIN = 140;

  private final App app;
  private final Texts texts;
  private final Folder folder;
  private final Runnable move;
  private final Runnable cancelMove;
  private final Consumer<Request<Boolean>> ask;
  private final Node title;
  private final Optional<Node> wayOut;

  /// @param move asks for another place
  /// @param ask has the daemon do something
  FolderActions(
      App app, Folder folder, Runnable move, Runnable cancelMove, Consumer<Request<Boolean>> ask) {
    this.app = app;
    this.folder = folder;
    this.move = move;
    this.cancelMove = cancelMove;
    this.ask = ask;
    texts = app.texts();
    title = drawTitle();
    wayOut = drawWayOut();
  }

  boolean areFor(Folder now) {
    return now.grounds().equals(folder.grounds());
  }

  /// The name of the folder, and what can be done at any time.
  Node title() {
    return title;
  }

  /// What can be done about the state that it is in.
  Optional<Node> wayOut() {
    return wayOut;
  }

  private Node drawTitle() {
    VBox names =
        Kit.column(
            2,
            Kit.name(folder.name(), Styles.TITLE_3),
            Kit.name(folder.path().toString(), Styles.TEXT_MUTED, Styles.TEXT_SMALL));
    HBox row = Kit.row(8);
    if (folder.mayInvite()) {
      var share =
          Kit.button(
              texts.of("folder.share"), Feather.SHARE_2, () -> new ShareDialog(app, folder).show());
      share.setId("share");
      row.getChildren().add(share);
    }
    row.getChildren().addAll(pauseOrResume(), more());
    return Kit.apart(NAME_WIDTH_MIN, names, row);
  }

  private Node pauseOrResume() {
    boolean paused = folder.look() == Folder.Look.PAUSED;
    var button =
        paused
            ? Kit.button(texts.of("folder.resume"), Feather.PLAY, () -> resume(Resume.PLAIN))
            : Kit.button(
                texts.of("folder.pause"),
                Feather.PAUSE,
                () -> ask.accept(daemon -> daemon.pause(folder.name())));
    button.setId("pause");
    button.setDisable(folder.look() == Folder.Look.HALTED || folder.look() == Folder.Look.LEFT);
    return button;
  }

  private void resume(Resume how) {
    ask.accept(daemon -> daemon.resume(folder.name(), how));
  }

  private Node more() {
    var open = new MenuItem(texts.of("folder.open"), Kit.icon(Feather.EXTERNAL_LINK));
    open.setOnAction(_ -> Outside.open(app, folder.path()));
    var elsewhere = new MenuItem(texts.of("folder.move"), Kit.icon(Feather.CORNER_UP_RIGHT));
    elsewhere.setOnAction(_ -> move.run());
    elsewhere.setDisable(folder.move().isPresent());
    var remove = new MenuItem(texts.of("folder.remove"), Kit.icon(Feather.LOG_OUT));
    remove.setOnAction(
        _ ->
            Kit.confirm(
                app.stage(),
                texts,
                texts.of("folder.remove.ask", folder.name()),
                texts.of("folder.remove.then"),
                texts.of("folder.remove.yes"),
                () -> ask.accept(daemon -> daemon.removeFolder(folder.name()))));
    var more = new MenuButton("", Kit.icon(Feather.MORE_HORIZONTAL), open, elsewhere, remove);
    more.setId("folder-more");
    more.setAccessibleText(texts.of("more"));
    return Kit.styled(more, Styles.BUTTON_ICON, Tweaks.NO_ARROW);
  }

  private Optional<Node> drawWayOut() {
    return folder.wayOut().map(this::draw);
  }

  private Node draw(Folder.WayOut way) {
    return switch (way) {
      case DECIDE -> {
        Button restore =
            Kit.accent(
                texts.of("halted.restore"), Feather.ROTATE_CCW, () -> resume(Resume.RESTORE));
        Button accept =
            Kit.button(
                texts.of("halted.accept"), Feather.CHECK, () -> resume(Resume.ACCEPT_DELETIONS));
        restore.setId("halted-restore");
        accept.setId("halted-accept");
        yield Kit.row(8, restore, accept);
      }
      case SAY_WHERE -> row("move-away", Kit.button(texts.of("move.away"), Feather.MAP_PIN, move));
      case CANCEL_MOVE -> row("move-cancel", Kit.button(texts.of("cancel"), Feather.X, cancelMove));
    };
  }

  private static Node row(String id, Button button) {
    button.setId(id);
    return Kit.row(8, button);
  }
}
