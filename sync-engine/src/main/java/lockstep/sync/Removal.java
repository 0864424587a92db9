package lockstep.sync;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import lockstep.base.Disk;
import lockstep.base.RelPath;

/// Takes away what a folder has left in its old place. What its new place does not hold for certain
/// stays.
///
/// @param there says of a file or link whether the new place holds it
record Removal(Disk old, Proof there, TreeCopy.Watch watch) {
  private static final RelPath OWN = RelPath.of(RelPath.RESERVED);
  private static final RelPath KEPT = OWN.resolve("history").resolve("files");

  /// Says whether something is held elsewhere.
  interface Proof {
    boolean holds(RelPath path, Disk.Stat stat) throws IOException;
  }

  /// By comparing each file with that of its name in the folder, by their hashes: after a restart
  /// nobody knows what was copied.
  static Removal comparing(Disk old, Disk folder, TreeCopy.Watch watch) {
    var buffer = new byte[TreeCopy.BUFFER_BYTES];
    return new Removal(old, (path, stat) -> isSame(old, folder, path, stat, buffer), watch);
  }

  private static boolean isSame(Disk old, Disk folder, RelPath path, Disk.Stat stat, byte[] buffer)
      throws IOException {
    Optional<Disk.Stat> other = folder.stat(path);
    if (other.isEmpty() || other.get().kind() != stat.kind()) {
      return false;
    }
    if (stat.kind() == Disk.Kind.SYMLINK) {
      return old.readSymlink(path).equals(folder.readSymlink(path));
    }
    return other.get().size() == stat.size() && haveSameBytes(old, folder, path, buffer);
  }

  private static boolean haveSameBytes(Disk one, Disk other, RelPath path, byte[] buffer)
      throws IOException {
    try {
      return TreeCopy.hash(one, path, buffer).equals(TreeCopy.hash(other, path, buffer));
    } catch (NoSuchFileException gone) {
      return false;
    }
  }

  /// @return what is left, as seen from the old place
  List<RelPath> run() throws UserException, IOException {
    var left = new ArrayList<RelPath>();
    directory(RelPath.ROOT, left);
    return left;
  }

  private void directory(RelPath directory, List<RelPath> left) throws UserException, IOException {
    for (Disk.Listed entry : old.list(directory)) {
      if (!entry.representable()) continue; // its directory stays and is told
      RelPath path = directory.resolve(entry.name());
      watch.done(entry.stat().size());
      switch (entry.stat().kind()) {
        case DIRECTORY -> {
          if (entry.stat().mode() != 0700) old.setMode(path, entry.stat().mode() | 0700);
          directory(path, left);
          removeDirectory(path, left);
        }
        case FILE, SYMLINK -> {
          if (!remove(path, entry.stat())) left.add(path);
        }
        case OTHER -> left.add(path);
      }
    }
  }

  private void removeDirectory(RelPath path, List<RelPath> left) throws IOException {
    try {
      old.remove(path);
    } catch (DirectoryNotEmptyException holdsMore) {
      boolean isTold = left.stream().anyMatch(each -> each.startsWith(path));
      if (!isTold) left.add(path);
    }
  }

  private boolean remove(RelPath path, Disk.Stat stat) throws IOException {
    try {
      if (isOurs(path) || (!isBeingWritten(path, stat) && there.holds(path, stat))) {
        old.remove(path);
        return true;
      }
      return false;
    } catch (NoSuchFileException gone) {
      return true;
    }
  }

  /// What Lockstep keeps for itself, but for the bytes in its history.
  private static boolean isOurs(RelPath path) {
    return path.startsWith(OWN) && !path.startsWith(KEPT);
  }

  private boolean isBeingWritten(RelPath path, Disk.Stat stat) throws IOException {
    return stat.kind() == Disk.Kind.FILE && old.isBeingWritten(path).orElse(false);
  }
}
