package lockstep.p2p;

import java.util.Arrays;

/// Plaintext of up to [#FRAMES] Noise messages, laid out as they will travel: two bytes of length
/// before and sixteen for the tag behind each, so that the cipher seals them where they lie and one
/// write sends them all.
///
/// Not thread-safe. Starts small and grows, so that an idle connection costs little.
final class Batch {
  static final int FRAMES = 4;

  private static final int LENGTH_BYTES = 2;
  private static final int CAPACITY_MIN = 1 << 12;
  private static final int CAPACITY_MAX =
      FRAMES * (LENGTH_BYTES + Noise.PLAIN_MAX + Noise.TAG_LENGTH);

  private byte[] bytes = new byte[CAPACITY_MIN];

  /// Where the open frame begins, that is its length field.
  private int frame;

  private int end = LENGTH_BYTES;
  private int closedFrames;

  /// Turns the plaintext at an offset into ciphertext and tag at the same place.
  @FunctionalInterface
  interface Seal {
    void seal(byte[] bytes, int offset, int plainLength);
  }

  boolean isEmpty() {
    return closedFrames == 0 && openLength() == 0;
  }

  /// Whether at least one frame is complete, so that sending now wastes nothing.
  boolean hasFullFrame() {
    return closedFrames > 0;
  }

  /// How many bytes the next [#put] may have; an open frame with less than `least` left is closed
  /// and a new one begun. 0 if the batch is full.
  int room(int least) {
    if (Noise.PLAIN_MAX - openLength() < least && closedFrames < FRAMES) closeFrame();
    return closedFrames == FRAMES ? 0 : Noise.PLAIN_MAX - openLength();
  }

  /// Appends at most [#room] bytes to the open frame.
  void put(byte[] from, int offset, int length) {
    ensure(length + Noise.TAG_LENGTH + LENGTH_BYTES);
    System.arraycopy(from, offset, bytes, end, length);
    end += length;
  }

  /// Appends a yamux header, for which there must be [#room].
  void putHeader(int typeAndFlags, int id, int length) {
    ensure(Yamux.HEADER_LENGTH + Noise.TAG_LENGTH + LENGTH_BYTES);
    Yamux.writeHeader(bytes, end, typeAndFlags, id, length);
    end += Yamux.HEADER_LENGTH;
  }

  /// Seals every frame.
  ///
  /// @return how many bytes of [#array()], from 0, are to be sent
  int seal(Seal cipher) {
    if (openLength() > 0) closeFrame();
    for (int at = 0; at < frame; ) {
      int length = (bytes[at] & 0xff) << 8 | bytes[at + 1] & 0xff;
      cipher.seal(bytes, at + LENGTH_BYTES, length - Noise.TAG_LENGTH);
      at += LENGTH_BYTES + length;
    }
    return frame;
  }

  byte[] array() {
    return bytes;
  }

  void clear() {
    frame = 0;
    end = LENGTH_BYTES;
    closedFrames = 0;
  }

  /// Gives memory back; only while empty.
  void trim() {
    if (isEmpty() && bytes.length > CAPACITY_MIN) bytes = new byte[CAPACITY_MIN];
  }

  private int openLength() {
    return end - frame - LENGTH_BYTES;
  }

  private void closeFrame() {
    int length = openLength() + Noise.TAG_LENGTH;
    bytes[frame] = (byte) (length >>> 8);
    bytes[frame + 1] = (byte) length;
    frame = end + Noise.TAG_LENGTH;
    end = frame + LENGTH_BYTES;
    closedFrames++;
  }

  private void ensure(int more) {
    int needed = end + more;
    if (needed > bytes.length) {
      int capacity = Math.max(needed, Math.min(2 * bytes.length, CAPACITY_MAX + LENGTH_BYTES));
      bytes = Arrays.copyOf(bytes, capacity);
    }
  }
}
