package lockstep.base;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/// Unsigned variable-length integers: seven bits a byte, lowest first, the high bit set on all but
/// the last.
///
/// Writing takes any 64-bit value, as protobuf does. Reading from a stream follows the multiformats
/// specification of libp2p, which is stricter: at most nine bytes (63 bits) and no longer form than
/// needed.
public final class Varints {
  /// Bytes that a 64-bit value can take.
  public static final int LENGTH_MAX = 10;

  private static final int STREAM_LENGTH_MAX = 9;

  private Varints() {}

  /// Bytes that `value` takes, 1 to 10.
  public static int length(long value) {
    return (Long.SIZE - Long.numberOfLeadingZeros(value | 1) + 6) / 7;
  }

  /// Writes `value` into `out` at `offset`.
  ///
  /// @return bytes written
  public static int write(long value, byte[] out, int offset) {
    int at = offset;
    long rest = value;
    for (; (rest & ~0x7fL) != 0; rest >>>= 7) {
      out[at++] = (byte) (rest | 0x80);
    }
    out[at++] = (byte) rest;
    return at - offset;
  }

  /// Writes `value` in one call of the stream.
  public static void write(OutputStream out, long value) throws IOException {
    byte[] bytes = new byte[LENGTH_MAX];
    out.write(bytes, 0, write(value, bytes, 0));
  }

  /// Reads a value of at most `max`, usually the length of the message that follows.
  ///
  /// @throws EOFException if the stream ends before or within it
  /// @throws PeerViolationException if it is larger or no valid encoding
  public static long read(InputStream in, long max) throws IOException {
    long value = readOrEnd(in, max);
    if (value < 0) throw new EOFException("the stream ended where a number belongs");
    return value;
  }

  /// Like [#read], but -1 if the stream ends before the first byte: the sender was done.
  public static long readOrEnd(InputStream in, long max) throws IOException {
    long value = 0;
    for (int i = 0; i < STREAM_LENGTH_MAX; i++) {
      int b = in.read();
      if (b < 0 && i == 0) return -1;
      if (b < 0) throw new EOFException("the stream ended within a number");
      value |= (long) (b & 0x7f) << (7 * i);
      if (b < 0x80) return checked(value, i + 1, max);
    }
    throw new PeerViolationException("a number of more than nine bytes");
  }

  private static long checked(long value, int length, long max) throws PeerViolationException {
    if (length != length(value)) {
      throw new PeerViolationException("the number " + value + " is written longer than needed");
    }
    if (value > max) {
      throw new PeerViolationException("the number %d is above %d".formatted(value, max));
    }
    return value;
  }
}
