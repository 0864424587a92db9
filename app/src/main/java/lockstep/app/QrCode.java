package lockstep.app;

import com.google.zxing.EncodeHintType;
import com.google.zxing.qrcode.decoder.ErrorCorrectionLevel;
import com.google.zxing.qrcode.encoder.ByteMatrix;
import com.google.zxing.qrcode.encoder.Encoder;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;

/// A text as a QR code, for a terminal or as a picture.
public final class QrCode {
  /// Light margin that a reader needs, in modules (ISO/IEC 18004).
  private static final int MARGIN = 4;

  /// In [#png].
  public static final int PIXELS_PER_MODULE = 8;

  private final ByteMatrix modules;

  private QrCode(ByteMatrix modules) {
    this.modules = modules;
  }

  /// @throws IOException if the text is too long for a QR code
  public static QrCode of(String text) throws IOException {
    try {
      Map<EncodeHintType, Object> hints = Map.of(EncodeHintType.CHARACTER_SET, "UTF-8");
      return new QrCode(Encoder.encode(text, ErrorCorrectionLevel.L, hints).getMatrix());
    } catch (com.google.zxing.WriterException tooLong) {
      throw new IOException("the text is too long for a QR code", tooLong);
    }
  }

  /// Lines for a terminal: each character shows two modules, one above the other. Light modules are
  /// drawn and dark ones left out, as terminals are mostly dark; readers take either.
  String forTerminal() {
    var text = new StringBuilder();
    for (int y = -2; y < modules.getHeight() + 2; y += 2) {
      for (int x = -2; x < modules.getWidth() + 2; x++) {
        text.append(halfBlocks(isDark(x, y), isDark(x, y + 1)));
      }
      text.append('\n');
    }
    return text.toString();
  }

  private static char halfBlocks(boolean darkAbove, boolean darkBelow) {
    if (darkAbove) return darkBelow ? ' ' : '\u2584';
    return darkBelow ? '\u2580' : '\u2588';
  }

  private boolean isDark(int x, int y) {
    return x >= 0
        && y >= 0
        && x < modules.getWidth()
        && y < modules.getHeight()
        && modules.get(x, y) == 1;
  }

  /// An SVG of one path, a unit a module: sharp at any size.
  String svg() {
    int side = modules.getWidth() + 2 * MARGIN;
    var dark = new StringBuilder();
    for (int y = 0; y < modules.getHeight(); y++) {
      for (int x = 0, end; x < modules.getWidth(); x = end) {
        end = x + 1;
        if (!isDark(x, y)) continue;
        while (isDark(end, y)) end++;
        dark.append("M%d %dh%dv1H%dz".formatted(x + MARGIN, y + MARGIN, end - x, x + MARGIN));
      }
    }
    return """
    <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %1$d %1$d" shape-rendering="crispEdges">
    <path fill="#fff" d="M0 0h%1$dv%1$dH0z"/>
    <path d="%2$s"/>
    </svg>
    """
        .formatted(side, dark);
  }

  /// A PNG of one bit a pixel (PNG specification, third edition). Written here because the JDK's
  /// own writer would bring the whole desktop module with it.
  public byte[] png() throws IOException {
    int side = (modules.getWidth() + 2 * MARGIN) * PIXELS_PER_MODULE;
    var png = new ByteArrayOutputStream();
    png.write(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'});
    var header = new ByteArrayOutputStream();
    try (var fields = new DataOutputStream(header)) {
      fields.writeInt(side);
      fields.writeInt(side);
      fields.write(new byte[] {1, 0, 0, 0, 0}); // one bit, grey, usual coding, not interlaced
    }
    chunk(png, "IHDR", header.toByteArray());
    chunk(png, "IDAT", pixels(side));
    chunk(png, "IEND", new byte[0]);
    return png.toByteArray();
  }

  private byte[] pixels(int side) throws IOException {
    var compressed = new ByteArrayOutputStream();
    try (var rows = new DeflaterOutputStream(compressed)) {
      for (int y = 0; y < side; y++) {
        byte[] row = new byte[1 + side / 8]; // a filter type (none), then the bits
        for (int x = 0; x < side; x++) {
          if (!isDark(x / PIXELS_PER_MODULE - MARGIN, y / PIXELS_PER_MODULE - MARGIN)) {
            row[1 + x / 8] |= (byte) (0x80 >> (x % 8));
          }
        }
        rows.write(row);
      }
    }
    return compressed.toByteArray();
  }

  private static void chunk(ByteArrayOutputStream png, String type, byte[] data)
      throws IOException {
    byte[] name = type.getBytes(StandardCharsets.US_ASCII);
    var crc = new CRC32();
    crc.update(name);
    crc.update(data);
    var out = new DataOutputStream(png);
    out.writeInt(data.length);
    out.write(name);
    out.write(data);
    out.writeInt((int) crc.getValue());
  }
}
