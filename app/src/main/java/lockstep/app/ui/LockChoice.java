package lockstep.app.ui;

import java.util.List;
import java.util.function.BiConsumer;
import javafx.scene.control.ComboBox;
import javafx.scene.control.Label;
import javafx.scene.control.TextField;
import javafx.scene.layout.VBox;
import javafx.util.StringConverter;
import lockstep.app.ui.model.LockRule;
import lockstep.app.ui.model.LockRule.Kind;
import lockstep.app.ui.model.Texts;
import lockstep.app.ui.model.Trouble;

/// Which files are locked by themselves: a choice, and names to type for who wants others.
final class LockChoice {
  private final Texts texts;
  private final BiConsumer<LockRule, LockChoice> chosen;
  private final ComboBox<Kind> box = new ComboBox<>();
  private final TextField names = new TextField();
  private final Label wrong = Kit.wrong();
  private LockRule shown = LockRule.COMMON;

  /// What the daemon says is being shown: nobody chose it just now.
  private boolean showing;

  LockChoice(
      Texts texts,
      String id,
      String name,
      List<Kind> kinds,
      BiConsumer<LockRule, LockChoice> chosen) {
    this.texts = texts;
    this.chosen = chosen;
    box.setId(id);
    box.setAccessibleText(name);
    box.getItems().setAll(kinds);
    box.setConverter(words());
    box.setPrefWidth(250);
    box.setMaxWidth(Double.MAX_VALUE);
    box.setOnAction(_ -> choose());
    names.setId(id + "-names");
    names.setAccessibleText(texts.of("settings.locks.names.of", name));
    names.setPromptText("*.blend *.psd");
    names.setPrefWidth(250);
    names.setOnAction(_ -> commit());
    names
        .focusedProperty()
        .subscribe(
            has -> {
              if (!has) commit();
            });
    show(LockRule.COMMON);
  }

  VBox node() {
    return Kit.column(4, box, names, wrong);
  }

  /// What counts now. What is being chosen stays, unless that has changed.
  void show(LockRule rule) {
    if (rule.equals(shown) && box.getValue() != null) return;
    showing = true;
    shown = rule;
    box.setValue(rule.kind());
    names.setText(rule.names());
    showing = false;
    layOut(rule.kind());
  }

  /// The daemon did not take it.
  void refused(Trouble trouble) {
    Kit.say(wrong, Kit.line(texts, trouble));
  }

  private void layOut(Kind kind) {
    Kit.show(names, kind == Kind.NAMES);
    Kit.say(wrong, "");
  }

  private void choose() {
    if (showing) return;
    layOut(box.getValue());
    if (box.getValue() == Kind.NAMES) {
      Kit.focus(names);
    } else {
      take(new LockRule(box.getValue(), ""));
    }
  }

  private void commit() {
    if (showing || box.getValue() != Kind.NAMES) return;
    take(new LockRule(Kind.NAMES, names.getText().strip()));
  }

  private void take(LockRule rule) {
    if (rule.equals(shown)) return;
    if (rule.isSound()) {
      Kit.say(wrong, "");
      chosen.accept(rule, this);
    } else {
      Kit.say(wrong, texts.of("settings.locks.wrong"));
    }
  }

  private StringConverter<Kind> words() {
    return new StringConverter<>() {
      @Override
      public String toString(Kind kind) {
        return kind == null ? "" : texts.word("settings.locks", kind.word());
      }

      @Override
      public Kind fromString(String typed) {
        throw new UnsupportedOperationException("nothing is typed here");
      }
    };
  }
}
