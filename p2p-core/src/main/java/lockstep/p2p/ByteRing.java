package lockstep.p2p;

import java.util.Arrays;

/// A byte queue that grows to what it must hold; the received and not yet read bytes of a stream.
///
/// Not thread-safe, but made for one writer and one reader: between [#run()] and [#skip] the reader
/// may copy from [#array()] outside the lock, because writing never touches unread bytes (growing
/// copies them and leaves the old array as it is).
final class ByteRing {
  private static final int CAPACITY_MIN = 1 << 10;
  private static final byte[] NONE = {};

  private byte[] bytes = NONE;
  private int head;
  private int size;

  int size() {
    return size;
  }

  void write(byte[] from, int offset, int length) {
    reserve(length);
    int tail = wrap(head + size);
    int first = Math.min(length, bytes.length - tail);
    System.arraycopy(from, offset, bytes, tail, first);
    System.arraycopy(from, offset + first, bytes, 0, length - first);
    size += length;
  }

  byte[] array() {
    return bytes;
  }

  /// Where in [#array()] the oldest byte stands.
  int head() {
    return head;
  }

  /// How many bytes from [#head()] on lie in one piece.
  int run() {
    return Math.min(size, bytes.length - head);
  }

  /// Forgets the oldest `count` bytes.
  void skip(int count) {
    if (count > size) throw new IllegalArgumentException(count + " of " + size + " bytes");
    size -= count;
    // Starting over at 0 keeps a reader that keeps up within the first, cached part of the array.
    head = size == 0 ? 0 : wrap(head + count);
  }

  /// Gives memory back where nothing is unread. Not whenever the queue runs empty: a reader that
  /// keeps up would have it grow anew all the time.
  void trim() {
    if (size == 0) bytes = NONE;
  }

  void clear() {
    bytes = NONE;
    head = 0;
    size = 0;
  }

  private int wrap(int index) {
    return index >= bytes.length ? index - bytes.length : index;
  }

  private void reserve(int more) {
    int needed = Math.addExact(size, more);
    if (needed <= bytes.length) return;
    int capacity = Math.max(CAPACITY_MIN, Integer.highestOneBit(needed - 1) << 1);
    byte[] larger = Arrays.copyOfRange(bytes, head, head + capacity);
    int first = run();
    System.arraycopy(bytes, 0, larger, first, size - first);
    bytes = larger;
    head = 0;
  }
}
