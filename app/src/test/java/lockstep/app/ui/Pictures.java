package lockstep.app.ui;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import lockstep.app.ui.model.Snapshot.Overall;
import lockstep.app.ui.tray.Picture;

/// What somebody sees in pictures who knows nothing of how they were made. Needs JavaFX to run.
public final class Pictures {
  private static final int WHITE = 0xffffffff;

  private Pictures() {}

  /// Of each state of the tray the points of its sign that are white, one list for each size. To be
  /// called on the thread that draws.
  public static Map<Overall, List<List<Integer>>> traySigns() {
    return TrayPictures.all().entrySet().stream()
        .collect(
            Collectors.toMap(
                Map.Entry::getKey,
                state -> state.getValue().getFirst().stream().map(Pictures::whitePoints).toList()));
  }

  private static List<Integer> whitePoints(Picture picture) {
    return IntStream.range(0, picture.argb().length)
        .filter(at -> picture.argb()[at] == WHITE)
        .boxed()
        .toList();
  }

  /// The text of a code that was once cut from a screen, with little around it.
  public static String readCutFromAScreen() throws Exception {
    URI picture = Pictures.class.getResource("cut-from-a-screen.png").toURI();
    return QrReader.read(Path.of(picture));
  }
}
