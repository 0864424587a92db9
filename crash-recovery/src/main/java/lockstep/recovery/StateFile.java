package lockstep.recovery;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;

/// A small file of this device's state that is replaced as a whole: after a crash it holds its old
/// or its new content. Readable by its owner alone. One writer at a time.
public final class StateFile {
  private static final Set<OpenOption> FRESH =
      Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);

  private final Path path;

  public StateFile(Path path) {
    this.path = path;
  }

  /// The content, empty if it was never written.
  ///
  /// @throws IOException if it is longer than `bytesMax`, or cannot be read
  public Optional<byte[]> read(int bytesMax) throws IOException {
    try (var in = Files.newInputStream(path)) {
      byte[] bytes = in.readNBytes(bytesMax);
      if (in.read() >= 0) {
        throw new IOException(path + " is longer than " + bytesMax + " bytes");
      }
      return Optional.of(bytes);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  /// Replaces the content; durable on return.
  public void write(byte[] content) throws IOException {
    Path directory = path.toAbsolutePath().getParent();
    if (directory == null) {
      throw new IOException(path + " names no file");
    }
    Files.createDirectories(directory);
    Path fresh = directory.resolve(path.getFileName() + ".new");
    Files.deleteIfExists(fresh);
    try (var channel = FileChannel.open(fresh, FRESH, ownerOnly(directory))) {
      var buffer = ByteBuffer.wrap(content);
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
      channel.force(true);
    }
    Files.move(fresh, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    syncNames(directory);
  }

  /// Takes it away, if there is one; durable on return.
  public void delete() throws IOException {
    Path directory = path.toAbsolutePath().getParent();
    if (Files.deleteIfExists(path) && directory != null) {
      syncNames(directory);
    }
  }

  private static FileAttribute<?>[] ownerOnly(Path directory) {
    boolean posix = directory.getFileSystem().supportedFileAttributeViews().contains("posix");
    return posix
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
        }
        : new FileAttribute<?>[0];
  }

  /// Where a directory can be opened at all its names can be synced; elsewhere a move is durable by
  /// itself.
  private static void syncNames(Path directory) throws IOException {
    FileChannel channel;
    try {
      channel = FileChannel.open(directory, StandardOpenOption.READ);
    } catch (IOException e) {
      return;
    }
    try (channel) {
      channel.force(true);
    }
  }
}
