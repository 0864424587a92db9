package lockstep.sync;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import lockstep.base.Varints;

/// Messages on a stream, each preceded by its length as an unsigned varint.
final class Frames {
  private Frames() {}

  /// Writes one message and flushes.
  static void write(OutputStream out, byte[] message) throws IOException {
    Varints.write(out, message.length);
    out.write(message);
    out.flush();
  }

  /// Reads one message; its size is checked before memory is taken.
  ///
  /// @throws lockstep.base.PeerViolationException if it is longer than `max` bytes
  /// @throws EOFException if the stream ends first
  static byte[] read(InputStream in, int max) throws IOException {
    int length = (int) Varints.read(in, max);
    byte[] message = in.readNBytes(length);
    if (message.length < length) {
      throw new EOFException("the stream ended inside a message");
    }
    return message;
  }
}
