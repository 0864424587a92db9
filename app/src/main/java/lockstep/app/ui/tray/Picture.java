package lockstep.app.ui.tray;

import java.nio.ByteBuffer;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;

/// A square picture.
///
/// @param side pixels
/// @param argb line by line, not premultiplied
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Picture(int side, int[] argb) {
  /// As StatusNotifierItem has it: ARGB, the most significant byte first.
  byte[] bytes() {
    return bytes(pixel -> pixel);
  }

  /// As notices have it: red, green, blue, alpha.
  byte[] rgba() {
    return bytes(pixel -> Integer.rotateLeft(pixel, Byte.SIZE));
  }

  private byte[] bytes(IntUnaryOperator order) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * argb.length);
    bytes.asIntBuffer().put(IntStream.of(argb).map(order).toArray());
    return bytes.array();
  }
}
