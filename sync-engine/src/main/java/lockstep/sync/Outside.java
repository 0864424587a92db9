package lockstep.sync;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import lockstep.base.Disk;
import lockstep.base.DiskFile;
import lockstep.base.Node;
import lockstep.base.RelPath;
import lockstep.recovery.Disks;

/// A place that is in no folder of this restoration, where copies are put. Each file appears whole,
/// and nothing that stands there is touched.
final class Outside {
  private static final String FRESH = ".lockstep-restoring";
  private static final int DIRECTORY_MODE = 0755;

  private final Path to;
  private final Disk disk;
  private final RelPath base;

  /// @param single whether one file is to go there, not what a directory holds
  /// @throws UserException if something stands there, or nothing can
  Outside(Path to, boolean single) throws UserException, IOException {
    this.to = to;
    Path parent = to.getParent();
    Path name = to.getFileName();
    if (parent == null || name == null) {
      throw taken(to);
    }
    try {
      this.disk = Disks.open(parent);
    } catch (NoSuchFileException | NotDirectoryException e) {
      throw new UserException(
          "cannot restore to '" + to + "'",
          "there is no directory '" + parent + "'",
          "make it first, or name another place");
    }
    this.base = RelPath.of(name.toString());
    if (disk.stat(base).isPresent()) {
      throw taken(to);
    }
    if (!single) {
      disk.makeDirectory(base, DIRECTORY_MODE);
    }
  }

  static UserException taken(Path to) {
    return new UserException(
        "cannot restore to '" + to + "'",
        "something stands there, and it is not to be replaced",
        "name a place where nothing stands");
  }

  Path directory(RelPath below) throws IOException {
    RelPath at = below.rebase(RelPath.ROOT, base);
    makeDirectories(at);
    return to.resolve(below.toString());
  }

  Path link(RelPath below, String target) throws IOException {
    RelPath at = below.rebase(RelPath.ROOT, base);
    makeDirectories(at.parent());
    disk.makeSymlink(at, target);
    disk.syncDirectory(at.parent());
    return to.resolve(below.toString());
  }

  Path file(RelPath below, DiskFile bytes, Node.File file) throws UserException, IOException {
    RelPath at = below.rebase(RelPath.ROOT, base);
    makeDirectories(at.parent());
    RelPath fresh = at.parent().resolve(FRESH);
    try (DiskFile copy = disk.create(fresh, 0600)) {
      copy.copyFrom(bytes, 0, 0, file.content().size());
      copy.setMode(file.mode());
      copy.setModified(file.modifiedNanos());
      copy.sync();
      disk.rename(fresh, at);
    } catch (FileAlreadyExistsException e) {
      disk.remove(fresh);
      throw taken(to.resolve(below.toString()));
    } catch (IOException e) {
      disk.remove(fresh);
      throw e;
    }
    disk.syncDirectory(at.parent());
    return to.resolve(below.toString());
  }

  private void makeDirectories(RelPath directory) throws IOException {
    if (directory.isRoot() || disk.stat(directory).isPresent()) {
      return;
    }
    makeDirectories(directory.parent());
    disk.makeDirectory(directory, DIRECTORY_MODE);
    disk.syncDirectory(directory.parent());
  }
}
