package lockstep.app.ui;

import atlantafx.base.theme.Styles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import javafx.scene.control.TreeCell;
import javafx.scene.control.TreeItem;
import javafx.scene.control.TreeView;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;
import lockstep.app.Terminal;
import lockstep.app.ui.model.Folder;
import lockstep.app.ui.model.Texts;
import org.jspecify.annotations.Nullable;
import org.kordamp.ikonli.feather.Feather;

/// The files of a folder on this disk; for the one that is chosen, why it is (or is not) in sync.
final class FileBrowser {
  /// Per directory; more would be slow to show and slower to read.
  private static final int ENTRIES_MAX = 2_000;

  private final App app;
  private final Texts texts;
  private final Frame frame;
  private final TreeView<Entry> tree = new TreeView<>();
  private final VBox why = Kit.card();
  private final VBox node;

  /// A file or directory. Its kind is looked up once, in the background.
  private record Entry(Path path, boolean directory) {}

  FileBrowser(App app, Frame frame) {
    this.app = app;
    this.frame = frame;
    texts = app.texts();
    tree.setShowRoot(false);
    tree.setPrefHeight(190);
    tree.setMinHeight(120);
    tree.setId("files");
    tree.setAccessibleText(texts.of("files"));
    tree.setCellFactory(_ -> new Cell());
    tree.getSelectionModel()
        .selectedItemProperty()
        .subscribe(
            item -> {
              if (item != null) explain(item.getValue());
            });
    node = Kit.column(8, Kit.label(texts.of("files"), Styles.TITLE_4), tree, why);
  }

  Region node() {
    return node;
  }

  void show(Folder folder) {
    why.getChildren().setAll(Kit.prose(texts.of("files.hint"), Styles.TEXT_MUTED));
    var root = new TreeItem<>(new Entry(folder.path(), true));
    tree.setRoot(root);
    fill(root);
  }

  /// Looks again, since files come and go.
  void refresh() {
    fill(tree.getRoot());
  }

  private void fill(TreeItem<Entry> parent) {
    app.session
        .background()
        .run(
            () -> entries(parent.getValue().path()),
            entries -> put(entries, parent),
            _ -> parent.getChildren().clear());
  }

  private void put(List<Entry> entries, TreeItem<Entry> parent) {
    List<Entry> before = parent.getChildren().stream().map(TreeItem::getValue).toList();
    if (before.equals(entries)) return;
    parent.getChildren().setAll(entries.stream().map(this::item).toList());
  }

  private TreeItem<Entry> item(Entry entry) {
    var item = new TreeItem<>(entry);
    if (entry.directory()) {
      item.getChildren().add(new TreeItem<>(new Entry(entry.path().resolve("…"), false)));
      item.expandedProperty()
          .subscribe(
              open -> {
                if (open) fill(item);
              });
    }
    return item;
  }

  private static List<Entry> entries(Path directory) throws java.io.IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .filter(file -> !file.endsWith(".lockstep"))
          .limit(ENTRIES_MAX)
          .map(
              file ->
                  new Entry(file, Files.isDirectory(file, java.nio.file.LinkOption.NOFOLLOW_LINKS)))
          .sorted(
              Comparator.comparing((Entry e) -> !e.directory())
                  .thenComparing(e -> e.path().toString()))
          .toList();
    }
  }

  private void explain(Entry entry) {
    if (entry.directory()) return;
    String name = entry.path().getFileName().toString();
    app.session.read(
        daemon -> daemon.why(entry.path()),
        lines -> tell(entry, name, lines),
        trouble -> why.getChildren().setAll(Kit.trouble(texts, trouble)));
  }

  private void tell(Entry entry, String name, List<String> lines) {
    var open =
        Kit.button(
            texts.of("files.open"), Feather.EXTERNAL_LINK, () -> Outside.open(app, entry.path()));
    var history =
        Kit.button(texts.of("page.history"), Feather.CLOCK, () -> frame.history(entry.path()));
    history.setId("file-history");
    var lock = Kit.button(texts.of("locks.lock"), Feather.LOCK, () -> frame.lock(entry.path()));
    lock.setId("file-lock");
    why.getChildren()
        .setAll(Kit.row(8, Kit.name(name, Styles.TEXT_BOLD), Kit.spring(), open, lock, history));
    lines.forEach(line -> why.getChildren().add(Kit.prose(Terminal.safe(line))));
  }

  private static final class Cell extends TreeCell<Entry> {
    @Override
    protected void updateItem(@Nullable Entry entry, boolean empty) {
      super.updateItem(entry, empty);
      if (empty || entry == null) {
        setText(null);
        setGraphic(null);
      } else {
        setText(Terminal.safe(entry.path().getFileName().toString()));
        setGraphic(Kit.icon(entry.directory() ? Feather.FOLDER : Feather.FILE));
      }
    }
  }
}
