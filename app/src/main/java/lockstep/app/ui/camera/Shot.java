package lockstep.app.ui.camera;

/// One picture of a camera.
///
/// @param luminance a byte a pixel, row by row, from black (0) to white (255)
/// @param preview the same in colours, for people
public record Shot(int width, int height, byte[] luminance, Preview preview) {
  /// What nothing larger is taken for a camera's picture.
  static final int SIDE_MAX = 4096;

  public Shot {
    if (width < 1 || height < 1 || luminance.length != width * height) {
      throw new IllegalArgumentException("a picture has all its pixels");
    }
  }

  /// A smaller picture to look at.
  ///
  /// @param argb an opaque colour a pixel, row by row
  public record Preview(int width, int height, int[] argb) {
    private static final int WIDTH_MAX = 640;

    /// Tells the colour of a pixel of the whole picture.
    interface Colours {
      int argb(int x, int y);
    }

    /// Takes as many of the pixels as there is any use for.
    static Preview of(int width, int height, Colours colours) {
      int step = Math.ceilDiv(width, WIDTH_MAX);
      int columns = Math.ceilDiv(width, step);
      int rows = Math.ceilDiv(height, step);
      int[] argb = new int[columns * rows];
      for (int y = 0; y < rows; y++) {
        for (int x = 0; x < columns; x++) {
          argb[y * columns + x] = colours.argb(x * step, y * step);
        }
      }
      return new Preview(columns, rows, argb);
    }
  }
}
