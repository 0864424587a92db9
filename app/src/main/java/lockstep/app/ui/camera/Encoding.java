package lockstep.app.ui.camera;

import java.util.Optional;

/// How cameras send their pictures, the best for us first: without compression, what is looked for
/// stands in the bytes as they are. By `fourcc` as in `<linux/videodev2.h>`; layouts by "Image
/// Formats" of the kernel's media documentation (userspace-api/media/v4l).
enum Encoding {
  /// Packed 4:2:2: two pixels are Y Cb Y Cr.
  YUYV("YUYV", 2) {
    @Override
    long bytes(Layout layout) {
      return (layout.height - 1L) * layout.stride + evenUp(layout.width) * 2L;
    }

    @Override
    Optional<Shot> picture(byte[] sent, int length, Layout layout) {
      return Optional.of(
          shot(
              layout,
              (x, y) -> sent[y * layout.stride + 2 * x],
              (x, y) -> {
                int pair = y * layout.stride + 4 * (x / 2);
                return Colour.ofVideo(sent[pair + 2 * (x % 2)], sent[pair + 1], sent[pair + 3]);
              }));
    }
  },

  /// A JPEG a picture.
  MJPEG("MJPG", 0) {
    @Override
    long bytes(Layout layout) {
      return 1;
    }

    @Override
    Optional<Shot> picture(byte[] sent, int length, Layout layout) {
      return Jpeg.decode(sent, length);
    }
  },

  /// Y alone: infrared cameras, mostly.
  GREY("GREY", 1) {
    @Override
    long bytes(Layout layout) {
      return (layout.height - 1L) * layout.stride + layout.width;
    }

    @Override
    Optional<Shot> picture(byte[] sent, int length, Layout layout) {
      return Optional.of(
          shot(
              layout,
              (x, y) -> sent[y * layout.stride + x],
              (x, y) -> Colour.ofGrey(sent[y * layout.stride + x])));
    }
  },

  /// Planar 4:2:0: all Y, then Cb Cr for each square of four pixels.
  NV12("NV12", 1) {
    @Override
    long bytes(Layout layout) {
      return (layout.height + Math.ceilDiv(layout.height, 2) - 1L) * layout.stride
          + evenUp(layout.width);
    }

    @Override
    Optional<Shot> picture(byte[] sent, int length, Layout layout) {
      int chroma = layout.height * layout.stride;
      return Optional.of(
          shot(
              layout,
              (x, y) -> sent[y * layout.stride + x],
              (x, y) -> {
                int square = chroma + y / 2 * layout.stride + x / 2 * 2;
                return Colour.ofVideo(sent[y * layout.stride + x], sent[square], sent[square + 1]);
              }));
    }
  };

  /// As the driver says it; only what [#fits] is believed.
  ///
  /// @param stride bytes from one row to the next
  record Layout(int width, int height, int stride) {}

  final int fourcc;
  private final int bytesPerPixel;

  Encoding(String name, int bytesPerPixel) {
    int code = 0;
    for (int i = 3; i >= 0; i--) code = code << 8 | name.charAt(i);
    fourcc = code;
    this.bytesPerPixel = bytesPerPixel;
  }

  static Optional<Encoding> of(int fourcc) {
    for (Encoding one : values()) if (one.fourcc == fourcc) return Optional.of(one);
    return Optional.empty();
  }

  /// Whether pictures of this layout can be, and their rows do not overlap.
  boolean fits(Layout layout) {
    return layout.width >= 1
        && layout.width <= Shot.SIDE_MAX
        && layout.height >= 1
        && layout.height <= Shot.SIDE_MAX
        && (this == MJPEG
            || layout.stride >= evenUp(layout.width) * bytesPerPixel
                && layout.stride <= 16 * Shot.SIDE_MAX)
        && bytes(layout) <= V4l2.BUFFER_BYTES_MAX;
  }

  /// The picture in these bytes; none if it is cut off or damaged.
  ///
  /// @param layout one that [#fits]
  Optional<Shot> decode(byte[] sent, int length, Layout layout) {
    return length < bytes(layout) ? Optional.empty() : picture(sent, length, layout);
  }

  /// How many bytes there are up to the last pixel of a picture.
  abstract long bytes(Layout layout);

  abstract Optional<Shot> picture(byte[] sent, int length, Layout layout);

  private static int evenUp(int number) {
    return number + number % 2;
  }

  private interface Luminance {
    byte at(int x, int y);
  }

  private static Shot shot(Layout layout, Luminance luminance, Shot.Preview.Colours colours) {
    byte[] all = new byte[layout.width * layout.height];
    for (int y = 0; y < layout.height; y++) {
      for (int x = 0; x < layout.width; x++) {
        all[y * layout.width + x] = luminance.at(x, y);
      }
    }
    return new Shot(
        layout.width, layout.height, all, Shot.Preview.of(layout.width, layout.height, colours));
  }
}
