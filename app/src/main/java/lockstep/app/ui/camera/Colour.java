package lockstep.app.ui.camera;

/// Colours for a screen from what cameras measure (ITU-R BT.601).
final class Colour {
  private Colour() {}

  /// From video's narrow range: black is 16, white is 235.
  static int ofVideo(byte y, byte cb, byte cr) {
    return of(
        (Byte.toUnsignedInt(y) - 16) * 255 / 219.0,
        chroma(cb) * 255 / 224.0,
        chroma(cr) * 255 / 224.0);
  }

  /// From the full range that JPEG has.
  static int ofJpeg(int y, int cb, int cr) {
    return of(y, cb - 128, cr - 128);
  }

  static int ofGrey(byte y) {
    return 0xff000000 | Byte.toUnsignedInt(y) * 0x010101;
  }

  private static int chroma(byte value) {
    return Byte.toUnsignedInt(value) - 128;
  }

  private static int of(double y, double cb, double cr) {
    return 0xff000000
        | channel(y + 1.402 * cr) << 16
        | channel(y - 0.344136 * cb - 0.714136 * cr) << 8
        | channel(y + 1.772 * cb);
  }

  private static int channel(double value) {
    return Math.clamp(Math.round(value), 0, 255);
  }
}
