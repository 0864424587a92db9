package lockstep.app.ui;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import javafx.geometry.VPos;
import javafx.scene.Node;
import javafx.scene.control.Label;
import javafx.scene.layout.GridPane;
import javafx.scene.layout.Region;
import lockstep.app.ui.model.Folder;
import lockstep.app.ui.model.LockRule;
import lockstep.app.ui.model.LockRule.Kind;
import lockstep.app.ui.model.Preferences;
import lockstep.app.ui.model.Snapshot;
import lockstep.app.ui.model.Texts;

/// What is locked by itself while somebody works on it, for all folders and for each, for its user
/// to read and to change.
final class LockingCard {
  private final Page page;
  private final Texts texts;
  private final Consumer<Preferences> changed;
  private final GridPane grid = new GridPane(12, 8);
  private final LockChoice all;
  private final NumberField quiet;
  private final Map<String, LockChoice> folders = new LinkedHashMap<>();
  private Optional<Preferences> last = Optional.empty();

  /// @param changed is told what counts after a change
  LockingCard(Page page, Consumer<Preferences> changed) {
    this.page = page;
    this.changed = changed;
    texts = page.texts;
    all =
        new LockChoice(
            texts,
            "lock-files",
            texts.of("settings.locks.all-folders"),
            List.of(Kind.OFF, Kind.DEFAULT, Kind.ALL, Kind.NAMES),
            this::lockAll);
    quiet =
        new NumberField(
            texts,
            "quiet-seconds",
            texts.of("settings.locks.quiet.name"),
            Preferences.QUIET_SECONDS,
            this::quiet);
  }

  private void lockAll(LockRule rule, LockChoice choice) {
    page.app.session.ask(daemon -> daemon.lockByThemselves(rule), changed, choice::refused);
  }

  private void lockIn(String folder, LockRule rule, LockChoice choice) {
    page.app.session.ask(daemon -> daemon.lockByThemselves(folder, rule), changed, choice::refused);
  }

  private void quiet(int seconds) {
    page.app.session.ask(daemon -> daemon.quietSeconds(seconds), changed, quiet::refused);
  }

  Node node() {
    grid.setMinWidth(Region.USE_PREF_SIZE);
    layOut();
    return Kit.setting(texts, "settings.locks", grid);
  }

  void show(Preferences preferences) {
    last = Optional.of(preferences);
    all.show(preferences.locks());
    quiet.show(preferences.quietSeconds());
    folders.forEach((name, choice) -> choice.show(preferences.locksOf(name)));
  }

  /// Folders come and go.
  void show(Snapshot snapshot) {
    List<String> names = snapshot.folders().stream().map(Folder::name).toList();
    if (names.equals(List.copyOf(folders.keySet()))) return;
    folders.clear();
    names.forEach(name -> folders.put(name, choice(name)));
    layOut();
    last.ifPresent(this::show);
  }

  private LockChoice choice(String folder) {
    return new LockChoice(
        texts,
        "lock-files-" + folder,
        texts.of("settings.locks.in", folder),
        List.of(Kind.COMMON, Kind.OFF, Kind.DEFAULT, Kind.ALL, Kind.NAMES),
        (rule, choice) -> lockIn(folder, rule, choice));
  }

  private void layOut() {
    grid.getChildren().clear();
    row(Kit.label(texts.of("settings.locks.all-folders")), all.node());
    row(
        Kit.label(texts.of("settings.locks.quiet")),
        quiet.node(texts.of("settings.locks.quiet.unit")));
    folders.forEach(
        (name, choice) -> {
          Label label = Kit.name(name);
          label.setMaxWidth(140);
          row(label, choice.node());
        });
  }

  private void row(Label name, Node control) {
    GridPane.setValignment(name, VPos.TOP);
    name.setPadding(new javafx.geometry.Insets(8, 0, 0, 0)); // level with the control's text
    grid.addRow(grid.getRowCount(), name, control);
  }
}
