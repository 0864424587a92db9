package lockstep.p2p;

import java.io.IOException;

/// Cuts a byte stream, which comes in any pieces, into yamux frames without copying payload.
final class YamuxParser {
  private final Frames frames;
  private final byte[] header = new byte[Yamux.HEADER_LENGTH];
  private int headerSize;
  private int payloadLeft;

  /// Takes what was cut.
  interface Frames {
    /// A header came.
    ///
    /// @param length the 32 bits as they stand, to be read as unsigned
    /// @return how many bytes of payload follow
    int frame(int type, int flags, int id, int length, long now) throws IOException;

    /// A piece of the payload of the last frame; `last` with its end.
    void payload(byte[] bytes, int offset, int length, boolean last, long now) throws IOException;
  }

  YamuxParser(Frames frames) {
    this.frames = frames;
  }

  void receive(byte[] bytes, int offset, int length, long now) throws IOException {
    int end = offset + length;
    for (int at = offset; at < end; ) {
      int left = end - at;
      at += payloadLeft > 0 ? payload(bytes, at, left, now) : header(bytes, at, left, now);
    }
  }

  private int payload(byte[] bytes, int at, int left, long now) throws IOException {
    int count = Math.min(payloadLeft, left);
    payloadLeft -= count;
    frames.payload(bytes, at, count, payloadLeft == 0, now);
    return count;
  }

  private int header(byte[] bytes, int at, int left, long now) throws IOException {
    int count = Math.min(Yamux.HEADER_LENGTH - headerSize, left);
    System.arraycopy(bytes, at, header, headerSize, count);
    headerSize += count;
    if (headerSize == Yamux.HEADER_LENGTH) {
      headerSize = 0;
      int first = Yamux.int32(header, 0);
      if (first >>> 24 != 0) throw Yamux.violation("yamux version " + (first >>> 24));
      int type = first >>> 16 & 0xff;
      int id = Yamux.int32(header, 4);
      payloadLeft = frames.frame(type, first & 0xffff, id, Yamux.int32(header, 8), now);
    }
    return count;
  }
}
