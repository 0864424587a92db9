package lockstep.app.ui;

import atlantafx.base.theme.Styles;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javafx.scene.Node;
import javafx.scene.control.Label;
import javafx.scene.control.ListCell;
import javafx.scene.control.ListView;
import javafx.scene.control.TextField;
import javafx.scene.layout.Region;
import lockstep.app.ui.model.Event;
import lockstep.app.ui.model.Snapshot;
import org.jspecify.annotations.Nullable;
import org.kordamp.ikonli.feather.Feather;

/// What happened lately, newest first, with a filter.
final class ActivityPage extends Page {
  private final TextField filter = new TextField();
  private final ListView<Event> list = new ListView<>();

  private final Node quiet;
  private final Node unmatched;

  ActivityPage(App app) {
    super(app, "activity");
    quiet = Kit.hint(Feather.ACTIVITY, texts.of("activity.none"), texts.of("activity.none.hint"));
    unmatched =
        Kit.hint(
            Feather.FILTER, texts.of("activity.unmatched"), texts.of("activity.unmatched.hint"));
    filter.setId("activity-filter");
    filter.setPromptText(texts.of("activity.filter"));
    filter.setAccessibleText(texts.of("activity.filter"));
    filter.setPrefWidth(280);
    list.setId("activity");
    list.setAccessibleText(texts.of("page.activity"));
    list.setCellFactory(_ -> new Cell());
    consistOf(list, filter);
    Kit.onText(filter.textProperty(), _ -> draw());
    app.session.onEvents(this::draw);
  }

  @Override
  void entered() {
    draw();
  }

  private void draw() {
    if (!node().isVisible()) return;
    Snapshot snapshot = app.session.snapshot();
    List<Event> shown =
        app.session.events().stream()
            .map(event -> texts.said(event.within(snapshot)))
            .filter(event -> event.matches(filter.getText(), kind(event) + " " + who(event)))
            .toList();
    list.setPlaceholder(filter.getText().isBlank() ? quiet : unmatched);
    if (!list.getItems().equals(shown)) list.getItems().setAll(shown);
  }

  private final class Cell extends ListCell<Event> {
    @Override
    protected void updateItem(@Nullable Event event, boolean empty) {
      super.updateItem(event, empty);
      setGraphic(empty || event == null ? null : row(event));
    }

    private Region row(Event event) {
      Label what = Kit.label(kind(event), Styles.TEXT_BOLD);
      what.setMinWidth(Region.USE_PREF_SIZE);
      String about = event.path().isEmpty() ? event.detail() : event.path();
      Label when = Kit.label(texts.moment(event.at()), Styles.TEXT_MUTED, Styles.TEXT_SMALL);
      when.setMinWidth(Region.USE_PREF_SIZE);
      String where =
          Stream.of(who(event), event.folder())
              .filter(name -> !name.isEmpty())
              .collect(Collectors.joining("  ·  "));
      return Kit.row(
          12,
          Kit.icon(icon(event.type())),
          what,
          Kit.name(about),
          Kit.spring(),
          Kit.name(where, Styles.TEXT_MUTED, Styles.TEXT_SMALL),
          when);
    }
  }

  private String kind(Event event) {
    return texts.word("event", event.type());
  }

  /// The device that it is about, if it is about one.
  private String who(Event event) {
    return event.name().or(() -> app.session.snapshot().nameOf(event.peer())).orElse(event.peer());
  }

  private static Feather icon(String type) {
    return switch (type) {
      case "file-received" -> Feather.DOWNLOAD;
      case "file-published" -> Feather.UPLOAD;
      case "conflict-created" -> Feather.GIT_PULL_REQUEST;
      case "lock-acquired", "lock-denied", "lock-lost" -> Feather.LOCK;
      case "lock-released", "lock-free" -> Feather.UNLOCK;
      case "lock-requested" -> Feather.MESSAGE_CIRCLE;
      case "file-deleted" -> Feather.TRASH_2;
      case "peer-connected" -> Feather.WIFI;
      case "peer-disconnected" -> Feather.WIFI_OFF;
      case "folder-in-sync" -> Feather.CHECK_CIRCLE;
      case "security-alert" -> Feather.SHIELD;
      case "recovery-action" -> Feather.LIFE_BUOY;
      default -> Feather.INFO;
    };
  }
}
