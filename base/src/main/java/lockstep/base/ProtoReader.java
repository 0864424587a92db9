package lockstep.base;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Reads one message in protobuf's wire encoding from bytes that nobody vouches for: whatever is
/// wrong with them ends in a [PeerViolationException], and nothing is allocated beyond the bounds
/// that the caller states.
///
/// ```java
/// for (int field = in.next(); field != 0; field = in.next()) {
///   switch (field) {
///     case 1 -> size = in.varint();
///     case 2 -> name = in.string(255);
///     default -> in.skip();
///   }
/// }
/// ```
///
/// A value that was not read is skipped by the next [#next]; reading it as another wire type than
/// it was written in is a violation, and so are groups. Not thread-safe.
public final class ProtoReader {
  private static final int NO_VALUE = -1;

  private final byte[] bytes;
  private final int end;
  private int position;
  private int wireType = NO_VALUE;

  private ProtoReader(byte[] bytes, int offset, int length) {
    this.bytes = bytes;
    this.position = offset;
    this.end = offset + length;
  }

  /// Reads all of `bytes`, which is not copied.
  public static ProtoReader of(byte[] bytes) {
    return new ProtoReader(bytes, 0, bytes.length);
  }

  /// Reads `length` bytes from `offset`; the array is not copied.
  public static ProtoReader of(byte[] bytes, int offset, int length) {
    if ((offset | length | bytes.length - offset - length) < 0) {
      throw new IndexOutOfBoundsException(
          "%d bytes from %d of %d".formatted(length, offset, bytes.length));
    }
    return new ProtoReader(bytes, offset, length);
  }

  /// The number of the next field, 0 at the end of the message.
  public int next() throws PeerViolationException {
    if (wireType != NO_VALUE) skip();
    if (position == end) return 0;
    long tag = raw();
    long field = tag >>> 3;
    if (field < 1 || field > ProtoWriter.FIELD_MAX) {
      throw malformed("field number " + Long.toUnsignedString(field));
    }
    wireType = (int) tag & 7;
    return (int) field;
  }

  /// Where in the array the next byte is read: what lies between the positions before and behind a
  /// field can be kept as it was written, for a signature.
  public int position() {
    return position;
  }

  /// `uint64`, `int64`, `uint32`, `int32`, `bool` or an enum.
  public long varint() throws PeerViolationException {
    expect(ProtoWriter.VARINT);
    return raw();
  }

  /// A number from `min` to `max`, both included; any other is a violation.
  public int int32(int min, int max) throws PeerViolationException {
    long value = varint();
    if (value < min || value > max) {
      throw malformed("number %d is outside %d..%d".formatted(value, min, max));
    }
    return (int) value;
  }

  /// True for every number but zero, as protobuf has it.
  public boolean bool() throws PeerViolationException {
    return varint() != 0;
  }

  public long fixed64() throws PeerViolationException {
    expect(ProtoWriter.FIXED64);
    int from = take(Long.BYTES);
    long value = 0;
    for (int i = Long.BYTES - 1; i >= 0; i--) {
      value = value << 8 | bytes[from + i] & 0xff;
    }
    return value;
  }

  /// A fresh array of at most `max` bytes.
  public byte[] bytes(int max) throws PeerViolationException {
    int length = length(max);
    int from = take(length);
    return Arrays.copyOfRange(bytes, from, from + length);
  }

  /// Text of at most `maxBytes` bytes of valid UTF-8.
  public String string(int maxBytes) throws PeerViolationException {
    int length = length(maxBytes);
    var encoded = ByteBuffer.wrap(bytes, take(length), length);
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(encoded).toString();
    } catch (CharacterCodingException e) {
      throw new PeerViolationException("malformed message: text is not UTF-8", e);
    }
  }

  /// An embedded message of at most `max` bytes; it reads from the same array.
  public ProtoReader message(int max) throws PeerViolationException {
    int length = length(max);
    return new ProtoReader(bytes, take(length), length);
  }

  /// Passes over the value of the current field.
  public void skip() throws PeerViolationException {
    switch (wireType) {
      case ProtoWriter.VARINT -> varint();
      case ProtoWriter.FIXED64 -> fixed64();
      case ProtoWriter.BYTES -> take(length(Integer.MAX_VALUE));
      case ProtoWriter.FIXED32 -> skipFixed32();
      case NO_VALUE -> {}
      default -> throw malformed("wire type " + wireType);
    }
  }

  private void skipFixed32() throws PeerViolationException {
    wireType = NO_VALUE;
    take(Integer.BYTES);
  }

  private void expect(int wanted) throws PeerViolationException {
    if (wireType == NO_VALUE) throw new IllegalStateException("no field to read: call next()");
    if (wireType != wanted) {
      throw malformed("wire type %d where %d belongs".formatted(wireType, wanted));
    }
    wireType = NO_VALUE;
  }

  private int length(int max) throws PeerViolationException {
    expect(ProtoWriter.BYTES);
    long length = raw();
    if (Long.compareUnsigned(length, max) > 0) {
      throw malformed(
          "field of %s bytes, at most %d allowed".formatted(Long.toUnsignedString(length), max));
    }
    return (int) length;
  }

  private int take(int length) throws PeerViolationException {
    if (length > end - position) throw malformed("it ends within a field");
    int from = position;
    position += length;
    return from;
  }

  /// Longer forms than needed are let pass, as every protobuf parser does.
  private long raw() throws PeerViolationException {
    long value = 0;
    for (int shift = 0; shift < Long.SIZE; shift += 7) {
      byte b = bytes[take(1)];
      value |= (long) (b & 0x7f) << shift;
      if (b >= 0) return value;
    }
    throw malformed("a number of more than ten bytes");
  }

  private static PeerViolationException malformed(String what) {
    return new PeerViolationException("malformed message: " + what);
  }
}
