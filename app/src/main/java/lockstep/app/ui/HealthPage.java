package lockstep.app.ui;

import atlantafx.base.theme.Styles;
import java.util.Comparator;
import java.util.List;
import javafx.scene.Node;
import javafx.scene.control.ScrollPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.StackPane;
import javafx.scene.layout.VBox;
import lockstep.app.ui.model.Finding;
import org.kordamp.ikonli.feather.Feather;

/// What `doctor` says of the surroundings: the worst first.
final class HealthPage extends Page {
  private static final List<String> WORST_FIRST = List.of("error", "warning", "note", "ok");

  private final StackPane body = new StackPane();
  private final ReportCard report = new ReportCard(this);

  HealthPage(App app) {
    super(app, "health");
    var export = Kit.button(texts.of("report.export"), Feather.FILE_TEXT, report::open);
    export.setId("report");
    VBox.setVgrow(body, Priority.ALWAYS);
    consistOf(
        Kit.column(12, report.node(), body),
        export,
        Kit.button(texts.of("health.again"), Feather.REFRESH_CW, this::examine));
  }

  @Override
  void entered() {
    examine();
  }

  private void examine() {
    body.getChildren().setAll(Kit.waiting(texts.of("health.looking")));
    app.session.read(
        daemon -> daemon.examine(),
        this::draw,
        trouble -> body.getChildren().setAll(Kit.column(0, Kit.trouble(texts, trouble))));
  }

  private void draw(List<Finding> findings) {
    VBox list = Kit.column(8);
    findings.stream()
        .sorted(Comparator.comparingInt(f -> WORST_FIRST.indexOf(f.severity())))
        .map(texts::said)
        .map(this::row)
        .forEach(list.getChildren()::add);
    ScrollPane scroll = Kit.scrolling(list);
    scroll.setFocusTraversable(true); // there may be nothing in it that has the keyboard
    scroll.setId("health-list");
    scroll.setAccessibleText(texts.of("page.health"));
    body.getChildren().setAll(scroll);
  }

  private Node row(Finding finding) {
    boolean well = finding.severity().equals("ok") || finding.severity().equals("note");
    VBox words =
        Kit.column(2, Kit.label(finding.topic(), Styles.TEXT_BOLD), Kit.prose(finding.what()));
    finding
        .advice()
        .ifPresent(
            advice ->
                words
                    .getChildren()
                    .add(Kit.prose(texts.of("trouble.try", advice), Styles.TEXT_MUTED)));
    finding.kindOfRemedy().ifPresent(kind -> words.getChildren().add(remedy(finding, kind)));
    HBox.setHgrow(words, Priority.ALWAYS);
    String look =
        well
            ? finding.severity().equals("ok") ? "look-SYNCED" : "look-SYNCING"
            : finding.severity().equals("error") ? "look-ERROR" : "look-HALTED";
    HBox row =
        Kit.row(
            12,
            Kit.icon(
                well
                    ? finding.severity().equals("ok") ? Feather.CHECK_CIRCLE : Feather.INFO
                    : Feather.ALERT_TRIANGLE,
                look),
            words,
            Kit.pill(texts.word("severity", finding.severity())));
    return Kit.card(row);
  }

  private Node remedy(Finding finding, String kind) {
    var button =
        Kit.button(
            texts.word("remedy", kind),
            Feather.TOOL,
            () -> app.session.ask(daemon -> daemon.mend(finding), this::draw, this::tell));
    button.setId("remedy-" + kind);
    button.setAccessibleText(texts.word("remedy", kind) + ": " + finding.topic());
    return button;
  }
}
