package lockstep.app.ui;

import atlantafx.base.theme.Styles;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import javafx.scene.Node;
import javafx.scene.control.CheckBox;
import javafx.scene.control.TextField;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.VBox;
import javafx.stage.FileChooser;
import lockstep.app.ui.model.Texts;
import org.kordamp.ikonli.feather.Feather;

/// Where a report for developers is made: what is in it, where it goes, and whether with names.
final class ReportCard {
  private final Page page;
  private final Texts texts;
  private final TextField place = new TextField();
  private final CheckBox names = new CheckBox();
  private final VBox node = Kit.column(0);

  ReportCard(Page page) {
    this.page = page;
    texts = page.texts;
    place.setId("report-file");
    place.setAccessibleText(texts.of("report.file"));
    HBox.setHgrow(place, Priority.ALWAYS);
    names.setId("report-names");
    names.setText(texts.of("report.names"));
    Kit.show(node, false);
  }

  Node node() {
    return node;
  }

  void open() {
    place.setText(Path.of(System.getProperty("user.home", "."), "lockstep-report.txt").toString());
    names.setSelected(false);
    var save = Kit.accent(texts.of("report.save"), Feather.SAVE, this::save);
    save.setId("report-save");
    node.getChildren()
        .setAll(
            Kit.card(
                Kit.label(texts.of("report.title"), Styles.TEXT_BOLD),
                Kit.prose(texts.of("report.hint"), Styles.TEXT_MUTED),
                Kit.row(
                    8,
                    place,
                    Kit.iconButton(texts.of("report.browse"), Feather.FOLDER, this::browse)),
                names,
                Kit.row(
                    8,
                    Kit.spring(),
                    Kit.button(texts.of("cancel"), Feather.X, () -> Kit.show(node, false)),
                    save)));
    Kit.show(node, true);
    Kit.focus(place);
  }

  private void browse() {
    var chooser = new FileChooser();
    chooser.setTitle(texts.of("report.title"));
    chooser.setInitialFileName("lockstep-report.txt");
    var file = chooser.showSaveDialog(page.app.stage());
    if (file != null) place.setText(file.toString());
  }

  private void save() {
    Path file;
    try {
      file = Path.of(place.getText().strip()).toAbsolutePath();
    } catch (InvalidPathException wrong) {
      place.requestFocus();
      return;
    }
    boolean withNames = names.isSelected();
    page.app.session.read(daemon -> daemon.report(file, withNames), this::saved, page::tell);
  }

  private void saved(Path file) {
    node.getChildren()
        .setAll(
            Kit.done(
                texts.of("report.saved", file),
                Kit.button(
                    texts.of("files.open"),
                    Feather.EXTERNAL_LINK,
                    () -> Outside.open(page.app, file))));
  }
}
