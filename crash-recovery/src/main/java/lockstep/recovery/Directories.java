package lockstep.recovery;

import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileSystemException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import lockstep.base.Disk;
import lockstep.base.RelPath;

/// Whole directories: the roots of shared folders, and those that hold this device's state.
public final class Directories {
  private Directories() {}

  /// Makes a directory and its parents where they are missing.
  ///
  /// @return its real path, with no link on the way
  /// @throws java.nio.file.FileAlreadyExistsException if something else stands there
  public static Path create(Path directory) throws IOException {
    return Files.createDirectories(directory).toRealPath();
  }

  public static boolean exists(Path directory) {
    return Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS);
  }

  /// The real path of a directory that exists, with no link on the way.
  ///
  /// @throws NotDirectoryException if something else stands there
  public static Path real(Path directory) throws IOException {
    Path real = directory.toRealPath();
    if (!Files.isDirectory(real)) {
      throw new NotDirectoryException(directory.toString());
    }
    return real;
  }

  /// Whether anything has that name, a link that leads nowhere too.
  public static boolean isTaken(Path path) {
    return Files.exists(path, LinkOption.NOFOLLOW_LINKS);
  }

  public static boolean isEmpty(Path directory) throws IOException {
    try (var entries = Files.newDirectoryStream(directory)) {
      return !entries.iterator().hasNext();
    }
  }

  /// Whether this user may make something in a directory.
  public static boolean isWritable(Path directory) {
    return Files.isWritable(directory);
  }

  /// Deletes a directory unless there is something in it.
  public static void deleteIfEmpty(Path directory) throws IOException {
    try {
      Files.deleteIfExists(directory);
    } catch (DirectoryNotEmptyException e) {
      // it is of use to somebody
    }
  }

  /// Gives a directory another name in one step; the new name must be free.
  public static void rename(Path from, Path to) throws IOException {
    Files.createDirectories(to.getParent());
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
  }

  /// Gives a directory another name in one step, which is durable on return. What stands at the new
  /// name may be an empty directory and nothing else.
  ///
  /// @return false, and nothing has changed, if the new name is on another file system
  public static boolean relocate(Path from, Path to) throws IOException {
    deleteIfEmpty(to);
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException otherFileSystem) {
      return false;
    }
    sync(parent(to));
    sync(parent(from));
    return true;
  }

  /// The directory that a path lies in.
  ///
  /// @throws FileSystemException if it is the root of a file system
  public static Path parent(Path path) throws IOException {
    Path parent = path.getParent();
    if (parent == null) {
      throw new FileSystemException(path.toString(), null, "it lies in no directory");
    }
    return parent;
  }

  private static void sync(Path directory) throws IOException {
    try (Disk disk = Disks.open(directory)) {
      disk.syncDirectory(RelPath.ROOT);
    }
  }

  /// Deletes a directory with all that is in it, if it exists. Links are deleted, not followed.
  public static void deleteTree(Path directory) throws IOException {
    if (!Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    Files.walkFileTree(
        directory,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(
              Path visited, @org.jspecify.annotations.Nullable IOException failure)
              throws IOException {
            if (failure != null) {
              throw failure;
            }
            Files.delete(visited);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
