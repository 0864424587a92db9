package lockstep.app.ui;

import atlantafx.base.theme.Styles;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import javafx.geometry.Pos;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.image.ImageView;
import javafx.scene.image.PixelFormat;
import javafx.scene.image.WritableImage;
import javafx.scene.layout.Region;
import javafx.scene.layout.StackPane;
import javafx.scene.layout.VBox;
import javafx.scene.shape.Rectangle;
import lockstep.app.ui.camera.Camera;
import lockstep.app.ui.camera.CameraException;
import lockstep.app.ui.camera.Shot;
import lockstep.app.ui.model.Texts;
import lockstep.app.ui.model.Trouble;
import org.kordamp.ikonli.feather.Feather;

/// What a camera sees, live, until it has seen an invitation. The camera is on exactly while this
/// can be seen: whatever takes it off the screen, or the window away, turns it off.
final class Viewfinder {
  private static final double HEIGHT = 279;
  private static final double HEIGHT_MIN = 120;

  /// A code of this part of the height is read best.
  private static final double AIM = 0.7;

  private final App app;
  private final Texts texts;
  private final List<Camera> cameras;
  private final Consumer<String> found;
  private final ImageView picture = new ImageView();
  private final StackPane screen = Kit.styled(new StackPane(), "viewfinder");
  private final Label state = Kit.prose("", Styles.TEXT_MUTED);
  private final VBox trouble = new VBox();
  private final VBox node = Kit.column(12, screen, state, trouble);
  private final Button another;
  private final Button again;

  private int chosen;
  private Optional<Scan> scan = Optional.empty();
  private WritableImage image = new WritableImage(1, 1);

  /// @param found told the invitation's code, once the camera is being turned off
  Viewfinder(App app, List<Camera> cameras, Consumer<String> found) {
    this.app = app;
    this.cameras = cameras;
    this.found = found;
    texts = app.texts();
    another = Kit.button(texts.of("scan.another"), Feather.REPEAT, this::takeAnother);
    another.setId("scan-another");
    Kit.show(another, cameras.size() > 1);
    again = Kit.accent(texts.of("scan.again"), Feather.REFRESH_CW, this::start);
    again.setId("scan-again");
    Kit.show(again, false);
    state.setId("scan-state");
    VBox.setVgrow(node, javafx.scene.layout.Priority.ALWAYS);
    build();
    Kit.whileSeen(node, this::act);
  }

  private void build() {
    screen.setMinHeight(HEIGHT_MIN);
    screen.setPrefHeight(HEIGHT);
    VBox.setVgrow(screen, javafx.scene.layout.Priority.ALWAYS);
    var corners = new Rectangle();
    corners.widthProperty().bind(screen.widthProperty());
    corners.heightProperty().bind(screen.heightProperty());
    corners.setArcWidth(20);
    corners.setArcHeight(20);
    screen.setClip(corners);
    picture.setPreserveRatio(true);
    picture.setSmooth(true);
    picture.setScaleX(-1); // as in a mirror, or hands move the code the wrong way
    picture.fitWidthProperty().bind(screen.widthProperty());
    picture.fitHeightProperty().bind(screen.heightProperty());
    picture.setAccessibleText(texts.of("scan.picture"));
  }

  Node node() {
    return node;
  }

  /// To be among the screen's buttons; there if there is a choice.
  Node another() {
    return another;
  }

  /// To be among the screen's buttons; there once the camera has failed.
  Node again() {
    return again;
  }

  private void act(boolean seen) {
    if (seen) {
      start();
    } else {
      stop();
    }
  }

  private void takeAnother() {
    chosen = (chosen + 1) % cameras.size();
    start();
  }

  private Camera camera() {
    return cameras.get(chosen);
  }

  private void start() {
    stop();
    trouble.getChildren().clear();
    screen.getChildren().setAll(Kit.waiting(texts.of("scan.starting")));
    Kit.show(screen, true);
    Kit.show(again, false);
    say("");
    var fresh = new Scan(camera(), app.session.background(), new Looks());
    scan = Optional.of(fresh);
    fresh.begin();
  }

  private void stop() {
    scan.ifPresent(Scan::close);
    scan = Optional.empty();
  }

  private void say(String text) {
    state.setText(text);
    Kit.show(state, !text.isEmpty());
  }

  private final class Looks implements Scan.Viewer {
    @Override
    public void sees(Shot shot) {
      if (picture.getParent() == null) {
        Region aim = Kit.styled(new Region(), "aim");
        aim.maxWidthProperty().bind(screen.heightProperty().multiply(AIM));
        aim.maxHeightProperty().bind(screen.heightProperty().multiply(AIM));
        screen.getChildren().setAll(picture, aim);
        StackPane.setAlignment(picture, Pos.CENTER);
        say(texts.of("scan.looking", camera().name()));
      }
      draw(shot.preview());
    }

    @Override
    public void readsOther() {
      say(texts.of("scan.other"));
    }

    @Override
    public void reads(String invitation) {
      stop();
      found.accept(invitation);
    }

    @Override
    public void fails(CameraException why) {
      stop();
      Kit.show(screen, false);
      say("");
      trouble.getChildren().setAll(Kit.trouble(texts, words(why)));
      Kit.show(again, true);
      Kit.focus(again);
    }
  }

  private void draw(Shot.Preview preview) {
    int width = preview.width();
    int height = preview.height();
    if (image.getWidth() != width || image.getHeight() != height) {
      image = new WritableImage(width, height);
    }
    image
        .getPixelWriter()
        .setPixels(0, 0, width, height, PixelFormat.getIntArgbInstance(), preview.argb(), 0, width);
    picture.setImage(image);
  }

  private Trouble words(CameraException why) {
    String key = "scan." + why.reason().name().toLowerCase(Locale.ROOT);
    return new Trouble(
        texts.of(key),
        Optional.of(texts.of(key + ".why", camera().name(), why.details())),
        Optional.of(texts.of(key + ".advice")));
  }
}
