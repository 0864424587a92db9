package lockstep.app.ui;

import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Function;
import javafx.scene.control.CheckBox;
import javafx.scene.control.Label;
import javafx.scene.control.Tooltip;
import javafx.scene.control.TreeCell;
import javafx.scene.layout.HBox;
import lockstep.app.Terminal;
import lockstep.app.ui.FileBrowser.Entry;
import lockstep.app.ui.model.Badges.Badge;
import lockstep.app.ui.model.Selection.Tick;
import lockstep.app.ui.model.Texts;
import org.jspecify.annotations.Nullable;
import org.kordamp.ikonli.feather.Feather;
import org.kordamp.ikonli.javafx.FontIcon;

/// A file or directory in the tree, with a tick that says whether this device syncs it.
final class FileCell extends TreeCell<Entry> {
  /// The tick itself stays as clear as any: it is what can be changed.
  private static final String LEFT_OUT = "left-out";

  private final Texts texts;
  private final Function<Entry, Tick> ticks;
  private final Function<Entry, Optional<Badge>> badges;
  private final CheckBox box = new CheckBox();
  private final HBox graphic = Kit.row(6);

  /// @param ticked is told of each tick that is set or taken away
  FileCell(
      Texts texts,
      Function<Entry, Tick> ticks,
      Function<Entry, Optional<Badge>> badges,
      BiConsumer<Entry, Boolean> ticked) {
    this.texts = texts;
    this.ticks = ticks;
    this.badges = badges;
    box.setFocusTraversable(false); // the tree has the keyboard: the space bar ticks
    box.setOnAction(
        _ -> {
          Entry entry = getItem();
          if (entry != null) ticked.accept(entry, box.isSelected());
        });
  }

  @Override
  protected void updateItem(@Nullable Entry entry, boolean empty) {
    super.updateItem(entry, empty);
    if (empty || entry == null) {
      setText(null);
      setGraphic(null);
      return;
    }
    String name = Terminal.safe(entry.name());
    setText(name);
    if (entry.isMore()) {
      setGraphic(null);
      return;
    }
    Tick tick = ticks.apply(entry);
    box.setSelected(tick == Tick.ON); // a click on what is there in part takes in the rest
    box.setIndeterminate(tick == Tick.PARTLY);
    box.setDisable(tick == Tick.OFF_WITH_ABOVE);
    String says = texts.word("files.tick", tick.name());
    box.setTooltip(new Tooltip(says));
    box.setAccessibleText(name + ": " + says);
    setAccessibleText(name + ": " + says);
    graphic.getChildren().setAll(box, Kit.icon(entry.directory() ? Feather.FOLDER : Feather.FILE));
    badges.apply(entry).ifPresent(badge -> add(badge, name + ": " + says));
    setGraphic(graphic);
    getStyleClass().remove(LEFT_OUT);
    if (tick == Tick.OFF || tick == Tick.OFF_WITH_ABOVE) getStyleClass().add(LEFT_OUT);
  }

  private void add(Badge badge, String before) {
    Label sign = new Label("", draw(badge));
    String says = texts.of(badge);
    sign.setId("file-badge");
    sign.setTooltip(new Tooltip(says));
    setAccessibleText(before + ", " + says);
    graphic.getChildren().add(sign);
  }

  private static FontIcon draw(Badge badge) {
    return switch (badge) {
      case Badge.Problem _ -> Kit.icon(Feather.ALERT_CIRCLE, "look-ERROR");
      case Badge.InConflict _ -> Kit.icon(Feather.GIT_PULL_REQUEST, "look-ATTENTION");
      case Badge.Locked(Optional<String> by) ->
          Kit.icon(
              by.isPresent() ? Feather.LOCK : Feather.EDIT_3,
              by.isPresent() ? "look-HALTED" : "look-SYNCED");
    };
  }
}
