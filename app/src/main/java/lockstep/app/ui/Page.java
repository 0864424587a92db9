package lockstep.app.ui;

import atlantafx.base.theme.Styles;
import javafx.scene.Node;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.VBox;
import lockstep.app.ui.model.Snapshot;
import lockstep.app.ui.model.Texts;
import lockstep.app.ui.model.Trouble;

/// One screen of the window: its heading with what can be done, and below it what there is.
abstract class Page {
  final App app;
  final Texts texts;
  private final HBox head;
  private final VBox node;

  /// @param name of the page: its heading is the text `page.NAME`
  Page(App app, String name) {
    this.app = app;
    texts = app.texts();
    head = Kit.row(8, Kit.label(texts.of("page." + name), Styles.TITLE_2), Kit.spring());
    head.setMinHeight(44);
    node = Kit.styled(Kit.column(16, head), "page");
  }

  /// Says, once, what the page consists of.
  final void consistOf(Node content, Node... actions) {
    head.getChildren().addAll(actions);
    VBox.setVgrow(content, Priority.ALWAYS);
    node.getChildren().add(content);
  }

  final VBox node() {
    return node;
  }

  /// Says in a window that something failed.
  final void tell(Trouble trouble) {
    Kit.tell(app.stage(), texts, trouble);
  }

  /// Shows what has changed. Called whenever something has, also while another page is in front.
  void show(Snapshot snapshot) {}

  /// Called when the page comes to the front.
  void entered() {}
}
