package lockstep.app.ui.camera;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;

/// The kernel, as far as cameras need it; a port, so that tests can be one. Whatever fails answers
/// with a negative error number.
interface Kernel {
  int EPERM = 1;
  int ENOENT = 2;
  int EINTR = 4;
  int EIO = 5;
  int ENXIO = 6;
  int EAGAIN = 11;
  int EACCES = 13;
  int EBUSY = 16;
  int ENODEV = 19;
  int EINVAL = 22;

  /// The paths of all video devices, in the order of their numbers.
  List<String> devices();

  /// Opens a device for reading and writing, without waiting.
  int open(String path);

  void close(int device);

  int ioctl(int device, V4l2.Request request, MemorySegment argument);

  /// Waits until there is something to be had, or an error.
  ///
  /// @return 0 if there was nothing in time
  int poll(int device, int millis);

  /// Maps a buffer of the device until the arena is closed.
  ///
  /// @return [MemorySegment#NULL] if that cannot be
  MemorySegment map(int device, long offset, long length, Arena arena);
}
