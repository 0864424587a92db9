package lockstep.app.ui.camera;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import lockstep.app.ui.camera.CameraException.Reason;

/// A camera of Linux.
///
/// @param name as its driver has it
/// @param path of its device file
record V4l2Camera(Kernel kernel, String name, String path) implements Camera {
  /// Those that send pictures. One that may not be opened is said to be there only if there is no
  /// other: the device files of a camera's other sides (its metadata) look the same from outside.
  static List<Camera> all(Kernel kernel) {
    List<Camera> usable = new ArrayList<>();
    Optional<Camera> denied = Optional.empty();
    for (String path : kernel.devices()) {
      int device = kernel.open(path);
      if (device >= 0) {
        try {
          name(kernel, device).ifPresent(name -> usable.add(new V4l2Camera(kernel, name, path)));
        } finally {
          kernel.close(device);
        }
      } else if (denied.isEmpty() && reason(-device) == Reason.DENIED) {
        denied = Optional.of(new V4l2Camera(kernel, path, path));
      }
    }
    if (usable.isEmpty()) denied.ifPresent(usable::add);
    return List.copyOf(usable);
  }

  /// The name of a device, if it is a camera.
  private static Optional<String> name(Kernel kernel, int device) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment capability = arena.allocate(V4l2.CAPABILITY);
      if (kernel.ioctl(device, V4l2.Request.QUERYCAP, capability) < 0) return Optional.empty();
      int all = V4l2.get(capability, V4l2.CAPABILITIES);
      boolean apart = (all & V4l2.CAP_DEVICE_CAPS) != 0;
      int here = apart ? V4l2.get(capability, V4l2.DEVICE_CAPS) : all;
      int needed = V4l2.CAP_VIDEO_CAPTURE | V4l2.CAP_STREAMING;
      boolean sends = (here & needed) == needed && (here & V4l2.CAP_IO_MC) == 0;
      return sends ? Optional.of(card(capability)) : Optional.empty();
    }
  }

  private static String card(MemorySegment capability) {
    byte[] card = capability.asSlice(V4l2.CARD, V4l2.CARD_BYTES).toArray(ValueLayout.JAVA_BYTE);
    int length = 0;
    while (length < card.length && card[length] != 0) length++;
    return new String(card, 0, length, StandardCharsets.UTF_8);
  }

  @Override
  public Recording open() throws CameraException {
    int device = kernel.open(path);
    if (device < 0) throw refused("open", -device);
    return new V4l2Recording(kernel, device);
  }

  static CameraException refused(String what, int error) {
    return new CameraException(reason(error), "%s: error %d".formatted(what, error));
  }

  private static Reason reason(int error) {
    return switch (error) {
      case Kernel.EACCES, Kernel.EPERM -> Reason.DENIED;
      case Kernel.EBUSY -> Reason.BUSY;
      case Kernel.ENODEV, Kernel.ENOENT, Kernel.ENXIO -> Reason.GONE;
      default -> Reason.UNKNOWN;
    };
  }
}
