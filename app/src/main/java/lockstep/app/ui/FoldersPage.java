package lockstep.app.ui;

import atlantafx.base.theme.Styles;
import java.util.List;
import javafx.scene.Node;
import javafx.scene.control.ProgressBar;
import javafx.scene.control.ToggleButton;
import javafx.scene.control.ToggleGroup;
import javafx.scene.input.TransferMode;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.StackPane;
import javafx.scene.layout.VBox;
import lockstep.app.ui.model.Folder;
import lockstep.app.ui.model.Snapshot;
import org.kordamp.ikonli.feather.Feather;

/// The shared folders: a list, and what there is to say of the one that is chosen.
final class FoldersPage extends Page {
  private static final double LIST_WIDTH = 270;

  /// What an entry leaves for text.
  private static final double ENTRY_WIDTH = LIST_WIDTH - 50;

  private final StackPane body = new StackPane();
  private final VBox list = new VBox(8);
  private final FolderDetail detail;
  private final HBox both;
  private final Node nothing;
  private String chosen = "";

  FoldersPage(App app, Frame frame) {
    super(app, "folders");
    detail = new FolderDetail(app, frame);
    var scrolling = Kit.scrolling(list);
    scrolling.setMinWidth(LIST_WIDTH);
    scrolling.setMaxWidth(LIST_WIDTH);
    HBox.setHgrow(detail.node(), Priority.ALWAYS);
    both = new HBox(20, scrolling, detail.node());
    var add = Kit.accent(texts.of("folders.add"), Feather.PLUS, app::addFolder);
    add.setId("add-folder");
    nothing =
        Kit.hint(
            Feather.FOLDER_PLUS,
            texts.of("folders.none"),
            texts.of("folders.none.hint"),
            Kit.accent(texts.of("folders.first"), Feather.PLUS, app::addFolder));
    consistOf(body, add);
    acceptDrops();
  }

  /// A directory that is dropped here becomes a shared folder, after the usual questions.
  private void acceptDrops() {
    node()
        .setOnDragOver(
            drag -> {
              if (drag.getDragboard().hasFiles()) drag.acceptTransferModes(TransferMode.LINK);
            });
    node()
        .setOnDragDropped(
            drag -> {
              if (drag.getDragboard().hasFiles()) {
                app.addFolder(drag.getDragboard().getFiles().getFirst().toPath());
                drag.setDropCompleted(true);
              }
            });
  }

  @Override
  void show(Snapshot snapshot) {
    List<Folder> folders = snapshot.folders();
    if (snapshot.folder(chosen).isEmpty() && !folders.isEmpty()) chosen = folders.getFirst().name();
    var group = new ToggleGroup();
    list.getChildren().setAll(folders.stream().map(folder -> entry(folder, group)).toList());
    snapshot.folder(chosen).ifPresent(detail::show);
    boolean unknown = snapshot.deviceName().isEmpty(); // nothing has been seen yet
    body.getChildren().setAll(folders.isEmpty() ? unknown ? waiting(snapshot) : nothing : both);
  }

  private Node waiting(Snapshot snapshot) {
    return snapshot.trouble().isPresent() ? new Region() : Kit.waiting(texts.of("starting"));
  }

  private Node entry(Folder folder, ToggleGroup group) {
    HBox title = Kit.row(8, Kit.look(folder.look()), Kit.name(folder.name(), Styles.TEXT_BOLD));
    var headline = Kit.prose(texts.headline(folder), Styles.TEXT_MUTED, Styles.TEXT_SMALL);
    headline.setPrefWidth(ENTRY_WIDTH);
    VBox card = Kit.column(6, title, headline);
    folder.progress().ifPresent(part -> card.getChildren().add(bar(part)));
    var entry = Kit.styled(new ToggleButton("", card), "entry");
    entry.setAccessibleText(folder.name() + ", " + texts.headline(folder));
    entry.setId("folder-" + folder.name());
    entry.setToggleGroup(group);
    entry.setMaxWidth(Double.MAX_VALUE);
    entry.setSelected(folder.name().equals(chosen));
    entry.setOnAction(
        _ -> {
          chosen = folder.name();
          show(app.session.snapshot());
        });
    return entry;
  }

  static ProgressBar bar(double part) {
    var bar = Kit.styled(new ProgressBar(part), Styles.SMALL);
    bar.setMaxWidth(Double.MAX_VALUE);
    return bar;
  }
}
