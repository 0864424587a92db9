package lockstep.app.ui.camera;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import lockstep.app.ui.camera.CameraException.Reason;
import lockstep.app.ui.camera.FakeKernel.Filled;
import lockstep.app.ui.camera.V4l2.Request;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class V4l2CameraTest {
  private static final String PATH = "/dev/video0";

  private final FakeKernel kernel = new FakeKernel();
  private final Camera camera = new V4l2Camera(kernel, "Camera", PATH);

  V4l2CameraTest() {
    kernel.nodes.put(PATH, FakeKernel.CAMERA);
  }

  @AfterEach
  void nothing_is_left_open() {
    assertThat(kernel.isReleased()).isTrue();
  }

  /// Eight by four pixels of YUYV: the luminance counts up from `first`, the rest is colourless.
  private static byte[] sent(int first) {
    byte[] bytes = new byte[64];
    for (int i = 0; i < 64; i++) bytes[i] = (byte) (i % 2 == 0 ? first + i / 2 : 128);
    return bytes;
  }

  private static byte[] counted(int first) {
    byte[] luminance = new byte[32];
    for (int i = 0; i < 32; i++) luminance[i] = (byte) (first + i);
    return luminance;
  }

  private static void fails(ThrowingCallable attempt, Reason reason) {
    assertThatThrownBy(attempt)
        .isInstanceOfSatisfying(
            CameraException.class, e -> assertThat(e.reason()).isEqualTo(reason));
  }

  @Nested
  class Finding {
    @Test
    void only_what_sends_pictures_is_a_camera() {
      int metadata = 0x800000 | V4l2.CAP_STREAMING;
      int output = 0x2 | V4l2.CAP_STREAMING;
      kernel.nodes.put("/dev/video1", metadata);
      kernel.nodes.put("/dev/video2", output);
      kernel.nodes.put("/dev/video3", V4l2.CAP_VIDEO_CAPTURE);
      kernel.nodes.put("/dev/video4", FakeKernel.CAMERA | V4l2.CAP_IO_MC);
      kernel.nodes.put("/dev/video5", 0);
      kernel.nodes.put("/dev/video6", FakeKernel.CAMERA);

      assertThat(V4l2Camera.all(kernel))
          .extracting(Camera::name)
          .containsExactly("Camera of /dev/video0", "Camera of /dev/video6");
    }

    @Test
    void one_that_may_not_be_opened_is_offered_if_there_is_no_other() {
      kernel.nodes.put("/dev/video1", FakeKernel.CAMERA);
      kernel.refusals.put(PATH, Kernel.EACCES);
      assertThat(names()).containsExactly("Camera of /dev/video1");

      kernel.refusals.put("/dev/video1", Kernel.EACCES);
      assertThat(names()).containsExactly(PATH);
      fails(() -> V4l2Camera.all(kernel).getFirst().open(), Reason.DENIED);
    }

    private List<String> names() {
      return V4l2Camera.all(kernel).stream().map(Camera::name).toList();
    }

    @Test
    void one_that_was_unplugged_meanwhile_is_none() {
      kernel.pluggedIn = false;
      assertThat(V4l2Camera.all(kernel)).isEmpty();
    }

    /// Whatever this computer has: to look is harmless.
    @Test
    void the_real_kernel_can_be_asked() {
      assertThat(Camera.all()).allSatisfy(one -> assertThat(one.name()).isNotBlank());
    }
  }

  @Nested
  class Reading {
    @Test
    void pictures_come_one_after_the_other() throws CameraException {
      try (var recording = camera.open()) {
        assertThat(kernel.isStreaming()).isTrue();
        for (int i = 0; i < 20; i++) {
          kernel.coming.add(Filled.of(sent(i)));
          assertThat(recording.next().orElseThrow().luminance()).isEqualTo(counted(i));
        }
      }
    }

    @Test
    void a_camera_that_compresses_is_understood() throws Exception {
      kernel.known = Set.of(Encoding.MJPEG);
      kernel.layout = new Encoding.Layout(40, 30, 0);
      try (var recording = camera.open()) {
        kernel.coming.add(Filled.of(JpegTest.jpeg(40, 30)));
        Shot shot = recording.next().orElseThrow();
        assertThat(shot.width()).isEqualTo(40);
        assertThat(shot.height()).isEqualTo(30);
      }
    }

    @Test
    void what_the_driver_grants_counts_and_not_what_was_asked() throws CameraException {
      kernel.known = Set.of(Encoding.GREY);
      kernel.layout = new Encoding.Layout(8, 4, 8);
      try (var recording = camera.open()) {
        kernel.coming.add(Filled.of(counted(9)));
        assertThat(recording.next().orElseThrow().luminance()).isEqualTo(counted(9));
      }
    }

    @Test
    void short_and_damaged_pictures_are_passed_over_and_their_buffers_given_back()
        throws CameraException {
      try (var recording = camera.open()) {
        int free = kernel.free();
        kernel.coming.add(new Filled(sent(1), 63, 0, Filled.SAME));
        kernel.coming.add(new Filled(sent(2), 0, 0, Filled.SAME));
        kernel.coming.add(new Filled(sent(3), -1, 0, Filled.SAME));
        kernel.coming.add(new Filled(sent(4), Integer.MAX_VALUE, 0, Filled.SAME));
        kernel.coming.add(new Filled(sent(5), 64, V4l2.BUF_FLAG_ERROR, Filled.SAME));
        kernel.coming.add(Filled.of(sent(6)));
        for (int i = 0; i < 5; i++) assertThat(recording.next()).isEmpty();
        assertThat(recording.next().orElseThrow().luminance()).isEqualTo(counted(6));
        assertThat(kernel.free()).isEqualTo(free);
      }
    }

    @Test
    void what_passes_is_waited_out() throws CameraException {
      try (var recording = camera.open()) {
        for (int error : new int[] {Kernel.EAGAIN, Kernel.EIO, Kernel.EINTR}) {
          kernel.coming.add(Filled.of(sent(7)));
          kernel.nextErrors.put(Request.DQBUF, error);
          assertThat(recording.next()).isEmpty();
          assertThat(recording.next()).isPresent();
        }
      }
    }

    @Test
    void a_camera_without_pictures_is_silent_in_the_end() throws CameraException {
      try (var recording = camera.open()) {
        fails(
            () -> {
              while (true) assertThat(recording.next()).isEmpty();
            },
            Reason.SILENT);
      }
    }

    @Test
    void a_camera_that_is_unplugged_is_gone() throws CameraException {
      try (var recording = camera.open()) {
        kernel.coming.add(Filled.of(sent(1)));
        assertThat(recording.next()).isPresent();
        kernel.pluggedIn = false;
        fails(recording::next, Reason.GONE);
      }
    }
  }

  @Nested
  class Failing {
    @Test
    void a_busy_camera_is_said_to_be_busy_whichever_call_finds_out() {
      kernel.refusals.put(PATH, Kernel.EBUSY);
      fails(camera::open, Reason.BUSY);
      kernel.refusals.clear();
      for (Request request : new Request[] {Request.S_FMT, Request.REQBUFS, Request.STREAMON}) {
        kernel.errors.put(request, Kernel.EBUSY);
        fails(camera::open, Reason.BUSY);
        kernel.errors.clear();
        assertThat(kernel.isReleased()).isTrue();
      }
    }

    @Test
    void a_camera_that_was_taken_away_is_gone() {
      kernel.nodes.clear();
      fails(camera::open, Reason.GONE);
    }

    @Test
    void nothing_is_left_open_whichever_call_fails() throws CameraException {
      int all;
      try (var recording = camera.open()) {
        kernel.coming.add(Filled.of(sent(1)));
        recording.next();
        all = kernel.calls();
      }
      for (int call = 0; call < all; call++) {
        kernel.failAtCall = kernel.calls() + call;
        kernel.coming.clear();
        kernel.coming.add(Filled.of(sent(1)));
        fails(this::readsUntilItFails, call == all - 2 ? Reason.SILENT : Reason.UNKNOWN);
        assertThat(kernel.isReleased()).as("after call " + call).isTrue();
      }
    }

    private void readsUntilItFails() throws CameraException {
      try (var recording = camera.open()) {
        while (true) recording.next();
      }
    }

    @Test
    void a_format_that_nobody_knows_is_refused() {
      kernel.known = Set.of();
      fails(camera::open, Reason.UNKNOWN);
    }

    @Test
    void no_memory_is_touched_on_the_word_of_a_driver_that_lies() {
      for (Encoding.Layout lie :
          List.of(
              new Encoding.Layout(0, 4, 16),
              new Encoding.Layout(8, -1, 16),
              new Encoding.Layout(Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE),
              new Encoding.Layout(8, 4, 15),
              new Encoding.Layout(8, 4, -16),
              new Encoding.Layout(5000, 4, 10000))) {
        refuses(fake -> fake.layout = lie);
      }
      for (int count : new int[] {0, -1, 33, Integer.MAX_VALUE}) {
        refuses(fake -> fake.bufferCount = _ -> count);
      }
      for (int length : new int[] {0, -1, (64 << 20) + 1}) {
        refuses(fake -> fake.bufferLength = length);
      }
      refuses(fake -> fake.mapFails = true);
    }

    private static void refuses(Consumer<FakeKernel> lie) {
      var liar = new FakeKernel();
      liar.nodes.put(PATH, FakeKernel.CAMERA);
      lie.accept(liar);
      fails(() -> new V4l2Camera(liar, "Camera", PATH).open(), Reason.UNKNOWN);
      assertThat(liar.isReleased()).isTrue();
    }

    @Test
    void a_buffer_that_there_is_not_is_not_read() throws CameraException {
      for (int index : new int[] {-2, 4, Integer.MAX_VALUE}) {
        try (var recording = camera.open()) {
          kernel.coming.clear();
          kernel.coming.add(new Filled(sent(1), 64, 0, index));
          fails(recording::next, Reason.UNKNOWN);
        }
      }
    }
  }

  @Test
  void a_picture_stays_as_it_is_when_its_buffer_is_filled_anew() throws CameraException {
    Optional<Shot> first;
    try (var recording = camera.open()) {
      kernel.coming.add(Filled.of(sent(1)));
      first = recording.next();
      for (int i = 0; i < 8; i++) kernel.coming.add(Filled.of(new byte[64]));
      for (int i = 0; i < 8; i++) recording.next();
    }
    assertThat(Arrays.equals(first.orElseThrow().luminance(), counted(1))).isTrue();
  }
}
