package lockstep.app.ui;

import atlantafx.base.theme.Styles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import javafx.scene.Node;
import javafx.scene.control.TreeItem;
import javafx.scene.control.TreeView;
import javafx.scene.input.KeyCode;
import javafx.scene.input.KeyEvent;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;
import lockstep.app.ui.model.Badges;
import lockstep.app.ui.model.Folder;
import lockstep.app.ui.model.Selection;
import lockstep.app.ui.model.Selection.Tick;
import lockstep.app.ui.model.Snapshot;
import lockstep.app.ui.model.Texts;
import lockstep.base.RelPath;
import lockstep.lease.LockMarker;
import org.jspecify.annotations.Nullable;
import org.kordamp.ikonli.feather.Feather;

/// The files of a folder on this disk; for the one that is chosen, why it is (or is not) in sync.
final class FileBrowser {
  /// Per directory; more would be slow to show and slower to read.
  private static final int ENTRIES_MAX = 2_000;

  /// Room for what is said of most files, so that ticks stay where they are while it changes.
  private static final double WHY_HEIGHT_MIN = 110;

  private final App app;
  private final Texts texts;
  private final Frame frame;
  private final TreeView<Entry> tree = new TreeView<>();
  private final VBox why = Kit.card();
  private final VBox node;

  /// What is left out, as it was said last, and the folder that it is of.
  private Selection selection = Selection.EVERYTHING;

  private Badges badges = Badges.NONE;
  private Optional<Folder> folder = Optional.empty();

  /// A file or directory. Its kind is looked up once, in the background.
  record Entry(Path path, boolean directory) {
    private static final String MORE = "…";

    /// Stands below a directory until it is opened.
    static Entry more(Path directory) {
      return new Entry(directory.resolve(MORE), false);
    }

    boolean isMore() {
      return name().equals(MORE);
    }

    String name() {
      return path.getFileName().toString();
    }
  }

  FileBrowser(App app, Frame frame) {
    this.app = app;
    this.frame = frame;
    texts = app.texts();
    tree.setShowRoot(false);
    tree.setPrefHeight(190);
    tree.setMinHeight(120);
    tree.setId("files");
    why.setId("file-why");
    why.setMinHeight(WHY_HEIGHT_MIN);
    tree.setAccessibleText(texts.of("files"));
    tree.setCellFactory(
        _ ->
            new FileCell(
                texts,
                entry -> selection.tick(entry.path()),
                entry -> badges.at(entry.path()),
                this::tick));
    tree.addEventFilter(KeyEvent.KEY_PRESSED, this::tickByKey);
    tree.getSelectionModel()
        .selectedItemProperty()
        .subscribe(
            item -> {
              if (item != null) explain(item.getValue(), List.of());
            });
    node = Kit.column(8, Kit.label(texts.of("files"), Styles.TITLE_4), tree, why);
  }

  Region node() {
    return node;
  }

  void show(Folder folder) {
    why.getChildren().setAll(Kit.prose(texts.of("files.hint"), Styles.TEXT_MUTED));
    this.folder = Optional.of(folder);
    selection = Selection.EVERYTHING;
    var root = new TreeItem<>(new Entry(folder.path(), true));
    tree.setRoot(root);
    refresh();
  }

  /// Looks again, since files come and go.
  void refresh() {
    folder.ifPresent(
        shown ->
            app.session.read(
                daemon -> daemon.selection(shown),
                now -> {
                  if (folder.equals(Optional.of(shown))) select(now);
                },
                _ -> {})); // a daemon that is away is told of elsewhere
    fillOpen(tree.getRoot());
    mark();
  }

  /// Draws the badges anew where they are others.
  private void mark() {
    Snapshot snapshot = app.session.snapshot();
    Badges now =
        folder
            .flatMap(shown -> snapshot.folder(shown.name()))
            .map(shown -> Badges.of(snapshot, shown))
            .orElse(Badges.NONE);
    if (now.equals(badges)) return;
    badges = now;
    tree.refresh();
  }

  private void select(Selection now) {
    if (now.equals(selection)) return;
    selection = now;
    fillOpen(tree.getRoot());
    tree.refresh();
  }

  private void fillOpen(TreeItem<Entry> item) {
    fill(item);
    item.getChildren().stream().filter(TreeItem::isExpanded).forEach(this::fillOpen);
  }

  // ---- Ticks ---------------------------------------------------------------------------------

  private void tickByKey(KeyEvent key) {
    TreeItem<Entry> item = tree.getSelectionModel().getSelectedItem();
    if (key.getCode() != KeyCode.SPACE || item == null || item.getValue().isMore()) return;
    key.consume();
    Tick tick = selection.tick(item.getValue().path());
    if (tick != Tick.OFF_WITH_ABOVE) tick(item.getValue(), tick != Tick.ON);
  }

