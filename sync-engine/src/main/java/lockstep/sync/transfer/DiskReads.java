package lockstep.sync.transfer;

import java.io.IOException;
import lockstep.base.DiskFile;

/// Reading files of the user, which may be cut short at any time.
final class DiskReads {
  private DiskReads() {}

  /// Fills `buffer` up to `length` from `position` of the file.
  ///
  /// @return false if the file ends before
  static boolean fully(DiskFile file, byte[] buffer, int length, long position) throws IOException {
    int done = 0;
    while (done < length) {
      int read = file.read(buffer, done, length - done, position + done);
      if (read < 0) return false;
      done += read;
    }
    return true;
  }
}
