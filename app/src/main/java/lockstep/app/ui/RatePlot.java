package lockstep.app.ui;

import atlantafx.base.theme.Styles;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.ToDoubleFunction;
import javafx.scene.Node;
import javafx.scene.control.Label;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Pane;
import javafx.scene.layout.Priority;
import javafx.scene.layout.VBox;
import javafx.scene.shape.Polyline;
import javafx.scene.shape.Rectangle;
import lockstep.app.ui.model.Rates;
import lockstep.app.ui.model.Texts;

/// How fast content came from a device and went to it, over the last two minutes.
final class RatePlot {
  private static final double WIDTH = 280;
  private static final double HEIGHT = 40;

  /// A quiet line is flat: what keeps a connection alive is no traffic.
  private static final double SCALE_MIN = 10_000;

  private final Texts texts;
  private final Polyline received = Kit.styled(new Polyline(), "rate-received");
  private final Polyline sent = Kit.styled(new Polyline(), "rate-sent");
  private final Label now = Kit.prose("", Styles.TEXT_SMALL);
  private final Label most = Kit.prose("", Styles.TEXT_MUTED, Styles.TEXT_SMALL);
  private final HBox node;

  RatePlot(Texts texts) {
    this.texts = texts;
    var plot = Kit.styled(new Pane(received, sent), "plot");
    plot.setMinSize(WIDTH, HEIGHT);
    plot.setMaxSize(WIDTH, HEIGHT);
    plot.setClip(new Rectangle(WIDTH, HEIGHT)); // the tips of a line are higher than its points
    VBox legend =
        Kit.column(
            2,
            now,
            most,
            Kit.row(
                12,
                Kit.label(texts.of("rates.received"), Styles.TEXT_SMALL, "rate-received-name"),
                Kit.label(texts.of("rates.sent"), Styles.TEXT_SMALL, "rate-sent-name")));
    HBox.setHgrow(legend, Priority.ALWAYS);
    node = Kit.row(16, plot, legend);
  }

  Node node() {
    return node;
  }

  void show(List<Rates.Point> points, Instant at) {
    double fastest =
        points.stream().mapToDouble(p -> Math.max(p.received(), p.sent())).max().orElse(0);
    double scale = Math.max(fastest, SCALE_MIN);
    draw(received, points, at, scale, Rates.Point::received);
    draw(sent, points, at, scale, Rates.Point::sent);
    Rates.Point last = points.isEmpty() ? new Rates.Point(at, 0, 0) : points.getLast();
    now.setText(texts.of("rates.now", rate(last.received()), rate(last.sent())));
    most.setText(texts.of("rates.most", rate(fastest)));
    node.setAccessibleText(now.getText());
  }

  private String rate(double bytesPerSecond) {
    return texts.bytes(Math.round(bytesPerSecond));
  }

  private static void draw(
      Polyline line,
      List<Rates.Point> points,
      Instant at,
      double scale,
      ToDoubleFunction<Rates.Point> value) {
    line.getPoints().clear();
    for (Rates.Point point : points) {
      double age = Duration.between(point.at(), at).toMillis() / (double) Rates.SPAN.toMillis();
      double x = WIDTH * (1 - Math.clamp(age, 0, 1));
      line.getPoints().addAll(x, (HEIGHT - 2) * (1 - value.applyAsDouble(point) / scale) + 1);
    }
  }
}
