package lockstep.app.ui.camera;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.Color;
import java.awt.GradientPaint;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import javax.imageio.ImageIO;
import lockstep.testkit.Gen;
import lockstep.testkit.SeedSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;

class JpegTest {
  /// From dark blue on the left to light yellow on the right.
  static byte[] jpeg(int width, int height) throws IOException {
    var image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D pen = image.createGraphics();
    pen.setPaint(new GradientPaint(0, 0, new Color(0, 0, 90), width, 0, new Color(255, 255, 120)));
    pen.fillRect(0, 0, width, height);
    pen.dispose();
    var out = new ByteArrayOutputStream();
    ImageIO.write(image, "jpeg", out);
    return out.toByteArray();
  }

  /// As cameras send it.
  private static byte[] withoutTables(byte[] jpeg) {
    var out = new ByteArrayOutputStream();
    out.write(jpeg, 0, 2);
    int at = 2;
    while ((jpeg[at + 1] & 0xff) != 0xda) {
      int length = 2 + ((jpeg[at + 2] & 0xff) << 8 | jpeg[at + 3] & 0xff);
      if ((jpeg[at + 1] & 0xff) != 0xc4) out.write(jpeg, at, length);
      at += length;
    }
    out.write(jpeg, at, jpeg.length - at);
    return out.toByteArray();
  }

  @Test
  void luminance_and_colours_are_those_of_the_picture() throws IOException {
    Shot shot = Jpeg.decode(jpeg(64, 16), jpeg(64, 16).length).orElseThrow();

    assertThat(shot.width()).isEqualTo(64);
    assertThat(shot.height()).isEqualTo(16);
    assertThat(shot.luminance()[8 * 64] & 0xff).isBetween(0, 30);
    assertThat(shot.luminance()[8 * 64 + 63] & 0xff).isBetween(220, 255);
    var left = new Color(shot.preview().argb()[8 * 64]);
    var right = new Color(shot.preview().argb()[8 * 64 + 63]);
    assertThat(left.getBlue()).isGreaterThan(left.getRed() + 50);
    assertThat(right.getRed()).isGreaterThan(right.getBlue() + 80);
  }

  @Test
  void the_standards_tables_need_not_be_sent() throws IOException {
    byte[] whole = jpeg(64, 16);
    byte[] sent = withoutTables(whole);
    assertThat(sent.length).isLessThan(whole.length - 400);

    assertThat(Jpeg.decode(sent, sent.length).orElseThrow().luminance())
        .isEqualTo(Jpeg.decode(whole, whole.length).orElseThrow().luminance());
  }

  @Test
  void a_picture_larger_than_cameras_make_them_is_not_taken() throws IOException {
    byte[] sent = jpeg(16, 16);
    int frame = 2;
    while ((sent[frame + 1] & 0xff) != 0xc0) {
      frame += 2 + ((sent[frame + 2] & 0xff) << 8 | sent[frame + 3] & 0xff);
    }
    Arrays.fill(sent, frame + 5, frame + 9, (byte) 0xff); // height and width
    assertThat(Jpeg.decode(sent, sent.length)).isEmpty();
  }

  @ParameterizedTest
  @SeedSource(count = 100)
  void what_is_damaged_is_no_picture_or_another_one(long seed) throws IOException {
    var gen = new Gen(seed);
    byte[] sent = jpeg(48, 32);
    for (int i = gen.between(1, 20); i > 0; i--) {
      sent[gen.between(0, sent.length - 1)] = (byte) gen.between(0, 255);
    }
    // to come back at all, without an exception, is what counts
    assertThat(Jpeg.decode(sent, gen.between(0, sent.length))).isNotNull();
  }
}
