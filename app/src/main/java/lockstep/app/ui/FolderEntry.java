package lockstep.app.ui;

import atlantafx.base.theme.Styles;
import javafx.scene.control.Label;
import javafx.scene.control.ProgressBar;
import javafx.scene.control.ToggleButton;
import javafx.scene.control.ToggleGroup;
import javafx.scene.layout.HBox;
import javafx.scene.layout.VBox;
import lockstep.app.ui.model.Folder;
import lockstep.app.ui.model.Texts;

/// A folder in the list: its name and what it is doing. It stays while that changes, so that a
/// folder on the move can be clicked, and keeps the keyboard.
final class FolderEntry {
  private final String name;
  private final Texts texts;
  private final HBox title;
  private final Label headline = Kit.prose("", Styles.TEXT_MUTED, Styles.TEXT_SMALL);
  private final ProgressBar bar = FoldersPage.bar(0);
  private final ToggleButton node;

  /// @param width what there is for text
  FolderEntry(Texts texts, Folder folder, ToggleGroup group, double width) {
    this.texts = texts;
    name = folder.name();
    title = Kit.row(8, Kit.look(folder.look()), Kit.name(name, Styles.TEXT_BOLD));
    headline.setPrefWidth(width);
    headline.setMinWidth(width); // else its height is reckoned for a column of single letters
    VBox card = Kit.column(6, title, headline, bar);
    card.setMaxWidth(width);
    node = Kit.styled(new ToggleButton("", card), "entry");
    node.setId("folder-" + name);
    node.setToggleGroup(group);
    node.setMaxWidth(Double.MAX_VALUE);
    node.setOnAction(_ -> node.setSelected(true)); // also a second click leaves it chosen
    show(folder);
  }

  String name() {
    return name;
  }

  ToggleButton node() {
    return node;
  }

  void show(Folder folder) {
    String doing = texts.headline(folder);
    title.getChildren().set(0, Kit.look(folder.look()));
    headline.setText(doing);
    Kit.show(bar, folder.progress().isPresent());
    bar.setProgress(folder.progress().orElse(0.0));
    node.setAccessibleText(name + ", " + doing);
  }
}
