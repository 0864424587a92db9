package lockstep.app.ui.camera;

import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Optional;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.plugins.jpeg.JPEGHuffmanTable;
import javax.imageio.stream.MemoryCacheImageInputStream;

/// Pictures of cameras that send "Motion JPEG": a JPEG (ITU-T T.81) each, mostly without the
/// Huffman tables, for these are always the ones of the standard's annex K.
final class Jpeg {
  private static final int START_OF_IMAGE = 0xd8;
  private static final int HUFFMAN_TABLES = 0xc4;
  private static final int START_OF_SCAN = 0xda;
  private static final byte[] STANDARD_TABLES = standardTables();

  private Jpeg() {}

  /// The picture; none if it is damaged, larger than cameras make them, or not in grey or YCbCr.
  static Optional<Shot> decode(byte[] bytes, int length) {
    ImageReader reader = ImageIO.getImageReadersByFormatName("jpeg").next();
    try (var input =
        new MemoryCacheImageInputStream(new ByteArrayInputStream(complete(bytes, length)))) {
      reader.setInput(input, true, true);
      if (reader.getWidth(0) > Shot.SIDE_MAX || reader.getHeight(0) > Shot.SIDE_MAX) {
        return Optional.empty();
      }
      return shot(reader.readRaster(0, null)); // as it was sent, not yet as red, green and blue
    } catch (IOException | RuntimeException damaged) {
      return Optional.empty(); // the decoder meets some damages with exceptions of its own
    } finally {
      reader.dispose();
    }
  }

  private static Optional<Shot> shot(Raster raster) {
    int bands = raster.getNumBands();
    if (bands != 1 && bands != 3) return Optional.empty();
    int width = raster.getWidth();
    int height = raster.getHeight();
    int[][] sent = new int[bands][];
    for (int band = 0; band < bands; band++) {
      sent[band] = raster.getSamples(0, 0, width, height, band, (int[]) null);
    }
    byte[] luminance = new byte[width * height];
    for (int i = 0; i < luminance.length; i++) luminance[i] = (byte) sent[0][i];
    Shot.Preview.Colours colours =
        (x, y) -> {
          int at = y * width + x;
          return bands == 1
              ? Colour.ofGrey(luminance[at])
              : Colour.ofJpeg(sent[0][at], sent[1][at], sent[2][at]);
        };
    return Optional.of(new Shot(width, height, luminance, Shot.Preview.of(width, height, colours)));
  }

  /// The bytes with the standard's tables, if they have none.
  private static byte[] complete(byte[] bytes, int length) throws IOException {
    if (length < 2 || (bytes[1] & 0xff) != START_OF_IMAGE) throw new IOException("no JPEG");
    var whole = new ByteArrayOutputStream(length + STANDARD_TABLES.length);
    whole.write(bytes, 0, 2);
    if (!hasTables(bytes, length)) whole.write(STANDARD_TABLES);
    whole.write(bytes, 2, length - 2);
    return whole.toByteArray();
  }

  /// Goes from segment to segment, up to where the picture itself begins.
  private static boolean hasTables(byte[] bytes, int length) {
    for (int at = 2; at + 4 <= length; ) {
      int marker = bytes[at + 1] & 0xff;
      if (marker == HUFFMAN_TABLES) return true;
      if ((bytes[at] & 0xff) != 0xff || marker == START_OF_SCAN) return false;
      at += 2 + ((bytes[at + 2] & 0xff) << 8 | bytes[at + 3] & 0xff);
    }
    return false;
  }

  private static byte[] standardTables() {
    var body = new ByteArrayOutputStream();
    table(body, 0x00, JPEGHuffmanTable.StdDCLuminance);
    table(body, 0x10, JPEGHuffmanTable.StdACLuminance);
    table(body, 0x01, JPEGHuffmanTable.StdDCChrominance);
    table(body, 0x11, JPEGHuffmanTable.StdACChrominance);
    int length = 2 + body.size();
    var segment = new ByteArrayOutputStream();
    segment.writeBytes(new byte[] {(byte) 0xff, (byte) HUFFMAN_TABLES});
    segment.writeBytes(new byte[] {(byte) (length >> 8), (byte) length});
    segment.writeBytes(body.toByteArray());
    return segment.toByteArray();
  }

  /// @param place class and number of the table, as the segment has them in a byte
  private static void table(ByteArrayOutputStream body, int place, JPEGHuffmanTable table) {
    body.write(place);
    short[] lengths = table.getLengths();
    for (int i = 0; i < 16; i++) body.write(i < lengths.length ? lengths[i] : 0);
    for (short value : table.getValues()) body.write(value);
  }
}
