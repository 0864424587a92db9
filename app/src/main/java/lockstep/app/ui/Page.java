package lockstep.app.ui;

import javafx.scene.layout.Region;
import lockstep.app.ui.model.Snapshot;

/// One screen of the window.
interface Page {
  Region node();

  /// Shows what has changed. Called whenever something has, also while another page is in front.
  void show(Snapshot snapshot);

  /// Called when the page comes to the front.
  default void entered() {}
}
