package lockstep.app.ui.camera;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.IntUnaryOperator;
import lockstep.app.ui.camera.V4l2.Request;

/// A kernel with one device a path, which behaves as the media documentation says, and lies or
/// fails where a test wants it to.
final class FakeKernel implements Kernel {
  static final int CAMERA = V4l2.CAP_VIDEO_CAPTURE | V4l2.CAP_STREAMING;
  private static final int EBADF = 9;
  private static final int ENOTTY = 25;
  private static final int DEVICE = 7;
  private static final int POLLERR_POLLHUP = 0x18;
  private static final int ROOM = 1 << 16;

  /// What the driver fills a buffer with.
  record Filled(byte[] bytes, int bytesUsed, int flags, int index) {
    static final int SAME = -1;

    static Filled of(byte[] bytes) {
      return new Filled(bytes, bytes.length, 0, SAME);
    }
  }

  // what there is
  final Map<String, Integer> nodes = new TreeMap<>();
  final Map<String, Integer> refusals = new HashMap<>();
  final Deque<Filled> coming = new ArrayDeque<>();
  Set<Encoding> known = Set.of(Encoding.YUYV);
  Encoding.Layout layout = new Encoding.Layout(8, 4, 16);
  boolean pluggedIn = true;

  // lies and failures
  final Map<Request, Integer> errors = new HashMap<>();
  final Map<Request, Integer> nextErrors = new HashMap<>();
  IntUnaryOperator bufferCount = count -> count;
  int bufferLength = ROOM;
  int failAtCall = -1;
  boolean mapFails;

  // what it was asked
  private final Arena memory = Arena.ofAuto();
  private final List<MemorySegment> buffers = new ArrayList<>();
  private final Deque<Integer> queued = new ArrayDeque<>();
  private final Set<MemorySegment> mapped = new HashSet<>();
  private String opened = "";
  private boolean streaming;
  private boolean agreed;
  private int calls;

  @Override
  public List<String> devices() {
    return List.copyOf(nodes.keySet());
  }

  @Override
  public int open(String path) {
    if (!nodes.containsKey(path)) return -ENOENT;
    if (refusals.containsKey(path)) return -refusals.get(path);
    assertThat(opened).as("one after the other").isEmpty();
    opened = path;
    return DEVICE;
  }

  @Override
  public void close(int device) {
    assertThat(isOpen(device)).as("what is closed is open").isTrue();
    assertThat(mapped).as("what is still mapped keeps the device busy").isEmpty();
    opened = "";
    buffers.clear();
    queued.clear();
    streaming = false;
    agreed = false;
  }

  private boolean isOpen(int device) {
    return device == DEVICE && !opened.isEmpty();
  }

  /// Nothing of the device is held any more.
  boolean isReleased() {
    return opened.isEmpty() && mapped.isEmpty() && !streaming;
  }

  boolean isStreaming() {
    return streaming;
  }

  int calls() {
    return calls;
  }

  /// How many buffers the driver may fill.
  int free() {
    return queued.size();
  }

  @Override
  public int ioctl(int device, Request request, MemorySegment argument) {
    if (!isOpen(device)) return -EBADF;
    if (request == Request.STREAMOFF) {
      streaming = false;
      queued.clear();
    }
    if (calls++ == failAtCall) return -EIO;
    if (!pluggedIn) return -ENODEV;
    if (nextErrors.containsKey(request)) return -nextErrors.remove(request);
    if (errors.containsKey(request)) return -errors.get(request);
    return switch (request) {
      case QUERYCAP -> capability(argument);
      case S_FMT -> format(argument);
      case REQBUFS -> buffers(argument);
      case QUERYBUF -> buffer(argument);
      case QBUF -> queue(argument);
      case DQBUF -> dequeue(argument);
      case STREAMON -> {
        streaming = !buffers.isEmpty();
        yield streaming ? 0 : -EINVAL;
      }
      case STREAMOFF -> 0;
    };
  }

