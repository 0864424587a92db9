package lockstep.app.ui.camera;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/// The structures and requests of Video4Linux2 that we need, as `<linux/videodev2.h>` has them for
/// 64 bits ("Video for Linux API" of the kernel's media documentation, userspace-api/media/v4l).
final class V4l2 {
  /// No driver needs that much for a picture.
  static final long BUFFER_BYTES_MAX = 64 << 20;

  // --- flags and kinds

  static final int CAP_VIDEO_CAPTURE = 0x1;
  static final int CAP_STREAMING = 0x4000000;

  /// A part of a camera whose pipeline programs have to set up first; it sends nothing by itself.
  static final int CAP_IO_MC = 0x20000000;

  static final int CAP_DEVICE_CAPS = 0x80000000;
  static final int BUF_TYPE_VIDEO_CAPTURE = 1;
  static final int BUF_FLAG_ERROR = 0x40;
  static final int FIELD_NONE = 1;
  static final int MEMORY_MMAP = 1;

  // --- struct v4l2_capability

  static final StructLayout CAPABILITY =
      MemoryLayout.structLayout(
          bytes("driver", 16),
          bytes("card", 32),
          bytes("bus_info", 32),
          JAVA_INT.withName("version"),
          JAVA_INT.withName("capabilities"),
          JAVA_INT.withName("device_caps"),
          bytes("reserved", 12));

  static final long CARD = at(CAPABILITY, "card");
  static final int CARD_BYTES = 32;
  static final long CAPABILITIES = at(CAPABILITY, "capabilities");
  static final long DEVICE_CAPS = at(CAPABILITY, "device_caps");

  // --- struct v4l2_format, with the struct v4l2_pix_format of its union

  static final StructLayout FORMAT =
      MemoryLayout.structLayout(
          JAVA_INT.withName("type"),
          MemoryLayout.paddingLayout(4),
          JAVA_INT.withName("width"),
          JAVA_INT.withName("height"),
          JAVA_INT.withName("pixelformat"),
          JAVA_INT.withName("field"),
          JAVA_INT.withName("bytesperline"),
          JAVA_INT.withName("sizeimage"),
          bytes("rest", 176));

  static final long FORMAT_TYPE = at(FORMAT, "type");
  static final long WIDTH = at(FORMAT, "width");
  static final long HEIGHT = at(FORMAT, "height");
  static final long PIXEL_FORMAT = at(FORMAT, "pixelformat");
  static final long FIELD = at(FORMAT, "field");
  static final long BYTES_PER_LINE = at(FORMAT, "bytesperline");

  // --- struct v4l2_requestbuffers

  static final StructLayout REQUEST =
      MemoryLayout.structLayout(
          JAVA_INT.withName("count"),
          JAVA_INT.withName("type"),
          JAVA_INT.withName("memory"),
          bytes("rest", 8));

  static final long REQUEST_COUNT = at(REQUEST, "count");
  static final long REQUEST_TYPE = at(REQUEST, "type");
  static final long REQUEST_MEMORY = at(REQUEST, "memory");

  // --- struct v4l2_buffer

  static final StructLayout BUFFER =
      MemoryLayout.structLayout(
          JAVA_INT.withName("index"),
          JAVA_INT.withName("type"),
          JAVA_INT.withName("bytesused"),
          JAVA_INT.withName("flags"),
          JAVA_INT.withName("field"),
          MemoryLayout.paddingLayout(4),
          bytes("timestamp", 16),
          bytes("timecode", 16),
          JAVA_INT.withName("sequence"),
          JAVA_INT.withName("memory"),
          JAVA_INT.withName("offset"),
          MemoryLayout.paddingLayout(4), // the union holds a pointer, too
          JAVA_INT.withName("length"),
          bytes("rest", 12));

  static final long BUFFER_INDEX = at(BUFFER, "index");
  static final long BUFFER_TYPE = at(BUFFER, "type");
  static final long BYTES_USED = at(BUFFER, "bytesused");
  static final long FLAGS = at(BUFFER, "flags");
  static final long BUFFER_MEMORY = at(BUFFER, "memory");
  static final long OFFSET = at(BUFFER, "offset");
  static final long LENGTH = at(BUFFER, "length");

  /// The requests of `ioctl`.
  enum Request {
    QUERYCAP(false, true, 0, CAPABILITY),
    S_FMT(true, true, 5, FORMAT),
    REQBUFS(true, true, 8, REQUEST),
    QUERYBUF(true, true, 9, BUFFER),
    QBUF(true, true, 15, BUFFER),
    DQBUF(true, true, 17, BUFFER),
    STREAMON(true, false, 18, JAVA_INT),
    STREAMOFF(true, false, 19, JAVA_INT);

    /// Made of directions, size, type and number (`<asm-generic/ioctl.h>`).
    final int code;

    /// @param writes whether it tells the kernel something
    /// @param reads whether the kernel answers
    Request(boolean writes, boolean reads, int number, MemoryLayout argument) {
      int direction = (writes ? 1 : 0) | (reads ? 2 : 0);
      code = direction << 30 | (int) argument.byteSize() << 16 | 'V' << 8 | number;
    }
  }

  private V4l2() {}

  static int get(MemorySegment structure, long offset) {
    return structure.get(JAVA_INT, offset);
  }

  static void set(MemorySegment structure, long offset, int value) {
    structure.set(JAVA_INT, offset, value);
  }

  private static MemoryLayout bytes(String name, long count) {
    return MemoryLayout.sequenceLayout(count, java.lang.foreign.ValueLayout.JAVA_BYTE)
        .withName(name);
  }

  private static long at(StructLayout structure, String field) {
    return structure.byteOffset(PathElement.groupElement(field));
  }
}
