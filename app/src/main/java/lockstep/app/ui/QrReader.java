package lockstep.app.ui;

import com.google.zxing.BinaryBitmap;
import com.google.zxing.DecodeHintType;
import com.google.zxing.RGBLuminanceSource;
import com.google.zxing.ReaderException;
import com.google.zxing.common.HybridBinarizer;
import com.google.zxing.qrcode.QRCodeReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import javafx.scene.image.Image;
import javafx.scene.image.PixelFormat;
import lockstep.app.Failure;

/// Finds the QR code in a picture.
final class QrReader {
  private static final long BYTES_MAX = 32 << 20;
  private static final int SIDE_MAX = 2_000;

  private QrReader() {}

  /// The text of the code in a picture file. Blocks.
  static String read(Path picture) throws Failure {
    try {
      if (!Files.isRegularFile(picture) || Files.size(picture) > BYTES_MAX) throw none(picture);
      // larger pictures are made smaller while they are read: a code needs no more
      var image = new Image(picture.toUri().toString(), SIDE_MAX, SIDE_MAX, true, true);
      if (image.isError()) throw none(picture);
      return decode(image);
    } catch (java.io.IOException | ReaderException unreadable) {
      throw none(picture);
    }
  }

  private static String decode(Image image) throws ReaderException {
    int width = (int) image.getWidth();
    int height = (int) image.getHeight();
    int[] pixels = new int[width * height];
    image
        .getPixelReader()
        .getPixels(0, 0, width, height, PixelFormat.getIntArgbInstance(), pixels, 0, width);
    var bitmap =
        new BinaryBitmap(new HybridBinarizer(new RGBLuminanceSource(width, height, pixels)));
    return new QRCodeReader().decode(bitmap, Map.of(DecodeHintType.TRY_HARDER, true)).getText();
  }

  private static Failure none(Path picture) {
    return Failure.because(
        "there is no QR code to be read in '" + picture.getFileName() + "'",
        "it is no picture, or the code is cut off or blurred",
        "paste the code as text instead");
  }
}
