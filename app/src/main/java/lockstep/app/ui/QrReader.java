package lockstep.app.ui;

import com.google.zxing.Binarizer;
import com.google.zxing.BinaryBitmap;
import com.google.zxing.DecodeHintType;
import com.google.zxing.LuminanceSource;
import com.google.zxing.PlanarYUVLuminanceSource;
import com.google.zxing.RGBLuminanceSource;
import com.google.zxing.ReaderException;
import com.google.zxing.common.GlobalHistogramBinarizer;
import com.google.zxing.common.HybridBinarizer;
import com.google.zxing.qrcode.QRCodeReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javafx.scene.image.Image;
import javafx.scene.image.PixelFormat;
import lockstep.app.Failure;
import lockstep.app.ui.camera.Shot;

/// Finds the QR code in a picture.
final class QrReader {
  private static final long BYTES_MAX = 32 << 20;

  /// Larger pictures are made smaller while they are read, smaller ones larger. A code that fills
  /// its picture is found at the second size, where the look at the contrast nearby sees enough.
  private static final List<Integer> SIDES = List.of(2_000, 1_000);

  private QrReader() {}

  /// The text of the code in a picture file. Blocks.
  static String read(Path picture) throws Failure {
    try {
      if (!Files.isRegularFile(picture) || Files.size(picture) > BYTES_MAX) throw none(picture);
    } catch (java.io.IOException unreadable) {
      throw none(picture);
    }
    return SIDES.stream()
        .flatMap(side -> find(picture, side).stream())
        .findFirst()
        .orElseThrow(() -> none(picture));
  }

  private static Optional<String> find(Path picture, int side) {
    var image = new Image(picture.toUri().toString(), side, side, true, true);
    return image.isError() ? Optional.empty() : find(pixels(image));
  }

  private static LuminanceSource pixels(Image image) {
    int width = (int) image.getWidth();
    int height = (int) image.getHeight();
    int[] pixels = new int[width * height];
    image
        .getPixelReader()
        .getPixels(0, 0, width, height, PixelFormat.getIntArgbInstance(), pixels, 0, width);
    return new RGBLuminanceSource(width, height, pixels);
  }

  /// The text of the code in a camera's picture, if there is one.
  static Optional<String> find(Shot shot) {
    int width = shot.width();
    int height = shot.height();
    return find(
        new PlanarYUVLuminanceSource(shot.luminance(), width, height, 0, 0, width, height, false));
  }

  private static Optional<String> find(LuminanceSource source) {
    return attempt(new HybridBinarizer(source))
        .or(() -> attempt(new GlobalHistogramBinarizer(source))); // amid the noise of a dim room
  }

  private static Optional<String> attempt(Binarizer picture) {
    try {
      var bitmap = new BinaryBitmap(picture);
      return Optional.of(
          new QRCodeReader().decode(bitmap, Map.of(DecodeHintType.TRY_HARDER, true)).getText());
    } catch (ReaderException nothing) {
      return Optional.empty();
    }
  }

  private static Failure none(Path picture) {
    return Failure.because(
        "there is no QR code to be read in '" + picture.getFileName() + "'",
        "it is no picture, or the code is cut off or blurred",
        "paste the code as text instead");
  }
}
