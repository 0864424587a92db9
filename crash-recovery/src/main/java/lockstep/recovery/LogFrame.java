package lockstep.recovery;

import java.nio.ByteBuffer;
import lockstep.base.Blake3;

/// The bytes of one record in an [AppendLog]:
///
/// ```text
///  check 16 | durable 8 | length 4 | record ...      (big endian)
///           |<--------- hashed ------------->|
/// ```
///
/// `check` is half a BLAKE3, tied to the record's place by XOR with its position. `durable` is the
/// position up to which the log was known to be stable when the record was appended: the proof that
/// tells damage from a torn tail (see [LogSegment]).
final class LogFrame {
  /// Bytes that a record needs beyond its own.
  static final int OVERHEAD = 28;

  private static final int CHECK_LENGTH = 16;

  private LogFrame() {}

  /// Appends the frame of `record` at `out`'s position.
  static void encode(byte[] record, long position, long durable, ByteBuffer out) {
    int start = out.position();
    out.position(start + CHECK_LENGTH).putLong(durable).putInt(record.length).put(record);
    Blake3 hash = hash(out.array(), start, record.length);
    out.putLong(start, hash.a() ^ position).putLong(start + 8, hash.b());
  }

  /// The record's length as stated at `offset`; the frame's header lies within `bytes`.
  static int length(byte[] bytes, int offset) {
    return ByteBuffer.wrap(bytes).getInt(offset + CHECK_LENGTH + 8);
  }

  /// The durable position as stated at `offset`; the frame's header lies within `bytes`.
  static long durable(byte[] bytes, int offset) {
    return ByteBuffer.wrap(bytes).getLong(offset + CHECK_LENGTH);
  }

  /// Whether a whole, undamaged frame of a record that was appended at `position` stands at
  /// `offset` of the first `limit` bytes.
  static boolean isIntact(byte[] bytes, int offset, int limit, long position) {
    if (limit - offset < OVERHEAD) {
      return false;
    }
    int length = length(bytes, offset);
    if (length < 0 || length > limit - offset - OVERHEAD) {
      return false;
    }
    var buffer = ByteBuffer.wrap(bytes);
    Blake3 hash = hash(bytes, offset, length);
    return buffer.getLong(offset) == (hash.a() ^ position)
        && buffer.getLong(offset + 8) == hash.b();
  }

  private static Blake3 hash(byte[] bytes, int offset, int length) {
    return Blake3.of(bytes, offset + CHECK_LENGTH, OVERHEAD - CHECK_LENGTH + length);
  }
}
