package lockstep.app.ui.camera;

import java.util.List;
import java.util.Optional;
import lockstep.base.KernelCall;

/// A camera that is there. To know of one does not turn it on.
public interface Camera {
  /// What its maker calls it.
  String name();

  /// Turns it on. Blocks; whoever does it also reads and closes, on one thread.
  Recording open() throws CameraException;

  /// The cameras of this computer, the usual one first. Blocks for a moment.
  static List<Camera> all() {
    return KernelCall.isAvailable() ? V4l2Camera.all(new LinuxKernel()) : List.of();
  }

  /// A camera that is on, until this is closed.
  interface Recording extends AutoCloseable {
    /// The next picture; none if it was damaged, or did not come within a tenth of a second.
    ///
    /// @throws CameraException if no more will come
    Optional<Shot> next() throws CameraException;

    @Override
    void close();
  }
}
