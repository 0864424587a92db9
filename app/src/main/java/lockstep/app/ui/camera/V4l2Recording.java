package lockstep.app.ui.camera;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import lockstep.app.ui.camera.CameraException.Reason;
import lockstep.app.ui.camera.Encoding.Layout;
import lockstep.app.ui.camera.V4l2.Request;

/// A camera of Linux that is on: "Streaming I/O (Memory Mapping)" of the kernel's documentation.
/// The driver fills a few buffers in turn; each is copied and given back before anything is made of
/// it, so that what is read can no longer change. All on the thread that opened it.
final class V4l2Recording implements Camera.Recording {
  /// What is asked for; the driver answers with what it has. A code that fills a third of the
  /// height still has four pixels a module.
  private static final int WIDTH = 1280;

  private static final int HEIGHT = 720;
  private static final int BUFFERS = 4;
  private static final int BUFFERS_MAX = 32;
  private static final int WAIT_MILLIS = 100;

  /// So many waits for nothing, and a camera is said to send nothing.
  private static final int WAITS_MAX = 50;

  private record Format(Encoding encoding, Layout layout) {}

  private final Kernel kernel;
  private final int device;
  private final Arena arena = Arena.ofConfined();
  private final MemorySegment buffer = arena.allocate(V4l2.BUFFER);
  private final List<MemorySegment> buffers = new ArrayList<>();
  private final Format format;
  private int inVain;

  /// Takes over an open device, also if that fails.
  V4l2Recording(Kernel kernel, int device) throws CameraException {
    this.kernel = kernel;
    this.device = device;
    try {
      format = agree();
      mapBuffers();
      check("STREAMON", kernel.ioctl(device, Request.STREAMON, captureType()));
    } catch (CameraException | RuntimeException e) {
      close();
      throw e;
    }
  }

  /// Settles how pictures come: as the driver answers, not as it was asked.
  private Format agree() throws CameraException {
    int refusal = Kernel.EINVAL;
    for (Encoding wish : Encoding.values()) {
      MemorySegment asked = arena.allocate(V4l2.FORMAT);
      V4l2.set(asked, V4l2.FORMAT_TYPE, V4l2.BUF_TYPE_VIDEO_CAPTURE);
      V4l2.set(asked, V4l2.WIDTH, WIDTH);
      V4l2.set(asked, V4l2.HEIGHT, HEIGHT);
      V4l2.set(asked, V4l2.PIXEL_FORMAT, wish.fourcc);
      V4l2.set(asked, V4l2.FIELD, V4l2.FIELD_NONE);
      int result = kernel.ioctl(device, Request.S_FMT, asked);
      if (result < 0) {
        refusal = -result;
        if (refusal != Kernel.EINVAL) break; // it is not about the wish
        continue;
      }
      Layout layout =
          new Layout(
              V4l2.get(asked, V4l2.WIDTH),
              V4l2.get(asked, V4l2.HEIGHT),
              V4l2.get(asked, V4l2.BYTES_PER_LINE));
      Optional<Encoding> granted = Encoding.of(V4l2.get(asked, V4l2.PIXEL_FORMAT));
      if (granted.isPresent() && granted.get().fits(layout)) {
        return new Format(granted.get(), layout);
      }
    }
    throw V4l2Camera.refused("S_FMT", refusal);
  }

  private void mapBuffers() throws CameraException {
    MemorySegment request = arena.allocate(V4l2.REQUEST);
    V4l2.set(request, V4l2.REQUEST_COUNT, BUFFERS);
    V4l2.set(request, V4l2.REQUEST_TYPE, V4l2.BUF_TYPE_VIDEO_CAPTURE);
    V4l2.set(request, V4l2.REQUEST_MEMORY, V4l2.MEMORY_MMAP);
    check("REQBUFS", kernel.ioctl(device, Request.REQBUFS, request));
    int count = V4l2.get(request, V4l2.REQUEST_COUNT);
    if (count < 1 || count > BUFFERS_MAX) throw odd(count + " buffers");
    for (int index = 0; index < count; index++) {
      prepare(index);
      check("QUERYBUF", kernel.ioctl(device, Request.QUERYBUF, buffer));
      long length = Integer.toUnsignedLong(V4l2.get(buffer, V4l2.LENGTH));
      long offset = Integer.toUnsignedLong(V4l2.get(buffer, V4l2.OFFSET));
      if (length < 1 || length > V4l2.BUFFER_BYTES_MAX) throw odd("a buffer of " + length);
      MemorySegment mapped = kernel.map(device, offset, length, arena);
      if (mapped.equals(MemorySegment.NULL)) throw odd("a buffer that cannot be mapped");
      buffers.add(mapped);
      prepare(index);
      check("QBUF", kernel.ioctl(device, Request.QBUF, buffer));
    }
  }

  private void prepare(int index) {
    buffer.fill((byte) 0);
    V4l2.set(buffer, V4l2.BUFFER_INDEX, index);
    V4l2.set(buffer, V4l2.BUFFER_TYPE, V4l2.BUF_TYPE_VIDEO_CAPTURE);
    V4l2.set(buffer, V4l2.BUFFER_MEMORY, V4l2.MEMORY_MMAP);
  }

  @Override
  public Optional<Shot> next() throws CameraException {
    Optional<Shot> shot = take().flatMap(sent -> decode(sent));
    inVain = shot.isPresent() ? 0 : inVain + 1;
    if (inVain > WAITS_MAX) throw new CameraException(Reason.SILENT, "no picture");
    return shot;
  }

  private Optional<Shot> decode(byte[] sent) {
    return format.encoding.decode(sent, sent.length, format.layout);
  }

  /// What the driver has filled next, and gets its buffer back for.
  private Optional<byte[]> take() throws CameraException {
    int ready = kernel.poll(device, WAIT_MILLIS);
    if (ready == 0 || ready == -Kernel.EINTR) return Optional.empty();
    check("poll", ready);
    prepare(0);
    int result = kernel.ioctl(device, Request.DQBUF, buffer);
    switch (-result) {
      case Kernel.EAGAIN, Kernel.EINTR, Kernel.EIO -> {
        return Optional.empty(); // EIO: a loss of signal, which may pass
      }
      default -> check("DQBUF", result);
    }
    int index = V4l2.get(buffer, V4l2.BUFFER_INDEX);
    if (index < 0 || index >= buffers.size()) throw odd("buffer " + index);
    Optional<byte[]> sent = content(buffers.get(index));
    prepare(index);
    check("QBUF", kernel.ioctl(device, Request.QBUF, buffer));
    return sent;
  }

  private Optional<byte[]> content(MemorySegment filled) {
    int used = V4l2.get(buffer, V4l2.BYTES_USED);
    boolean whole = (V4l2.get(buffer, V4l2.FLAGS) & V4l2.BUF_FLAG_ERROR) == 0;
    if (!whole || used < 1 || used > filled.byteSize()) return Optional.empty();
    return Optional.of(filled.asSlice(0, used).toArray(ValueLayout.JAVA_BYTE));
  }

  @Override
  public void close() {
    kernel.ioctl(device, Request.STREAMOFF, captureType());
    arena.close(); // and with it the buffers, which keep the device busy
    kernel.close(device);
  }

  private MemorySegment captureType() {
    return arena.allocateFrom(ValueLayout.JAVA_INT, V4l2.BUF_TYPE_VIDEO_CAPTURE);
  }

  private static void check(String what, int result) throws CameraException {
    if (result < 0) throw V4l2Camera.refused(what, -result);
  }

  private static CameraException odd(String what) {
    return new CameraException(Reason.UNKNOWN, "the driver tells of " + what);
  }
}
