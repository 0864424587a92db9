package lockstep.app.ui.model;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;

/// What lies at the place that is about to be shared. Links are not followed.
///
/// @param more whether there are still more files than were counted
public record PlacePreview(
    boolean exists, boolean writable, long files, long bytes, boolean more, long freeBytes) {
  private static final long FILES_MAX = 100_000;

  /// Looks at the disk; an interrupt ends it.
  public static PlacePreview of(Path place) throws IOException, InterruptedException {
    Path existing = place;
    while (!Files.exists(existing) && existing.getParent() != null) existing = existing.getParent();
    var count = new Count();
    boolean exists = Files.isDirectory(place);
    if (exists) Files.walkFileTree(place, count);
    if (Thread.interrupted()) throw new InterruptedException();
    boolean writable = Files.isDirectory(existing) && Files.isWritable(existing);
    long free = Files.getFileStore(existing).getUsableSpace();
    return new PlacePreview(
        exists, writable, count.files, count.bytes, count.files >= FILES_MAX, free);
  }

  private static final class Count extends SimpleFileVisitor<Path> {
    private long files;
    private long bytes;

    @Override
    public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
      return directory.endsWith(".lockstep")
          ? FileVisitResult.SKIP_SUBTREE
          : FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
      files++;
      bytes += attributes.size();
      boolean enough = files >= FILES_MAX || Thread.currentThread().isInterrupted();
      return enough ? FileVisitResult.TERMINATE : FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException unreadable) {
      return FileVisitResult.CONTINUE;
    }
  }
}
