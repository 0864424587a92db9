package lockstep.app.ui;

import atlantafx.base.theme.Styles;
import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javafx.scene.Node;
import javafx.scene.control.Label;
import javafx.scene.control.ToggleButton;
import javafx.scene.control.ToggleGroup;
import javafx.scene.input.KeyCode;
import javafx.scene.input.KeyCodeCombination;
import javafx.scene.input.KeyCombination;
import javafx.scene.input.TransferMode;
import javafx.scene.layout.BorderPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.StackPane;
import javafx.scene.layout.VBox;
import lockstep.app.ui.model.Requests;
import lockstep.app.ui.model.Snapshot;
import lockstep.app.ui.model.Texts;
import lockstep.app.ui.model.Trouble;
import org.kordamp.ikonli.feather.Feather;
import org.kordamp.ikonli.javafx.FontIcon;

/// The main window: the sidebar, and one page at a time. Ctrl+1 to Ctrl+8 go to the pages.
final class Frame {
  private final App app;
  private final Texts texts;
  private final BorderPane node = new BorderPane();
  private final StackPane content = new StackPane();
  private final VBox notice = new VBox();
  private final VBox links = Kit.styled(new VBox(2), "links");
  private final ToggleGroup chosen = new ToggleGroup();
  private final List<Page> pages = new ArrayList<>();
  private final Label deviceName = Kit.name("", Styles.TEXT_MUTED);
  private final Label overall = Kit.label("", Styles.TEXT_SMALL);
  private final FontIcon overallIcon = Kit.icon(Feather.CIRCLE);
  private final Label conflictCount = Kit.label("", "badge");
  private final Label applicantCount = Kit.label("", "badge");
  private final FoldersPage folders;
  private final HistoryPage history;
  private final LocksPage locks;
  private final SettingsPage settings;

  Frame(App app) {
    this.app = app;
    texts = app.texts();
    history = new HistoryPage(app);
    locks = new LocksPage(app);
    settings = new SettingsPage(app);
    folders = new FoldersPage(app, this);
    link("folders", Feather.FOLDER, folders);
    counted(link("conflicts", Feather.GIT_PULL_REQUEST, new ConflictsPage(app)), conflictCount);
    link("locks", Feather.LOCK, locks);
    link("history", Feather.CLOCK, history);
    counted(link("devices", Feather.MONITOR, new DevicesPage(app)), applicantCount);
    link("activity", Feather.ACTIVITY, new ActivityPage(app));
    link("health", Feather.HEART, new HealthPage(app));
    link("settings", Feather.SETTINGS, settings);
    node.setLeft(sidebar());
    node.setCenter(new BorderPane(content, notice, null, null, null));
    Kit.acceptFiles(node, TransferMode.LINK, File::isDirectory, app::addFolder);
    app.session.onSnapshot(this::show);
    show(app.session.snapshot());
    chosen
        .selectedToggleProperty()
        .subscribe(
            link -> {
              if (link != null) open(chosen.getToggles().indexOf(link));
            });
    choose(0);
  }

  Region node() {
    return node;
  }

  /// Shows the folder in a place, which may be new.
  void folder(Path place) {
    folders.expect(place);
  }

  /// Shows the history of a file.
  void history(Path file) {
    history.about(file);
    choose(pages.indexOf(history));
  }

  /// Has a file ready to be locked.
  void lock(Path file) {
    locks.about(file);
    choose(pages.indexOf(locks));
  }

  /// Goes to a page by its name; unknown ones leave everything as it is.
  void go(String page) {
    for (int i = 0; i < pages.size(); i++) {
      if (links.getChildren().get(i).getId().equals("link-" + page)) choose(i);
    }
  }

  /// Goes back to the choice of the language, which was made just now in a frame of before.
  void languages() {
    choose(pages.indexOf(settings));
    settings.languages();
  }

