package lockstep.app.ui;

import atlantafx.base.theme.Styles;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;
import javafx.scene.Node;
import javafx.scene.control.MenuButton;
import javafx.scene.control.MenuItem;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;
import lockstep.app.ui.model.Folder;
import lockstep.app.ui.model.Member;
import lockstep.app.ui.model.Move;
import lockstep.app.ui.model.Requests.Resume;
import lockstep.app.ui.model.Texts;
import org.kordamp.ikonli.feather.Feather;

/// One folder: what it is doing, who belongs to it, its files, and what can be done.
final class FolderDetail {
  private static final int PROBLEMS_SHOWN_MAX = 5;

  private final App app;
  private final Texts texts;
  private final VBox head = new VBox(12);
  private final VBox members = new VBox(8);
  private final FileBrowser files;
  private final Region node;
  private String shown = "";
  private Path place = Path.of("");

  /// What has come of a move, for as long as the folder is looked at.
  private Optional<Move.Done> moved = Optional.empty();

  FolderDetail(App app, Frame frame) {
    this.app = app;
    texts = app.texts();
    files = new FileBrowser(app, frame);
    var all = Kit.column(16, head, members, files.node());
    node = Kit.scrolling(all);
  }

  Region node() {
    return node;
  }

  void show(Folder folder) {
    if (!shown.equals(folder.name())) moved = Optional.empty();
    head.getChildren().setAll(title(folder), state(folder), numbers(folder));
    moved.ifPresent(done -> head.getChildren().add(1, tell(done)));
    if (!folder.problems().isEmpty()) head.getChildren().add(problems(folder));
    members.getChildren().setAll(Kit.label(texts.of("folder.members"), Styles.TITLE_4));
    VBox card = Kit.card();
    folder.members().forEach(member -> card.getChildren().add(member(member)));
    if (folder.others().isEmpty())
      card.getChildren().add(Kit.prose(texts.of("folder.nobody"), Styles.TEXT_MUTED));
    members.getChildren().add(card);
    if (shown.equals(folder.name()) && place.equals(folder.path())) {
      files.refresh();
    } else {
      files.show(folder);
    }
    shown = folder.name();
    place = folder.path();
  }

  private Node tell(Move.Done done) {
    VBox card = Kit.done(texts.of("move.done", done.place()));
    if (!done.left().isEmpty()) {
      card.getChildren().add(Kit.prose(texts.of("move.left", done.left().size())));
      done.left().stream()
          .limit(PROBLEMS_SHOWN_MAX)
          .forEach(path -> card.getChildren().add(Kit.name(path)));
    }
    return card;
  }

  private Node title(Folder folder) {
    VBox names =
        Kit.column(
            2,
            Kit.name(folder.name(), Styles.TITLE_3),
            Kit.name(folder.path().toString(), Styles.TEXT_MUTED, Styles.TEXT_SMALL));
    HBox.setHgrow(names, Priority.ALWAYS);
    HBox row = Kit.row(8, names);
    if (folder.mayInvite()) {
      var share =
          Kit.button(
              texts.of("folder.share"), Feather.SHARE_2, () -> new ShareDialog(app, folder).show());
      share.setId("share");
      row.getChildren().add(share);
    }
    row.getChildren().addAll(pauseOrResume(folder), more(folder));
    return row;
  }

  private Node pauseOrResume(Folder folder) {
    boolean paused = folder.look() == Folder.Look.PAUSED;
    var button =
        paused
            ? Kit.button(
                texts.of("folder.resume"), Feather.PLAY, () -> resume(folder, Resume.PLAIN))
            : Kit.button(
                texts.of("folder.pause"),
                Feather.PAUSE,
                () -> ask(daemon -> daemon.pause(folder.name())));
    button.setDisable(folder.look() == Folder.Look.HALTED);
    return button;
  }

  private void resume(Folder folder, Resume how) {
    ask(daemon -> daemon.resume(folder.name(), how));
  }

  private Node more(Folder folder) {
    var open = new MenuItem(texts.of("folder.open"), Kit.icon(Feather.EXTERNAL_LINK));
    open.setOnAction(_ -> Outside.open(app, folder.path()));
    var move = new MenuItem(texts.of("folder.move"), Kit.icon(Feather.CORNER_UP_RIGHT));
    move.setOnAction(_ -> chooseAnotherPlace(folder));
    move.setDisable(folder.move().isPresent());
    var remove = new MenuItem(texts.of("folder.remove"), Kit.icon(Feather.LOG_OUT));
    remove.setOnAction(
        _ ->
            Kit.confirm(
                app.stage(),
                texts,
                texts.of("folder.remove.ask", folder.name()),
                texts.of("folder.remove.then"),
                texts.of("folder.remove.yes"),
                () -> ask(daemon -> daemon.removeFolder(folder.name()))));
    var more = new MenuButton("", Kit.icon(Feather.MORE_HORIZONTAL), open, move, remove);
    more.setId("folder-more");
    more.setAccessibleText(texts.of("more"));
    return Kit.styled(more, Styles.BUTTON_ICON, atlantafx.base.theme.Tweaks.NO_ARROW);
  }

