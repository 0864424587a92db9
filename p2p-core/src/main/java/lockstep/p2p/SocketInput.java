package lockstep.p2p;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;

/// Everything read from a socket, from the first byte to the last, goes through one of these, so
/// that no layer can swallow bytes that belong to the next. Not thread-safe.
///
/// Reads as much as there is, into an array that grows while it fills up.
final class SocketInput extends InputStream {
  private static final int CAPACITY_MIN = 4 << 10;
  private static final int CAPACITY_MAX = 512 << 10;

  private final ReadableByteChannel channel;
  private byte[] bytes = new byte[CAPACITY_MIN];
  private ByteBuffer buffer = ByteBuffer.wrap(bytes);
  private int position;
  private int end;

  SocketInput(ReadableByteChannel channel) {
    this.channel = channel;
  }

  /// Waits for `count` bytes in one piece from [#position()] of [#array()].
  ///
  /// @return false if the peer closed the connection before the first of them
  boolean require(int count) throws IOException {
    while (end - position < count) {
      makeSpace(count);
      int read = channel.read(buffer.limit(bytes.length).position(end));
      if (read < 0 && end == position) return false;
      if (read < 0) throw new EOFException("the peer closed the connection within a message");
      end += read;
    }
    return true;
  }

  /// Whether `count` bytes are there already.
  boolean has(int count) {
    return end - position >= count;
  }

  byte[] array() {
    return bytes;
  }

  int position() {
    return position;
  }

  void skip(int count) {
    position += count;
  }

  @Override
  public int read() throws IOException {
    return require(1) ? bytes[position++] & 0xff : -1;
  }

  @Override
  public int read(byte[] to, int offset, int length) throws IOException {
    if (length == 0) return 0;
    if (!require(1)) return -1;
    int count = Math.min(length, end - position);
    System.arraycopy(bytes, position, to, offset, count);
    position += count;
    return count;
  }

  private void makeSpace(int count) {
    boolean filled = end == bytes.length;
    int wanted = filled && bytes.length < CAPACITY_MAX ? 2 * bytes.length : bytes.length;
    int capacity = Math.max(wanted, count);
    if (capacity > bytes.length) {
      moveTo(new byte[capacity]);
      buffer = ByteBuffer.wrap(bytes);
    } else if (bytes.length - end < capacity / 2) {
      moveTo(bytes);
    }
  }

  private void moveTo(byte[] target) {
    System.arraycopy(bytes, position, target, 0, end - position);
    end -= position;
    position = 0;
    bytes = target;
  }
}
