package lockstep.sync;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import lockstep.base.Disk;
import lockstep.base.DiskFile;
import lockstep.base.DurabilityException;
import lockstep.base.RelPath;

/// Brings to stable storage what users' programs wrote: most save without a sync. What the ledger
/// has but a power cut takes away would be taken for deleted, or for edited, everywhere. Blocks
/// until the disk has confirmed. Thread-safe.
record StableStorage(Disk disk) {
  /// From so many on, one sync of the file system is cheaper than one of each.
  static final int SYNC_EACH_MAX = 6;

  /// Makes what stands at the paths durable, bytes and names, and that nothing does.
  ///
  /// @throws DurabilityException if the disk did not confirm
  void secure(Collection<RelPath> paths) throws IOException {
    if (paths.size() > SYNC_EACH_MAX) {
      disk.syncAll();
      return;
    }
    try {
      secureEach(paths);
    } catch (DurabilityException e) {
      throw e;
    } catch (IOException closedToUs) {
      disk.syncAll();
    }
  }

  private void secureEach(Collection<RelPath> paths) throws IOException {
    Set<RelPath> directories = new LinkedHashSet<>();
    for (RelPath path : paths) {
      if (disk.stat(path).filter(stat -> stat.kind() == Disk.Kind.FILE).isPresent()) {
        secureBytes(path);
      }
      addWithThoseAbove(standing(path.parent()), directories);
    }
    for (RelPath directory : directories) {
      disk.syncDirectory(directory);
    }
  }

  private void secureBytes(RelPath path) throws IOException {
    try (DiskFile file = disk.open(path)) {
      file.sync();
    } catch (NoSuchFileException replaced) {
      // who publishes or records it finds out
    }
  }

  /// Those above too: who puts a new directory in the place of one changes nothing in the ledger,
  /// but a power cut would bring the old one back, without what was saved into the new one.
  static void addWithThoseAbove(RelPath directory, Set<RelPath> directories) {
    for (RelPath at = directory; directories.add(at) && !at.isRoot(); ) {
      at = at.parent();
    }
  }

  /// The directory, or the nearest above it that is left.
  private RelPath standing(RelPath directory) throws IOException {
    RelPath at = directory;
    while (!at.isRoot() && !isDirectory(at)) {
      at = at.parent();
    }
    return at;
  }

  private boolean isDirectory(RelPath path) throws IOException {
    Optional<Disk.Stat> stat = disk.stat(path);
    return stat.filter(now -> now.kind() == Disk.Kind.DIRECTORY).isPresent();
  }
}
