package lockstep.app.ui;

import atlantafx.base.theme.Styles;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedMap;
import javafx.scene.Node;
import javafx.scene.control.ProgressBar;
import javafx.scene.control.Toggle;
import javafx.scene.control.ToggleGroup;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.StackPane;
import javafx.scene.layout.VBox;
import lockstep.app.ui.model.Folder;
import lockstep.app.ui.model.Snapshot;
import org.jspecify.annotations.Nullable;
import org.kordamp.ikonli.feather.Feather;

/// The shared folders: a list, and what there is to say of the one that is chosen.
final class FoldersPage extends Page {
  private static final double LIST_WIDTH = 236;

  /// What an entry leaves for text.
  private static final double ENTRY_WIDTH = LIST_WIDTH - 50;

  private final StackPane body = new StackPane();
  private final VBox list = new VBox(8);
  private final FolderDetail detail;
  private final HBox both;
  private final Node nothing;
  private final ToggleGroup group = new ToggleGroup();
  private final SequencedMap<String, FolderEntry> entries = new LinkedHashMap<>();
  private String chosen = "";
  private Optional<Path> expected = Optional.empty();

  FoldersPage(App app, Frame frame) {
    super(app, "folders");
    detail = new FolderDetail(app, frame);
    var scrolling = Kit.scrolling(list);
    scrolling.setMinWidth(LIST_WIDTH);
    scrolling.setMaxWidth(LIST_WIDTH);
    HBox.setHgrow(detail.node(), Priority.ALWAYS);
    both = new HBox(16, scrolling, detail.node());
    var add = Kit.accent(texts.of("folders.add"), Feather.PLUS, app::addFolder);
    add.setId("add-folder");
    nothing =
        Kit.hint(
            Feather.FOLDER_PLUS,
            texts.of("folders.none"),
            texts.of("folders.none.hint"),
            Kit.accent(texts.of("folders.first"), Feather.PLUS, app::addFolder));
    consistOf(body, add);
    group.selectedToggleProperty().subscribe(this::choose);
  }

  /// Chooses the folder in a place as soon as there is one.
  void expect(Path place) {
    expected = Optional.of(place);
    show(app.session.snapshot());
  }

  @Override
  void show(Snapshot snapshot) {
    List<Folder> folders = snapshot.folders();
    folders.stream()
        .filter(folder -> expected.filter(folder.path()::equals).isPresent())
        .findFirst()
        .ifPresent(
            folder -> {
              chosen = folder.name();
              expected = Optional.empty();
            });
    if (snapshot.folder(chosen).isEmpty() && !folders.isEmpty()) chosen = folders.getFirst().name();
    if (!folders.stream().map(Folder::name).toList().equals(entries.keySet().stream().toList())) {
      list(folders);
    }
    folders.forEach(folder -> entry(folder.name()).show(folder));
    if (!folders.isEmpty()) group.selectToggle(entry(chosen).node());
    snapshot.folder(chosen).ifPresent(detail::show);
    boolean unknown = snapshot.deviceName().isEmpty(); // nothing has been seen yet
    Node all = folders.isEmpty() ? unknown ? waiting(snapshot) : nothing : both;
    if (!body.getChildren().equals(List.of(all))) body.getChildren().setAll(all);
  }

  private FolderEntry entry(String name) {
    return Objects.requireNonNull(entries.get(name));
  }

  private void list(List<Folder> folders) {
    entries.clear();
    group.getToggles().clear();
    for (Folder folder : folders) {
      entries.put(folder.name(), new FolderEntry(texts, folder, group, ENTRY_WIDTH));
    }
    list.getChildren().setAll(entries.values().stream().map(FolderEntry::node).toList());
  }

  private void choose(@Nullable Toggle toggle) {
    entries.values().stream()
        .filter(entry -> entry.node().equals(toggle) && !entry.name().equals(chosen))
        .findFirst()
        .ifPresent(
            entry -> {
              chosen = entry.name();
              app.session.snapshot().folder(chosen).ifPresent(detail::show);
            });
  }

  private Node waiting(Snapshot snapshot) {
    return snapshot.trouble().isPresent() ? new Region() : Kit.waiting(texts.of("starting"));
  }

  static ProgressBar bar(double part) {
    var bar = Kit.styled(new ProgressBar(part), Styles.SMALL);
    bar.setMaxWidth(Double.MAX_VALUE);
    return bar;
  }
}
