package lockstep.app.ui.camera;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/// The system calls themselves, on the devices that every Linux has.
@EnabledOnOs(OS.LINUX)
class LinuxKernelTest {
  private static final int ENOTTY = 25;

  private final Kernel kernel = new LinuxKernel();

  @Test
  void devices_are_there_and_in_order() {
    assertThat(kernel.devices())
        .allMatch(path -> Files.exists(Path.of(path)))
        .isSortedAccordingTo(
            java.util.Comparator.<String>comparingInt(String::length)
                .thenComparing(java.util.Comparator.naturalOrder()));
  }

  @Test
  void what_is_not_there_is_not_opened() {
    assertThat(kernel.open("/dev/no-such-device")).isEqualTo(-Kernel.ENOENT);
  }

  @Test
  void a_device_that_is_no_camera_knows_none_of_the_requests() {
    int device = kernel.open("/dev/null");
    assertThat(device).isNotNegative();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment answer = arena.allocate(V4l2.CAPABILITY);
      assertThat(kernel.ioctl(device, V4l2.Request.QUERYCAP, answer)).isEqualTo(-ENOTTY);
      assertThat(kernel.poll(device, 100)).isEqualTo(1);
    } finally {
      kernel.close(device);
    }
  }

  @Test
  void memory_is_mapped_until_its_arena_is_closed() {
    int device = kernel.open("/dev/zero");
    try {
      MemorySegment mapped;
      try (Arena arena = Arena.ofConfined()) {
        mapped = kernel.map(device, 0, 10_000, arena);
        assertThat(mapped.byteSize()).isEqualTo(10_000);
        assertThat(mapped.get(ValueLayout.JAVA_BYTE, 9_999)).isZero();
        assertThat(kernel.map(device, 1, 10_000, arena)).isEqualTo(MemorySegment.NULL);
      }
      assertThatThrownBy(() -> mapped.get(ValueLayout.JAVA_BYTE, 0))
          .isInstanceOf(IllegalStateException.class);
    } finally {
      kernel.close(device);
    }
  }
}