  private int capability(MemorySegment answer) {
    int caps = nodes.get(opened);
    if (caps == 0) return -ENOTTY; // no Video4Linux at all
    byte[] card = ("Camera of " + opened).getBytes(StandardCharsets.UTF_8);
    MemorySegment.copy(card, 0, answer, ValueLayout.JAVA_BYTE, V4l2.CARD, card.length);
    // the device as a whole can more than this file of it
    V4l2.set(answer, V4l2.CAPABILITIES, CAMERA | V4l2.CAP_DEVICE_CAPS);
    V4l2.set(answer, V4l2.DEVICE_CAPS, caps);
    return 0;
  }

  private int format(MemorySegment asked) {
    if (V4l2.get(asked, V4l2.FORMAT_TYPE) != V4l2.BUF_TYPE_VIDEO_CAPTURE) return -EINVAL;
    int wish = V4l2.get(asked, V4l2.PIXEL_FORMAT);
    boolean has = known.stream().anyMatch(one -> one.fourcc == wish);
    V4l2.set(asked, V4l2.PIXEL_FORMAT, has ? wish : other());
    V4l2.set(asked, V4l2.WIDTH, layout.width());
    V4l2.set(asked, V4l2.HEIGHT, layout.height());
    V4l2.set(asked, V4l2.BYTES_PER_LINE, layout.stride());
    agreed = true;
    return 0;
  }

  /// A driver does not refuse a format that it does not know: it answers with one that it does.
  private int other() {
    return known.stream().findFirst().map(one -> one.fourcc).orElse(0x34363248); // H264
  }

  private int buffers(MemorySegment request) {
    if (!agreed || V4l2.get(request, V4l2.REQUEST_MEMORY) != V4l2.MEMORY_MMAP) return -EINVAL;
    int count = bufferCount.applyAsInt(V4l2.get(request, V4l2.REQUEST_COUNT));
    V4l2.set(request, V4l2.REQUEST_COUNT, count);
    for (int i = 0; i < Math.min(count, 40); i++) buffers.add(memory.allocate(ROOM));
    return 0;
  }

  private int buffer(MemorySegment asked) {
    int index = V4l2.get(asked, V4l2.BUFFER_INDEX);
    if (index < 0 || index >= buffers.size()) return -EINVAL;
    V4l2.set(asked, V4l2.LENGTH, bufferLength);
    V4l2.set(asked, V4l2.OFFSET, index * ROOM);
    return 0;
  }

  private int queue(MemorySegment given) {
    int index = V4l2.get(given, V4l2.BUFFER_INDEX);
    if (index < 0 || index >= buffers.size() || queued.contains(index)) return -EINVAL;
    if (V4l2.get(given, V4l2.BUFFER_MEMORY) != V4l2.MEMORY_MMAP) return -EINVAL;
    queued.add(index);
    return 0;
  }

  private int dequeue(MemorySegment taken) {
    if (!streaming) return -EINVAL;
    if (coming.isEmpty() || queued.isEmpty()) return -EAGAIN;
    int index = queued.remove();
    Filled filled = coming.remove();
    MemorySegment.copy(
        filled.bytes, 0, buffers.get(index), ValueLayout.JAVA_BYTE, 0, filled.bytes.length);
    V4l2.set(taken, V4l2.BUFFER_INDEX, filled.index == Filled.SAME ? index : filled.index);
    V4l2.set(taken, V4l2.BYTES_USED, filled.bytesUsed);
    V4l2.set(taken, V4l2.FLAGS, filled.flags);
    return 0;
  }

  @Override
  public int poll(int device, int millis) {
    if (!isOpen(device)) return -EBADF;
    assertThat(millis).as("nobody waits for ever").isBetween(0, 150);
    if (calls++ == failAtCall) return -EIO;
    if (!pluggedIn || !streaming) return POLLERR_POLLHUP;
    return coming.isEmpty() ? 0 : 1;
  }

  @Override
  public MemorySegment map(int device, long offset, long length, Arena arena) {
    if (mapFails || !isOpen(device) || offset % ROOM != 0 || length != ROOM) {
      return MemorySegment.NULL;
    }
    MemorySegment buffer = buffers.get((int) offset / ROOM);
    mapped.add(buffer);
    return MemorySegment.ofAddress(buffer.address())
        .reinterpret(length, arena, _ -> mapped.remove(buffer));
  }
}
