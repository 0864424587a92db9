package lockstep.base;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;

/// Writes one message in protobuf's wire encoding (proto3).
///
/// Fields stand in the order of the calls, so callers that write them by ascending number get
/// protobuf's canonical form and equal messages have equal bytes. As in proto3 a zero or an empty
/// value is left out, unless the `…Always` method is used. Not thread-safe.
public final class ProtoWriter {
  static final int VARINT = 0;
  static final int FIXED64 = 1;
  static final int BYTES = 2;
  static final int FIXED32 = 5;
  static final int FIELD_MAX = (1 << 29) - 1;

  private byte[] buffer = new byte[48];
  private int size;

  public ProtoWriter() {}

  /// `uint64`, `int64`, `uint32`, `int32`, `bool` or an enum; negative numbers take ten bytes.
  public ProtoWriter varint(int field, long value) {
    return value == 0 ? this : varintAlways(field, value);
  }

  /// The same, written although it be zero: an optional or required field, an element of a list.
  public ProtoWriter varintAlways(int field, long value) {
    tag(field, VARINT);
    raw(value);
    return this;
  }

  public ProtoWriter fixed64(int field, long value) {
    if (value == 0) return this;
    tag(field, FIXED64);
    reserve(Long.BYTES);
    for (int shift = 0; shift < Long.SIZE; shift += 8) {
      buffer[size++] = (byte) (value >>> shift);
    }
    return this;
  }

  public ProtoWriter bytes(int field, byte[] value) {
    return value.length == 0 ? this : bytesAlways(field, value);
  }

  /// The same, written although it be empty: an optional or required field, an element of a list.
  public ProtoWriter bytesAlways(int field, byte[] value) {
    return bytesAlways(field, value, 0, value.length);
  }

  /// `length` bytes of `value` from `offset`, written although there be none.
  public ProtoWriter bytesAlways(int field, byte[] value, int offset, int length) {
    tag(field, BYTES);
    raw(length);
    reserve(length);
    System.arraycopy(value, offset, buffer, size, length);
    size += length;
    return this;
  }

  public ProtoWriter string(int field, String value) {
    return bytes(field, value.getBytes(UTF_8));
  }

  /// An embedded message, written although it be empty. `value` is copied.
  public ProtoWriter message(int field, ProtoWriter value) {
    return bytesAlways(field, value.buffer, 0, value.size);
  }

  /// Bytes written so far.
  public int size() {
    return size;
  }

  /// A fresh array of what was written.
  public byte[] toBytes() {
    return Arrays.copyOf(buffer, size);
  }

  private void tag(int field, int wireType) {
    if (field < 1 || field > FIELD_MAX) {
      throw new IllegalArgumentException("field number " + field + " is outside 1.." + FIELD_MAX);
    }
    raw((long) field << 3 | wireType);
  }

  private void raw(long value) {
    reserve(Varints.LENGTH_MAX);
    size += Varints.write(value, buffer, size);
  }

  private void reserve(int more) {
    int needed = Math.addExact(size, more);
    if (needed > buffer.length) {
      buffer = Arrays.copyOf(buffer, Math.max(needed, (int) Math.min(2L * size, 1 << 30)));
    }
  }
}
