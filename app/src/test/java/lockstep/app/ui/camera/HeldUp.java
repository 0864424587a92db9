package lockstep.app.ui.camera;

import java.awt.Color;
import java.awt.GradientPaint;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.AffineTransform;
import java.awt.geom.RoundRectangle2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.SplittableRandom;
import javax.imageio.ImageIO;
import lockstep.app.QrCode;
import lockstep.app.ui.camera.Encoding.Layout;

/// A device with a QR code on its screen, held before a camera that sends YUYV.
///
/// @param side of the code, in pixels of the picture
/// @param degrees how far it leans
/// @param lean how far it is turned away from the camera: its shear
/// @param left where its middle is, in parts of the width
/// @param noise how far pixels are off at most
public record HeldUp(double side, double degrees, double lean, double left, int noise) {
  private static final int WIDTH = 1280;
  private static final int HEIGHT = 720;

  /// As somebody does who wants it to be read.
  public static final HeldUp WELL = new HeldUp(430, -7, 0.06, 0.5, 24);

  /// Partly out of sight.
  public static final HeldUp BADLY = new HeldUp(520, 11, 0.1, 0.88, 24);

  public Shot showing(String text) throws IOException {
    BufferedImage scene = paint(ImageIO.read(new ByteArrayInputStream(QrCode.of(text).png())));
    byte[] sent = sent(scene);
    return Encoding.YUYV
        .decode(sent, sent.length, new Layout(WIDTH, HEIGHT, 2 * WIDTH))
        .orElseThrow();
  }

  /// As a hand holds it, which is never still: of some hundred codes one cannot be read at rest.
  public Shot[] inAHand(String text) throws IOException {
    var shots = new ArrayList<Shot>();
    for (int sway = 0; sway < 4; sway++) {
      shots.add(new HeldUp(side, degrees + 2 * sway, lean, left, noise).showing(text));
    }
    return shots.toArray(Shot[]::new);
  }

  private BufferedImage paint(BufferedImage code) {
    var scene = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
    Graphics2D pen = scene.createGraphics();
    pen.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    pen.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
    pen.setPaint(
        new GradientPaint(0, 0, new Color(178, 160, 138), WIDTH, HEIGHT, new Color(84, 92, 108)));
    pen.fillRect(0, 0, WIDTH, HEIGHT);
    pen.setPaint(new Color(120, 88, 62));
    pen.fillRect(0, HEIGHT * 4 / 5, WIDTH, HEIGHT / 5);
    pen.translate(WIDTH * left, HEIGHT / 2.0);
    pen.rotate(Math.toRadians(degrees));
    pen.shear(lean, lean / 2);
    double scale = side / code.getWidth();
    double half = side / 2;
    pen.setPaint(new Color(30, 30, 34));
    pen.fill(new RoundRectangle2D.Double(-half - 34, -half - 70, side + 68, side + 140, 60, 60));
    pen.setPaint(new Color(236, 238, 240));
    pen.fill(new RoundRectangle2D.Double(-half - 14, -half - 46, side + 28, side + 92, 16, 16));
    var placed = AffineTransform.getTranslateInstance(-half, -half);
    placed.scale(scale, scale);
    pen.drawImage(code, placed, null);
    pen.dispose();
    return scene;
  }

  /// As BT.601 has it, a little too dark, and with the noise of a small sensor.
  private byte[] sent(BufferedImage scene) {
    var random = new SplittableRandom(1);
    byte[] sent = new byte[2 * WIDTH * HEIGHT];
    for (int y = 0; y < HEIGHT; y++) {
      for (int x = 0; x < WIDTH; x++) {
        var colour = new Color(scene.getRGB(x, y));
        int off = random.nextInt(-noise, noise + 1);
        double red = colour.getRed() * 0.85 + off;
        double green = colour.getGreen() * 0.85 + off;
        double blue = colour.getBlue() * 0.85 + off;
        double luma = 0.299 * red + 0.587 * green + 0.114 * blue;
        int at = 2 * (y * WIDTH + x);
        sent[at] = clamped(16 + luma * 219 / 255);
        double chroma = x % 2 == 0 ? (blue - luma) / 1.772 : (red - luma) / 1.402;
        sent[at + 1] = clamped(128 + chroma * 224 / 255);
      }
    }
    return sent;
  }

  private static byte clamped(double value) {
    return (byte) Math.clamp(Math.round(value), 0, 255);
  }
}
