package lockstep.app.ui;

import atlantafx.base.theme.Styles;
import java.nio.file.Path;
import java.util.Optional;
import javafx.scene.Node;
import javafx.scene.layout.ColumnConstraints;
import javafx.scene.layout.GridPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;
import lockstep.app.ui.model.Folder;
import lockstep.app.ui.model.Member;
import lockstep.app.ui.model.Move;
import lockstep.app.ui.model.Texts;
import org.kordamp.ikonli.feather.Feather;

/// One folder: what it is doing, who belongs to it, its files, and what can be done.
final class FolderDetail {
  private static final int PROBLEMS_SHOWN_MAX = 5;

  private final App app;
  private final Texts texts;
  private final VBox title = new VBox();
  private final VBox told = new VBox();

  /// The card that says, in the colour of the state, what is going on; the way out of it stays in
  /// place while that changes.
  private final VBox state = Kit.card();

  private final VBox saying = Kit.column(10);
  private final VBox wayOut = new VBox();
  private final VBox numbers = Kit.column(12);
  private final VBox members = new VBox(8);
  private final FileBrowser files;
  private final Region node;
  private String shown = "";
  private Path place = Path.of("");

  /// What has come of a move, for as long as the folder is looked at.
  private Optional<Node> moved = Optional.empty();

  /// Whether a move that fails was given up here: that is no failure.
  private boolean cancelled;

  private Optional<FolderActions> actions = Optional.empty();

  FolderDetail(App app, Frame frame) {
    this.app = app;
    texts = app.texts();
    files = new FileBrowser(app, frame);
    told.setId("folder-told");
    state.getChildren().setAll(saying, wayOut);
    var all = Kit.column(16, Kit.column(12, title, told, state, numbers), members, files.node());
    node = Kit.scrolling(all);
  }

  Region node() {
    return node;
  }

  void show(Folder folder) {
    if (!shown.equals(folder.name())) moved = Optional.empty();
    offer(folder);
    fill(told, moved);
    say(folder);
    boolean left = folder.look() == Folder.Look.LEFT;
    Kit.show(numbers, !folder.isAway() && !left); // nothing is known of what is not there
    Kit.show(members, !folder.isAway() && !left);
    Kit.show(files.node(), !folder.isAway());
    numbers.getChildren().setAll(numbers(folder));
    if (!folder.problems().isEmpty()) numbers.getChildren().add(problems(folder));
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

  /// Has the buttons replaced only where there are others: one that somebody is about to press, or
  /// has the keyboard on, must not vanish while numbers change.
  private void offer(Folder folder) {
    if (actions.filter(there -> there.areFor(folder)).isPresent()) return;
    var fresh =
        new FolderActions(
            app, folder, () -> chooseAnotherPlace(folder), () -> cancelMove(folder), this::ask);
    actions = Optional.of(fresh);
    Kit.replace(title, fresh.title());
    fill(wayOut, fresh.wayOut());
  }

  /// What holds nothing takes no room.
  private static void fill(VBox place, Optional<Node> content) {
    place.getChildren().setAll(content.stream().toList());
    Kit.show(place, content.isPresent());
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

  private void chooseAnotherPlace(Folder folder) {
    new MoveDialog(app, folder, to -> move(folder, to)).show();
  }

  private void move(Folder folder, Path to) {
    moved = Optional.empty();
    cancelled = false;
    app.session.ask(
        daemon -> daemon.move(folder.name(), to),
        done -> show(tell(done)),
        trouble -> {
          if (cancelled) show(Kit.done(texts.of("move.cancelled")));
          else Kit.tell(app.stage(), texts, trouble);
        });
  }

  private void cancelMove(Folder folder) {
    cancelled = true;
    ask(daemon -> daemon.cancelMove(folder.name()));
  }

  private void show(Node outcome) {
    moved = Optional.of(outcome);
    app.session.snapshot().folder(shown).ifPresent(this::show);
    Kit.reveal(told);
  }

  private void ask(lockstep.app.ui.model.Session.Request<Boolean> request) {
    app.session.ask(request, _ -> {}, trouble -> Kit.tell(app.stage(), texts, trouble));
  }

  private void say(Folder folder) {
    state.getStyleClass().removeIf(style -> style.startsWith("state-"));
    state.getStyleClass().add("state-" + folder.look());
    saying
        .getChildren()
        .setAll(
            Kit.row(
                10, Kit.look(folder.look()), Kit.prose(texts.headline(folder), Styles.TEXT_BOLD)));
    folder
        .move()
        .ifPresent(
            move -> saying.getChildren().add(Kit.name(move.to().toString(), Styles.TEXT_MUTED)));
    folder.progress().ifPresent(part -> saying.getChildren().add(FoldersPage.bar(part)));
    if (folder.look() == Folder.Look.LEFT) {
      saying.getChildren().add(Kit.prose(texts.of("folder.left.then")));
    }
    folder.error().ifPresent(why -> saying.getChildren().add(Kit.prose(texts.sentence(why))));
    if (folder.conflicts() > 0) {
      saying.getChildren().add(Kit.prose(texts.of("folder.conflicts", folder.conflicts())));
    }
  }

  private Node numbers(Folder folder) {
    var numbers = new GridPane(8, 0);
    numbers.addRow(
        0,
        tile(texts.of("count", folder.files()), texts.of("folder.files")),
        tile(texts.bytes(folder.bytes()), texts.of("folder.size")),
        tile(
            texts.of("folder.safe", folder.safeOn(), folder.members().size()),
            texts.of("folder.safe.what")));
    numbers.getChildren().forEach(_ -> numbers.getColumnConstraints().add(third()));
    return numbers;
  }

  private static ColumnConstraints third() {
    var column = new ColumnConstraints();
    column.setPercentWidth(100 / 3.0);
    return column;
  }

  private static Node tile(String value, String what) {
    VBox tile =
        Kit.styled(
            Kit.column(
                2,
                Kit.label(value, Styles.TITLE_4),
                Kit.prose(what, Styles.TEXT_MUTED, Styles.TEXT_SMALL)),
            "card",
            "tile");
    tile.setMinWidth(0);
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
                            Kit.prose(texts.sentence(p.reason()), Styles.TEXT_MUTED))));
    return card;
  }

  private Node member(Member member) {
    VBox names =
        Kit.column(
            0,
            Kit.name(member.name(), Styles.TEXT_BOLD),
            Kit.prose(
                texts.presence(member, app.session.snapshot().reaches(member.peerId())),
                Styles.TEXT_MUTED,
                Styles.TEXT_SMALL));
    HBox.setHgrow(names, Priority.ALWAYS);
    boolean well = member.self() || (member.connected() && member.inSync());
    var dot =
        Kit.icon(
            member.forked()
                ? Feather.ALERT_TRIANGLE
                : well
                    ? Feather.CHECK_CIRCLE
                    : member.connected() ? Feather.REFRESH_CW : Feather.CLOUD_OFF,
            member.forked() ? "look-ERROR" : well ? "look-SYNCED" : "look-PAUSED");
    return Kit.row(12, dot, names, Kit.pill(texts.word("role", member.role())));
  }
}
