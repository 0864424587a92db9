package lockstep.app.ui.camera;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.SplittableRandom;
import lockstep.app.ui.camera.Encoding.Layout;
import lockstep.testkit.Gen;
import lockstep.testkit.SeedSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;

class EncodingTest {
  private static final List<Encoding> UNCOMPRESSED =
      List.of(Encoding.YUYV, Encoding.GREY, Encoding.NV12);

  /// A picture in numbers, which knows how each encoding writes it down.
  private record Scene(int width, int height, long seed) {
    byte y(int x, int y) {
      return any(x, y, 0);
    }

    /// One for each square of four pixels, which is as fine as the coarsest encoding has it.
    byte cb(int x, int y) {
      return any(x / 2, y / 2, 1);
    }

    byte cr(int x, int y) {
      return any(x / 2, y / 2, 2);
    }

    private byte any(int x, int y, int part) {
      return (byte) new SplittableRandom(seed ^ (x * 8_191L + y) * 3 + part).nextInt();
    }

    byte[] written(Encoding encoding, Layout layout) {
      byte[] sent = new byte[(int) encoding.bytes(layout)];
      int stride = layout.stride();
      for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
          switch (encoding) {
            case YUYV -> {
              sent[y * stride + 2 * x] = y(x, y);
              sent[y * stride + x / 2 * 4 + 1] = cb(x, y);
              sent[y * stride + x / 2 * 4 + 3] = cr(x, y);
            }
            case GREY -> sent[y * stride + x] = y(x, y);
            case NV12 -> {
              sent[y * stride + x] = y(x, y);
              sent[(height + y / 2) * stride + x / 2 * 2] = cb(x, y);
              sent[(height + y / 2) * stride + x / 2 * 2 + 1] = cr(x, y);
            }
            case MJPEG -> throw new AssertionError("is compressed");
          }
        }
      }
      return sent;
    }
  }

  private static Layout layout(Gen gen, Encoding encoding) {
    int width = gen.between(1, 70);
    int least = (width + width % 2) * (encoding == Encoding.YUYV ? 2 : 1);
    return new Layout(width, gen.between(1, 40), least + gen.between(0, 9));
  }

  @ParameterizedTest
  @SeedSource(count = 200)
  void luminance_is_what_was_written(long seed) {
    var gen = new Gen(seed);
    for (Encoding encoding : UNCOMPRESSED) {
      Layout layout = layout(gen, encoding);
      var scene = new Scene(layout.width(), layout.height(), seed);
      byte[] sent = scene.written(encoding, layout);
      assertThat(encoding.fits(layout)).isTrue();

      Shot shot = encoding.decode(sent, sent.length, layout).orElseThrow();

      assertThat(shot.width()).isEqualTo(layout.width());
      assertThat(shot.height()).isEqualTo(layout.height());
      for (int y = 0; y < layout.height(); y++) {
        for (int x = 0; x < layout.width(); x++) {
          assertThat(shot.luminance()[y * layout.width() + x]).isEqualTo(scene.y(x, y));
          int colour = shot.preview().argb()[y * layout.width() + x];
          assertThat(colour)
              .isEqualTo(
                  encoding == Encoding.GREY
                      ? Colour.ofGrey(scene.y(x, y))
                      : Colour.ofVideo(scene.y(x, y), scene.cb(x, y), scene.cr(x, y)));
        }
      }
    }
  }

  @ParameterizedTest
  @SeedSource(count = 100)
  void a_picture_that_is_cut_off_is_none(long seed) {
    var gen = new Gen(seed);
    for (Encoding encoding : UNCOMPRESSED) {
      Layout layout = layout(gen, encoding);
      byte[] sent = new Scene(layout.width(), layout.height(), seed).written(encoding, layout);
      int length = gen.between(0, sent.length - 1);
      assertThat(encoding.decode(sent, length, layout)).isEmpty();
    }
  }

  @ParameterizedTest
  @SeedSource(count = 200)
  void whatever_a_driver_says_is_refused_or_can_be_read(long seed) {
    var gen = new Gen(seed);
    for (Encoding encoding : UNCOMPRESSED) {
      var layout = new Layout(any(gen), any(gen), any(gen));
      if (!encoding.fits(layout)) continue;
      byte[] sent = new byte[(int) encoding.bytes(layout)];
      assertThat(encoding.decode(sent, sent.length, layout)).isPresent();
    }
  }

  private static int any(Gen gen) {
    return gen.chance(70) ? gen.between(-1, 200) : (int) gen.anyLong();
  }

  @ParameterizedTest
  @SeedSource(count = 200)
  void a_preview_is_small_and_shows_the_whole(long seed) {
    var gen = new Gen(seed);
    int width = gen.between(1, Shot.SIDE_MAX);
    int height = gen.between(1, 50);

    Shot.Preview preview = Shot.Preview.of(width, height, (x, y) -> y * width + x);

    assertThat(preview.width()).isBetween(1, 640);
    int[] argb = preview.argb();
    assertThat(argb).hasSize(preview.width() * preview.height()).startsWith(0);
    int step = Math.ceilDiv(width, 640);
    assertThat(argb[argb.length - 1] % width).isGreaterThanOrEqualTo(width - step);
    assertThat(argb[argb.length - 1] / width).isGreaterThanOrEqualTo(height - step);
  }

  @Test
  void colours_are_those_of_the_standard() {
    assertThat(Colour.ofVideo((byte) 16, (byte) 128, (byte) 128)).isEqualTo(0xff000000);
    assertThat(Colour.ofVideo((byte) 235, (byte) 128, (byte) 128)).isEqualTo(0xffffffff);
    // red, green and blue at full, as BT.601 has them
    assertThat(near(Colour.ofVideo((byte) 81, (byte) 90, (byte) 240), 255, 0, 0)).isTrue();
    assertThat(near(Colour.ofVideo((byte) 145, (byte) 54, (byte) 34), 0, 255, 0)).isTrue();
    assertThat(near(Colour.ofVideo((byte) 41, (byte) 240, (byte) 110), 0, 0, 255)).isTrue();
    assertThat(near(Colour.ofJpeg(76, 85, 255), 255, 0, 0)).isTrue();
    assertThat(Colour.ofGrey((byte) 0x80)).isEqualTo(0xff808080);
  }

  private static boolean near(int argb, int red, int green, int blue) {
    return Math.abs((argb >> 16 & 0xff) - red) <= 2
        && Math.abs((argb >> 8 & 0xff) - green) <= 2
        && Math.abs((argb & 0xff) - blue) <= 2
        && argb >>> 24 == 0xff;
  }
}
