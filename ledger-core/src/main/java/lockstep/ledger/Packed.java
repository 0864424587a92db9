package lockstep.ledger;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import lockstep.base.Blake3;
import lockstep.base.PeerViolationException;
import lockstep.base.Varints;

/// Bytes packed without field tags: varints, zigzag varints, runs of raw bytes.
final class Packed {
  private Packed() {}

  /// How many bytes both begin with.
  static int shared(byte[] a, byte[] b) {
    int mismatch = Arrays.mismatch(a, b);
    return mismatch < 0 ? a.length : mismatch;
  }

  /// A growing buffer.
  static final class Out {
    private byte[] buffer = new byte[1024];
    private int length;

    void varint(long value) {
      reserve(Varints.LENGTH_MAX);
      length += Varints.write(value, buffer, length);
    }

    void zigzag(long value) {
      varint(value << 1 ^ value >> 63);
    }

    void raw(byte[] bytes, int offset, int count) {
      reserve(count);
      System.arraycopy(bytes, offset, buffer, length, count);
      length += count;
    }

    int length() {
      return length;
    }

    /// The buffer itself: its first [#length] bytes count.
    byte[] bytes() {
      return buffer;
    }

    private void reserve(int more) {
      if (buffer.length - length < more) {
        buffer = Arrays.copyOf(buffer, Math.max(2 * buffer.length, length + more));
      }
    }
  }

  /// Reads what nobody vouches for.
  static final class In {
    private final byte[] bytes;
    private int position;

    In(byte[] bytes) {
      this.bytes = bytes;
    }

    int remaining() {
      return bytes.length - position;
    }

    long varint() throws PeerViolationException {
      long value = 0;
      for (int shift = 0; shift < Long.SIZE; shift += 7) {
        if (position == bytes.length) throw cutShort();
        byte b = bytes[position++];
        value |= (long) (b & 0x7f) << shift;
        if (b >= 0) return value;
      }
      throw new PeerViolationException("a number of more than ten bytes");
    }

    long zigzag() throws PeerViolationException {
      long value = varint();
      return value >>> 1 ^ -(value & 1);
    }

    /// A number from 0 to `max`.
    int number(int max) throws PeerViolationException {
      long value = varint();
      if (Long.compareUnsigned(value, max) > 0) {
        throw new PeerViolationException("a number above " + max + " in a batch of changes");
      }
      return (int) value;
    }

    void raw(byte[] out, int offset, int count) throws PeerViolationException {
      if (count > remaining()) throw cutShort();
      System.arraycopy(bytes, position, out, offset, count);
      position += count;
    }

    Blake3 hash() throws PeerViolationException {
      if (remaining() < Blake3.LENGTH) throw cutShort();
      position += Blake3.LENGTH;
      return Blake3.fromBytes(bytes, position - Blake3.LENGTH);
    }

    String text(int bytesMax) throws PeerViolationException {
      int length = number(bytesMax);
      if (length > remaining()) throw cutShort();
      var utf8 = ByteBuffer.wrap(bytes, position, length);
      position += length;
      try {
        return StandardCharsets.UTF_8.newDecoder().decode(utf8).toString();
      } catch (CharacterCodingException e) {
        throw new PeerViolationException("text that is not UTF-8", e);
      }
    }

    private static PeerViolationException cutShort() {
      return new PeerViolationException("batch cut short");
    }
  }
}