  private void chooseAnotherPlace(Folder folder) {
    new MoveDialog(
            app,
            folder,
            to ->
                app.session.ask(
                    daemon -> daemon.move(folder.name(), to),
                    done -> {
                      moved = Optional.of(done);
                      app.session.snapshot().folder(shown).ifPresent(this::show);
                    },
                    trouble -> Kit.tell(app.stage(), texts, trouble)))
        .show();
  }

  private void ask(lockstep.app.ui.model.Session.Request<Boolean> request) {
    app.session.ask(request, _ -> {}, trouble -> Kit.tell(app.stage(), texts, trouble));
  }

  /// The card that says, in the colour of the state, what is going on.
  private Node state(Folder folder) {
    VBox card =
        Kit.card(
            Kit.row(
                10, Kit.look(folder.look()), Kit.prose(texts.headline(folder), Styles.TEXT_BOLD)));
    card.getStyleClass().add("state-" + folder.look());
    folder.move().ifPresent(move -> card.getChildren().add(way(folder, move)));
    folder.progress().ifPresent(part -> card.getChildren().add(FoldersPage.bar(part)));
    folder.error().ifPresent(why -> card.getChildren().add(Kit.prose(texts.said(why))));
    if (folder.look() == Folder.Look.HALTED) {
      card.getChildren()
          .add(
              Kit.row(
                  8,
                  Kit.accent(
                      texts.of("halted.restore"),
                      Feather.ROTATE_CCW,
                      () -> resume(folder, Resume.RESTORE)),
                  Kit.button(
                      texts.of("halted.accept"),
                      Feather.CHECK,
                      () -> resume(folder, Resume.ACCEPT_DELETIONS))));
    }
    if (folder.isAway()) {
      var find =
          Kit.button(texts.of("move.away"), Feather.MAP_PIN, () -> chooseAnotherPlace(folder));
      find.setId("move-away");
      card.getChildren().add(Kit.row(8, find));
    }
    if (folder.conflicts() > 0) {
      card.getChildren().add(Kit.prose(texts.of("folder.conflicts", folder.conflicts())));
    }
    return card;
  }

  private Node way(Folder folder, Move move) {
    HBox row = Kit.row(8, Kit.name(move.to().toString(), Styles.TEXT_MUTED), Kit.spring());
    if (move.canBeCancelled()) {
      var cancel =
          Kit.button(
              texts.of("cancel"), Feather.X, () -> ask(daemon -> daemon.cancelMove(folder.name())));
      cancel.setId("move-cancel");
      row.getChildren().add(cancel);
    }
    return row;
  }

  private Node numbers(Folder folder) {
    Function<Node, Node> grow =
        tile -> {
          HBox.setHgrow(tile, Priority.ALWAYS);
          return tile;
        };
    return new HBox(
        12,
        grow.apply(tile(texts.of("count", folder.files()), texts.of("folder.files"))),
        grow.apply(tile(texts.bytes(folder.bytes()), texts.of("folder.size"))),
        grow.apply(
            tile(
                texts.of("folder.safe", folder.safeOn(), folder.members().size()),
                texts.of("folder.safe.what"))));
  }

  private static Node tile(String value, String what) {
    VBox tile =
        Kit.styled(
            Kit.column(
                2,
                Kit.label(value, Styles.TITLE_4),
                Kit.label(what, Styles.TEXT_MUTED, Styles.TEXT_SMALL)),
            "card");
    tile.setMinWidth(110);
    return tile;
  }

  private Node problems(Folder folder) {
    VBox card =
        Kit.styled(
            Kit.card(
                Kit.label(texts.of("folder.problems", folder.problems().size()), Styles.TEXT_BOLD)),
            "warning-card");
    folder.problems().stream()
        .limit(PROBLEMS_SHOWN_MAX)
        .forEach(
            p ->
                card.getChildren()
                    .add(
                        Kit.column(
                            0,
                            Kit.name(p.path()),
                            Kit.prose(texts.said(p.reason()), Styles.TEXT_MUTED))));
    return card;
  }

  private Node member(Member member) {
    VBox names =
        Kit.column(
            0,
            Kit.name(member.name(), Styles.TEXT_BOLD),
            Kit.label(texts.presence(member), Styles.TEXT_MUTED, Styles.TEXT_SMALL));
    boolean well = member.self() || (member.connected() && member.inSync());
    var dot =
        Kit.icon(
            member.forked()
                ? Feather.ALERT_TRIANGLE
                : well
                    ? Feather.CHECK_CIRCLE
                    : member.connected() ? Feather.REFRESH_CW : Feather.CLOUD_OFF,
            member.forked() ? "look-ERROR" : well ? "look-SYNCED" : "look-PAUSED");
    return Kit.row(
        12, dot, names, Kit.spring(), Kit.label(texts.word("role", member.role()), "pill"));
  }
}
