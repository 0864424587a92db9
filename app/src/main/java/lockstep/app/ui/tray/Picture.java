package lockstep.app.ui.tray;

import java.nio.ByteBuffer;

/// A square picture.
///
/// @param side pixels
/// @param argb line by line, not premultiplied
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Picture(int side, int[] argb) {
  /// As StatusNotifierItem has it: ARGB, the most significant byte first.
  byte[] bytes() {
    ByteBuffer bytes = ByteBuffer.allocate(4 * argb.length);
    bytes.asIntBuffer().put(argb);
    return bytes.array();
  }
}