  private VBox sidebar() {
    Node sign = FontIcon.of(Feather.REFRESH_CW, 20);
    VBox title = Kit.column(0, Kit.label("Lockstep", Styles.TITLE_4), deviceName);
    HBox head = Kit.styled(Kit.row(12, Kit.styled(sign, "sign"), title), "brand");
    var space = new Region();
    VBox.setVgrow(space, Priority.ALWAYS);
    HBox foot = Kit.styled(Kit.row(8, overallIcon, overall), "foot");
    VBox sidebar = Kit.styled(Kit.column(12, head, links, space, foot), "sidebar");
    sidebar.setMinWidth(212);
    sidebar.setMaxWidth(212);
    return sidebar;
  }

  private ToggleButton link(String name, Feather icon, Page page) {
    int index = pages.size();
    pages.add(page);
    content.getChildren().add(page.node());
    var link = Kit.styled(new ToggleButton(texts.of("page." + name), Kit.icon(icon)), "link");
    link.setId("link-" + name);
    link.setAccessibleText(texts.of("page." + name));
    link.setToggleGroup(chosen);
    link.setMaxWidth(Double.MAX_VALUE);
    link.setOnAction(_ -> choose(index));
    links.getChildren().add(link);
    shortcut(index);
    return link;
  }

  /// Has a link say how much waits on its page for somebody.
  private static void counted(ToggleButton link, Label count) {
    HBox words = Kit.row(10, link.getGraphic(), Kit.label(link.getText()), Kit.spring(), count);
    words.setPrefWidth(164);
    count.setId(link.getId() + "-count");
    link.setGraphic(words);
    link.setText("");
  }

  private static void count(Label badge, int waiting) {
    badge.setText(Integer.toString(waiting));
    badge.setVisible(waiting > 0);
  }

  private void shortcut(int index) {
    KeyCode digit = KeyCode.valueOf("DIGIT" + (index + 1));
    var keys = new KeyCodeCombination(digit, KeyCombination.SHORTCUT_DOWN);
    node.sceneProperty()
        .subscribe(
            scene -> {
              if (scene != null) scene.getAccelerators().put(keys, () -> goTo(index));
            });
  }

  /// Tab leads on from there into the page.
  private void goTo(int index) {
    choose(index);
    links.getChildren().get(index).requestFocus();
  }

  /// Also the arrow keys choose in the sidebar, so the page follows from what is chosen.
  private void choose(int index) {
    chosen.selectToggle(chosen.getToggles().get(index));
  }

  private void open(int index) {
    for (int i = 0; i < pages.size(); i++) {
      pages.get(i).node().setVisible(i == index);
    }
    pages.get(index).entered();
  }

  private void show(Snapshot snapshot) {
    deviceName.setText(lockstep.app.Terminal.safe(snapshot.deviceName()));
    overall.setText(texts.overall(snapshot));
    overallIcon.setIconCode(icon(snapshot.overall()));
    overallIcon.getStyleClass().removeIf(style -> style.startsWith("look-"));
    overallIcon.getStyleClass().add("look-" + snapshot.overall());
    count(conflictCount, snapshot.conflicts().size());
    count(applicantCount, snapshot.applicants().size());
    notice.getChildren().clear();
    snapshot.trouble().ifPresent(this::tell);
    notice.getStyleClass().setAll(snapshot.trouble().isPresent() ? "notice" : "no-notice");
    pages.forEach(page -> page.show(snapshot));
  }

  /// Why nothing is fresh; whatever is asked for starts a daemon that has ended.
  private void tell(Trouble trouble) {
    VBox card = Kit.trouble(texts, trouble);
    var again =
        Kit.button(
            texts.of("notice.again"),
            Feather.REFRESH_CW,
            () -> app.session.ask(Requests::folders, _ -> {}, _ -> {}));
    again.setId("again");
    card.getChildren().add(Kit.row(0, Kit.spring(), again));
    notice.getChildren().add(card);
  }

  /// The sign of a state, in the window and in the tray.
  static Feather icon(Snapshot.Overall overall) {
    return switch (overall) {
      case IDLE -> Feather.CHECK_CIRCLE;
      case EMPTY -> Feather.CIRCLE;
      case SYNCING -> Feather.REFRESH_CW;
      case SENDING -> Feather.UPLOAD;
      case ATTENTION -> Feather.ALERT_CIRCLE;
      case PAUSED -> Feather.PAUSE_CIRCLE;
      case OFFLINE -> Feather.WIFI_OFF;
    };
  }
}
