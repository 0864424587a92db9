package lockstep.app;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/// Holds a home for one daemon, or for one window. The operating system lets go of the lock when
/// the process ends, in whatever way it ends: so a free lock means that it is gone, and none stays
/// behind.
final class HomeLock implements AutoCloseable {
  private final FileChannel channel;

  private HomeLock(FileChannel channel) {
    this.channel = channel;
  }

  /// Takes the lock, unless another process has it.
  ///
  /// @param file one of the home's locks
  static Optional<HomeLock> tryAcquire(Path file) throws IOException {
    FileChannel channel = open(file);
    boolean acquired = false;
    try {
      FileLock lock = channel.tryLock();
      acquired = lock != null;
    } catch (OverlappingFileLockException heldByThisProcess) {
      acquired = false;
    } finally {
      if (!acquired) channel.close();
    }
    return acquired ? Optional.of(new HomeLock(channel)) : Optional.empty();
  }

  /// Returns when no daemon holds the home.
  static void awaitRelease(Home home) throws IOException {
    try (FileChannel channel = open(home.daemonLock());
        FileLock lock = channel.lock()) {
      assert lock.isValid();
    } catch (OverlappingFileLockException heldByThisProcess) {
      // only in tests and training; whoever started that daemon waits for it
    }
  }

  private static FileChannel open(Path file) throws IOException {
    return FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
