package lockstep.app.ui;

import atlantafx.base.theme.Styles;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import javafx.scene.Node;
import javafx.scene.image.Image;
import javafx.scene.image.ImageView;
import javafx.scene.image.PixelFormat;
import javafx.scene.image.WritableImage;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Pane;
import javafx.scene.layout.Priority;
import javafx.scene.layout.StackPane;
import javafx.scene.layout.VBox;
import lockstep.app.Terminal;
import lockstep.app.ui.model.BlendThumbnail;
import lockstep.app.ui.model.Conflict;
import lockstep.app.ui.model.Conflict.Keep;
import lockstep.app.ui.model.LineDiff;
import lockstep.app.ui.model.Texts;

/// By what the two versions differ: the lines of a text, both pictures, or the small pictures in
/// two files of Blender. Anything else shows nothing.
final class ConflictPreview {
  private static final long TEXT_BYTES_MAX = 256 << 10;
  private static final long IMAGE_BYTES_MAX = 64 << 20;
  private static final int LINES_SHOWN_MAX = 40;

  /// Unchanged lines shown around a change.
  private static final int CONTEXT = 2;

  private final App app;
  private final Texts texts;
  private final Conflict conflict;

  ConflictPreview(App app, Conflict conflict) {
    this.app = app;
    this.conflict = conflict;
    texts = app.texts();
  }

  void into(Pane target) {
    Optional<Path> left = conflict.file(app.session.snapshot(), Keep.OFFICIAL);
    Optional<Path> right = conflict.file(app.session.snapshot(), Keep.OTHER);
    if (left.isEmpty() || right.isEmpty()) return;
    String name = conflict.path().toLowerCase(Locale.ROOT);
    boolean image = Stream.of(".png", ".jpg", ".jpeg", ".gif", ".bmp").anyMatch(name::endsWith);
    boolean scene = name.endsWith(".blend");
    app.session
        .background()
        .run(
            () ->
                image
                    ? images(left.get(), right.get())
                    : scene ? scenes(left.get(), right.get()) : difference(left.get(), right.get()),
            found -> found.ifPresent(node -> target.getChildren().setAll(node.get())),
            _ -> {}); // a preview that fails is none
  }

  /// Made off the screen's thread, put together on it.
  private interface Drawing {
    Node get();
  }

  private Optional<Drawing> images(Path left, Path right) throws IOException {
    if (!isSmall(left, IMAGE_BYTES_MAX) || !isSmall(right, IMAGE_BYTES_MAX))
      return Optional.empty();
    Image one = new Image(left.toUri().toString(), 400, 220, true, true);
    Image two = new Image(right.toUri().toString(), 400, 220, true, true);
    if (one.isError() || two.isError()) return Optional.empty();
    return Optional.of(() -> sideBySide(one, two));
  }

  private Optional<Drawing> scenes(Path left, Path right) throws IOException {
    Optional<BlendThumbnail> one = BlendThumbnail.of(left);
    Optional<BlendThumbnail> two = BlendThumbnail.of(right);
    if (one.isEmpty() || two.isEmpty()) return Optional.empty();
    return Optional.of(() -> sideBySide(image(one.get()), image(two.get())));
  }

  private static Image image(BlendThumbnail small) {
    int width = small.width();
    var image = new WritableImage(width, small.height());
    var pixels = PixelFormat.getIntArgbInstance();
    image.getPixelWriter().setPixels(0, 0, width, small.height(), pixels, small.argb(), 0, width);
    return image;
  }

  /// Under the two versions, each in its half.
  private static Node sideBySide(Image one, Image two) {
    var row = new HBox(12);
    for (Image image : List.of(one, two)) {
      var view = new ImageView(image);
      view.setPreserveRatio(true);
      var half = new StackPane(view);
      view.fitWidthProperty()
          .bind(half.widthProperty().map(width -> Math.min(image.getWidth(), (double) width - 20)));
      half.setMinWidth(0);
      half.setPrefWidth(10); // both alike
      HBox.setHgrow(half, Priority.ALWAYS);
      row.getChildren().add(Kit.styled(half, "picture"));
    }
    return row;
  }

  private Optional<Drawing> difference(Path left, Path right) throws IOException {
    if (!isSmall(left, TEXT_BYTES_MAX) || !isSmall(right, TEXT_BYTES_MAX)) return Optional.empty();
    try {
      List<String> one = Files.readAllLines(left);
      List<String> two = Files.readAllLines(right);
      if (one.size() > LineDiff.LINES_MAX || two.size() > LineDiff.LINES_MAX)
        return Optional.empty();
      List<LineDiff.Line> lines = LineDiff.changes(one, two, CONTEXT);
      return Optional.of(() -> draw(lines));
    } catch (CharacterCodingException noText) {
      return Optional.empty();
    }
  }

  private static boolean isSmall(Path file, long bytesMax) throws IOException {
    return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) && Files.size(file) <= bytesMax;
  }

  private Node draw(List<LineDiff.Line> lines) {
    VBox box = Kit.styled(new VBox(), "diff");
    lines.stream().limit(LINES_SHOWN_MAX).map(this::line).forEach(box.getChildren()::add);
    if (lines.size() > LINES_SHOWN_MAX) {
      box.getChildren()
          .add(
              Kit.label(
                  texts.of("conflict.more", lines.size() - LINES_SHOWN_MAX), Styles.TEXT_MUTED));
    }
    return box;
  }

  private Node line(LineDiff.Line line) {
    return switch (line.kind()) {
      case SAME ->
          Kit.label(
              " ".repeat(texts.of("diff.other").length() + 2) + Terminal.safe(line.text()),
              "diff-line");
      case ONLY_LEFT ->
          Kit.label(
              texts.of("diff.official") + "  " + Terminal.safe(line.text()),
              "diff-line",
              "diff-left");
      case ONLY_RIGHT ->
          Kit.label(
              texts.of("diff.other") + "  " + Terminal.safe(line.text()),
              "diff-line",
              "diff-right");
    };
  }
}