  private void tick(Entry entry, boolean synced) {
    Folder of = folder.orElseThrow();
    app.session.ask(
        daemon -> daemon.select(of, entry.path(), synced),
        now -> {
          select(now);
          Node said =
              Kit.prose(texts.of(synced ? "files.included" : "files.excluded", entry.name()));
          why.getChildren().setAll(said);
          Kit.reveal(why);
          chosen().ifPresent(shown -> explain(shown, List.of(said)));
        },
        trouble -> {
          tree.refresh(); // the tick is what it was
          why.getChildren().setAll(Kit.trouble(texts, trouble));
          Kit.reveal(why);
        });
  }

  // ---- Files ---------------------------------------------------------------------------------

  private void fill(TreeItem<Entry> parent) {
    List<Path> leftOut = selection.in(parent.getValue().path());
    app.session
        .background()
        .run(
            () -> entries(parent.getValue().path(), leftOut),
            entries -> put(entries, parent),
            _ -> parent.getChildren().clear());
  }

  private void put(List<Entry> entries, TreeItem<Entry> parent) {
    var before = new LinkedHashMap<Entry, TreeItem<Entry>>();
    parent.getChildren().forEach(item -> before.put(item.getValue(), item));
    if (List.copyOf(before.keySet()).equals(entries)) return;
    TreeItem<Entry> chosen = tree.getSelectionModel().getSelectedItem();
    parent
        .getChildren()
        .setAll(
            entries.stream()
                .map(entry -> Objects.requireNonNullElseGet(before.get(entry), () -> item(entry)))
                .toList());
    choose(chosen);
  }

  /// What was chosen stays so while others come and go beside it.
  private void choose(@Nullable TreeItem<Entry> item) {
    var selection = tree.getSelectionModel();
    if (item == null || tree.getRow(item) < 0) selection.clearSelection();
    else selection.select(item);
  }

  private TreeItem<Entry> item(Entry entry) {
    var item = new TreeItem<>(entry);
    if (entry.directory()) {
      item.getChildren().add(new TreeItem<>(Entry.more(entry.path())));
      item.expandedProperty()
          .subscribe(
              open -> {
                if (open) fill(item);
              });
    }
    return item;
  }

  /// @param leftOut what is shown though it may not be there
  private static List<Entry> entries(Path directory, List<Path> leftOut) throws IOException {
    if (!Files.exists(directory)) return entries(leftOut.stream());
    try (Stream<Path> files = Files.list(directory)) {
      return entries(
          Stream.concat(files.filter(file -> !isOurs(file)).limit(ENTRIES_MAX), leftOut.stream())
              .distinct());
    }
  }

  /// Whether nobody but this program has to do with a file: its data and what marks a file as
  /// locked.
  static boolean isOurs(Path file) {
    String name = file.getFileName().toString();
    return name.equals(RelPath.RESERVED) || LockMarker.isLikely(name) && isMarker(file);
  }

  /// A file of the user's may be called like a marker.
  private static boolean isMarker(Path file) {
    try {
      return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
          && Files.size(file) <= LockMarker.BYTES_MAX
          && LockMarker.decode(Files.readAllBytes(file)).isPresent();
    } catch (IOException e) {
      return false;
    }
  }

  private static List<Entry> entries(Stream<Path> files) {
    return files
        .map(file -> new Entry(file, Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)))
        .sorted(
            Comparator.comparing((Entry e) -> !e.directory())
                .thenComparing(e -> e.path().toString()))
        .toList();
  }

  private Optional<Entry> chosen() {
    return Optional.ofNullable(tree.getSelectionModel().getSelectedItem()).map(TreeItem::getValue);
  }

  /// @param before what is to be read above it
  private void explain(Entry entry, List<Node> before) {
    if (entry.isMore()) return;
    if (entry.directory()) {
      tell(entry, before, List.of());
      return;
    }
    app.session.read(
        daemon -> daemon.why(entry.path()),
        lines -> tell(entry, before, lines),
        trouble -> why.getChildren().setAll(Kit.trouble(texts, trouble)));
  }

  private void tell(Entry entry, List<Node> before, List<String> lines) {
    String name = entry.name();
    var open =
        Kit.button(
            texts.of("files.open"), Feather.EXTERNAL_LINK, () -> Outside.open(app, entry.path()));
    var history =
        Kit.button(texts.of("page.history"), Feather.CLOCK, () -> frame.history(entry.path()));
    history.setId("file-history");
    var lock = Kit.button(texts.of("locks.lock"), Feather.LOCK, () -> frame.lock(entry.path()));
    lock.setId("file-lock");
    Kit.show(lock, !entry.directory());
    why.getChildren().setAll(before);
    why.getChildren()
        .add(Kit.row(8, Kit.name(name, Styles.TEXT_BOLD), Kit.spring(), open, lock, history));
    lines.forEach(line -> why.getChildren().add(Kit.prose(texts.said(line))));
    Kit.reveal(why); // it may stand below the edge of the window
  }
}
