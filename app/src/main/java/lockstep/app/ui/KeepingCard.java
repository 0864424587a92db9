package lockstep.app.ui;

import java.util.function.Consumer;
import javafx.scene.Node;
import javafx.scene.layout.Region;
import lockstep.app.ui.model.Preferences;
import lockstep.app.ui.model.Texts;

/// How long what was replaced or deleted is kept, for its user to read and to change.
final class KeepingCard {
  private final Texts texts;
  private final NumberField days;
  private final NumberField percent;

  /// @param changed is told what counts after a change
  KeepingCard(Page page, Consumer<Preferences> changed) {
    texts = page.texts;
    days =
        new NumberField(
            texts,
            "keep-days",
            texts.of("settings.keep.days.name"),
            Preferences.KEEP_DAYS,
            number -> keep(page, "keepDays", number, changed));
    percent =
        new NumberField(
            texts,
            "max-percent",
            texts.of("settings.keep.percent.name"),
            Preferences.MAX_PERCENT,
            number -> keep(page, "maxPercent", number, changed));
  }

  private void keep(Page page, String what, int number, Consumer<Preferences> changed) {
    NumberField field = what.equals("keepDays") ? days : percent;
    page.app.session.ask(daemon -> daemon.keepHistory(what, number), changed, field::refused);
  }

  Node node() {
    var fields =
        Kit.column(
            8,
            days.node(texts.of("settings.keep.days")),
            percent.node(texts.of("settings.keep.percent")));
    fields.setMinWidth(Region.USE_PREF_SIZE);
    return Kit.setting(texts, "settings.keep", fields);
  }

  void show(Preferences preferences) {
    days.show(preferences.keepDays());
    percent.show(preferences.maxPercent());
  }
}
