package lockstep.app.ui;

import atlantafx.base.theme.Styles;
import java.util.List;
import java.util.OptionalLong;
import java.util.TreeSet;
import javafx.scene.Node;
import javafx.scene.control.CheckBox;
import javafx.scene.control.ComboBox;
import javafx.scene.control.Label;
import javafx.scene.layout.GridPane;
import javafx.scene.layout.Region;
import javafx.util.StringConverter;
import lockstep.app.ui.model.Limits;
import lockstep.app.ui.model.Requests;
import lockstep.app.ui.model.Session;
import lockstep.app.ui.model.Texts;

/// How fast files may come and go, for its user to read and to change.
final class LimitCard {
  /// Bytes per second to choose from; 0 is no limit.
  private static final List<Long> RATES =
      List.of(0L, 100_000L, 500_000L, 1_000_000L, 2_000_000L, 5_000_000L, 10_000_000L, 50_000_000L);

  private final Page page;
  private final Texts texts;
  private final ComboBox<Long> upload = rates("upload");
  private final ComboBox<Long> download = rates("download");
  private final CheckBox local = new CheckBox();
  private final Label hours = Kit.prose("", Styles.TEXT_MUTED);

  /// What the daemon says is being shown: nobody chose it just now.
  private boolean showing;

  LimitCard(Page page) {
    this.page = page;
    texts = page.texts;
    for (ComboBox<Long> box : List.of(upload, download)) box.setConverter(words());
    local.setText(texts.of("settings.limit.local"));
    local.setId("limit-local");
    upload.setAccessibleText(texts.of("settings.limit.upload"));
    download.setAccessibleText(texts.of("settings.limit.download"));
    upload.setOnAction(_ -> change(daemon -> daemon.limit("upload", chosen(upload))));
    download.setOnAction(_ -> change(daemon -> daemon.limit("download", chosen(download))));
    local.setOnAction(_ -> change(daemon -> daemon.limitLocally(local.isSelected())));
  }

  Node node() {
    var grid = new GridPane(12, 8);
    grid.addRow(0, Kit.label(texts.of("settings.limit.upload")), upload);
    grid.addRow(1, Kit.label(texts.of("settings.limit.download")), download);
    grid.add(local, 0, 2, 2, 1);
    grid.setMinWidth(Region.USE_PREF_SIZE);
    return Kit.setting(texts, "settings.limit", grid, hours);
  }

  /// Shows what counts now.
  void refresh() {
    page.app.session.read(Requests::limits, this::show, page::tell);
  }

  private void change(Session.Request<Limits> request) {
    if (!showing) page.app.session.ask(request, this::show, this::failed);
  }

  private void failed(lockstep.app.ui.model.Trouble trouble) {
    page.tell(trouble);
    refresh();
  }

  private void show(Limits limits) {
    showing = true;
    try {
      show(upload, limits.upload());
      show(download, limits.download());
      local.setSelected(limits.local());
      hours.setText(
          limits.periods() == 0
              ? texts.of("settings.limit.always")
              : texts.of("settings.limit.hours", limits.periods()));
    } finally {
      showing = false;
    }
  }

  private static void show(ComboBox<Long> box, OptionalLong rate) {
    var rates = new TreeSet<>(RATES);
    rates.add(rate.orElse(0));
    box.getItems().setAll(rates);
    box.setValue(rate.orElse(0));
  }

  private static OptionalLong chosen(ComboBox<Long> box) {
    return box.getValue() == 0 ? OptionalLong.empty() : OptionalLong.of(box.getValue());
  }

  private static ComboBox<Long> rates(String way) {
    var box = new ComboBox<Long>();
    box.setId("limit-" + way);
    box.getItems().setAll(RATES);
    box.setPrefWidth(160);
    return box;
  }

  private StringConverter<Long> words() {
    return new StringConverter<>() {
      @Override
      public String toString(Long rate) {
        if (rate == null) return "";
        return rate == 0
            ? texts.of("settings.limit.off")
            : texts.of("settings.limit.rate", texts.bytes(rate));
      }

      @Override
      public Long fromString(String shown) {
        throw new UnsupportedOperationException("nothing is typed here");
      }
    };
  }
}
