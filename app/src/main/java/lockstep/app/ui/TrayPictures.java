package lockstep.app.ui;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import javafx.scene.Group;
import javafx.scene.Scene;
import javafx.scene.SnapshotParameters;
import javafx.scene.image.PixelFormat;
import javafx.scene.image.WritableImage;
import javafx.scene.layout.StackPane;
import javafx.scene.paint.Color;
import javafx.scene.shape.Rectangle;
import lockstep.app.ui.model.Snapshot.Overall;
import lockstep.app.ui.tray.Picture;
import org.kordamp.ikonli.feather.Feather;
import org.kordamp.ikonli.javafx.FontIcon;

/// The pictures of the tray: white signs on a dark tile, so that they can be read on light and dark
/// panels and without colour; each state has a sign of its own, as in the window.
final class TrayPictures {
  private static final List<Integer> SIDES = List.of(22, 44);
  private static final int FRAMES = 8;
  private static final Color TILE = Color.web("#24292f");

  /// As a style, for the window's theme has one for every sign: dark on this tile, of one size.
  private static final String SIGN =
      "; -fx-icon-size: %dpx; -fx-icon-color: white; -fx-fill: white;";

  private TrayPictures() {}

  /// To be called on the thread that draws.
  static Map<Overall, List<List<Picture>>> all() {
    var all = new EnumMap<Overall, List<List<Picture>>>(Overall.class);
    for (Overall state : Overall.values()) {
      int frames = state == Overall.SYNCING ? FRAMES : 1;
      // the sign looks the same after half a turn
      all.put(
          state,
          IntStream.range(0, frames).mapToObj(i -> frame(state, 180.0 * i / frames)).toList());
    }
    return all;
  }

  private static List<Picture> frame(Overall state, double angle) {
    return SIDES.stream().map(side -> picture(Frame.icon(state), side, angle)).toList();
  }

  private static Picture picture(Feather sign, int side, double angle) {
    FontIcon icon = FontIcon.of(sign);
    icon.setStyle(icon.getStyle() + SIGN.formatted(side * 17 / 22));
    icon.setRotate(angle);
    var tile = new Rectangle(side, side, TILE);
    tile.setArcWidth(side * 0.4);
    tile.setArcHeight(side * 0.4);
    var pane = new StackPane(tile, icon);
    // styles need a scene, whose root the theme paints: here one that shows nothing
    var unused = new Scene(new Group(pane), side, side, Color.TRANSPARENT);
    pane.applyCss();
    var parameters = new SnapshotParameters();
    parameters.setFill(Color.TRANSPARENT);
    WritableImage image = pane.snapshot(parameters, new WritableImage(side, side));
    int[] argb = new int[side * side];
    image
        .getPixelReader()
        .getPixels(0, 0, side, side, PixelFormat.getIntArgbInstance(), argb, 0, side);
    return new Picture(side, argb);
  }
}
