package lockstep.app.ui;

import java.util.function.IntConsumer;
import javafx.scene.control.Label;
import javafx.scene.control.TextField;
import javafx.scene.layout.HBox;
import javafx.scene.layout.VBox;
import lockstep.app.ui.model.Texts;
import lockstep.app.ui.model.Trouble;
import lockstep.app.ui.model.WholeNumber;

/// A number to type, which counts with Enter or once another field is gone to. What is wrong with
/// it stands below.
final class NumberField {
  private final TextField field = new TextField();
  private final Label wrong = Kit.wrong();
  private final Texts texts;
  private final WholeNumber bounds;
  private final IntConsumer typed;
  private String shown = "";

  NumberField(Texts texts, String id, String name, WholeNumber bounds, IntConsumer typed) {
    this.texts = texts;
    this.bounds = bounds;
    this.typed = typed;
    field.setId(id);
    field.setAccessibleText(name);
    field.setPrefWidth(90);
    field.setMinWidth(60);
    field.setOnAction(_ -> commit());
    field
        .focusedProperty()
        .subscribe(
            has -> {
              if (!has) commit();
            });
  }

  /// @param unit what stands behind the number
  VBox node(String unit) {
    HBox row = Kit.row(8, field, Kit.label(unit));
    return Kit.column(4, row, wrong);
  }

  /// What counts now. What is being typed stays, unless that has changed.
  void show(long number) {
    if (shown.equals(Long.toString(number))) return;
    boolean isBeingTyped = field.isFocused() && !field.getText().equals(shown);
    shown = Long.toString(number);
    if (isBeingTyped) return;
    field.setText(shown);
    Kit.say(wrong, "");
  }

  /// The daemon did not take it.
  void refused(Trouble trouble) {
    Kit.say(wrong, Kit.line(texts, trouble));
  }

  private void commit() {
    String text = field.getText().strip();
    if (text.equals(shown)) {
      Kit.say(wrong, "");
      return;
    }
    var number = bounds.read(text);
    if (number.isPresent()) {
      Kit.say(wrong, "");
      typed.accept(number.getAsInt());
    } else {
      Kit.say(wrong, texts.of("settings.number", bounds.least(), bounds.most()));
    }
  }
}
