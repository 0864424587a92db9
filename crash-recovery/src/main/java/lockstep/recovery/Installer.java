package lockstep.recovery;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import lockstep.base.Disk;
import lockstep.base.RelPath;

/// Changes one name of a user's folder while the user may be changing it too.
///
/// No system call compares and replaces. So what stood there is taken out first and examined then:
/// if it is not what was expected, it is the user's newer work and goes back. In the window
/// between, anything may happen to the name again; every branch below ends with each inode either
/// at the target or in history. Where the disk fails in the middle, the next who uses the name in
/// staging sees to that first.
///
/// Thread-safe, as long as no two threads use one name in staging.
final class Installer {
  private final Disk disk;
  private final History history;

  /// Exchanges that a disk which failed broke off, by the name in staging: the user's file may lie
  /// there.
  private final Map<RelPath, BrokenOff> brokenOff = new ConcurrentHashMap<>();

  /// @param fresh what was staged
  /// @param expected what stood at the target
  private record BrokenOff(RelPath target, Disk.Stat fresh, Disk.Stat expected) {}

  Installer(Disk disk, History history) {
    this.disk = disk;
    this.history = history;
  }

  /// Installs where nothing stands.
  Outcome place(RelPath staged, RelPath target) throws IOException {
    Disk.Stat fresh = present(staged);
    try {
      disk.rename(staged, target);
      return installed(target, fresh, Optional.empty());
    } catch (FileAlreadyExistsException e) {
      return new Outcome.Changed(disk.stat(target));
    }
  }

  /// Installs where `expected` stands.
  Outcome replace(RelPath staged, RelPath target, Disk.Stat expected) throws IOException {
    if (expected.kind() == Disk.Kind.DIRECTORY) {
      throw new IllegalArgumentException("a directory is retired before its name is reused");
    }
    Optional<Disk.Stat> found = disk.stat(target);
    if (found.isEmpty() || !isSame(found.get(), expected)) {
      return new Outcome.Changed(found);
    }
    try {
      if (disk.canExchange()) {
        return exchange(staged, target, expected);
      }
    } catch (UnsupportedOperationException e) {
      // the disk has learnt now that it cannot
    }
    return takeAndPlace(staged, target, expected);
  }

  private Outcome exchange(RelPath staged, RelPath target, Disk.Stat expected) throws IOException {
    Disk.Stat fresh = present(staged);
    try {
      return exchange(staged, target, fresh, expected);
    } catch (IOException e) {
      // Nobody may take the user's bytes for a staged file of ours.
      brokenOff.put(staged, new BrokenOff(target, fresh, expected));
      try {
        settle(staged);
      } catch (IOException later) {
        e.addSuppressed(later);
      }
      throw e;
    }
  }

  private Outcome exchange(RelPath staged, RelPath target, Disk.Stat fresh, Disk.Stat expected)
      throws IOException {
    try {
      disk.exchange(staged, target);
    } catch (NoSuchFileException e) {
      return new Outcome.Changed(disk.stat(target));
    }
    Disk.Stat displaced = present(staged);
    if (isSame(displaced, expected)) {
      HistoryItem kept = keep(staged, target, displaced.withMode(expected.mode()), fresh);
      giveMode(kept, displaced.mode());
      return installed(target, fresh, Optional.of(kept));
    }
    putBack(staged, target, fresh, expected);
    return new Outcome.Changed(disk.stat(target));
  }

  /// What was displaced has the mode that its user knows: the caller may have made it read-only.
  private void giveMode(HistoryItem item, int found) throws IOException {
    Disk.Stat stat = item.stat();
    if (stat.kind() == Disk.Kind.FILE && stat.mode() != found) {
      disk.setMode(item.place(), stat.mode());
    }
  }

  /// What cannot be kept is not replaced: it must not lie in staging, where it would be written to.
  ///
  /// @param displaced with the mode that its user knows
  private HistoryItem keep(RelPath staged, RelPath target, Disk.Stat displaced, Disk.Stat fresh)
      throws IOException {
    try {
      return history.take(staged, target, displaced);
    } catch (IOException full) {
      try {
        putBack(staged, target, fresh, displaced);
      } catch (IOException e) {
        full.addSuppressed(e);
      }
      throw full;
    }
  }

  /// The user's newer work came out. It goes back, unless they have already saved again onto what
  /// we had put there; then that save keeps the name and the one before it goes to history. They
  /// may save in each moment in which a name is changed, so this ends when what comes out is what
  /// was known to stand there.
  private void putBack(RelPath staged, RelPath target, Disk.Stat fresh, Disk.Stat expected)
      throws IOException {
    Disk.Stat stands = fresh;
    try {
      for (boolean settled = false; !settled; ) {
        Disk.Stat newest = present(staged);
        disk.exchange(staged, target);
        settled = isSame(present(staged), stands);
        if (settled && !isSame(stands, fresh)) {
          rescue(staged, target, expected);
        }
        stands = newest;
      }
    } catch (NoSuchFileException goneMeanwhile) {
      giveName(staged, target, expected);
    }
  }

  /// What had the name for a moment has another by now, or none: that was not the user's last work,
  /// so that has its name again.
  private void giveName(RelPath staged, RelPath target, Disk.Stat expected) throws IOException {
    try {
      disk.rename(staged, target);
    } catch (FileAlreadyExistsException savedMeanwhile) {
      rescue(staged, target, expected);
    }
  }

  /// Brings to history what an exchange that was broken off left at `staged`, if it is not what was
  /// staged: what was displaced, or what was staged and had the name for a moment in which its user
  /// saved onto it. It goes as it was before, so that what its user did since is noticed.
  synchronized void settle(RelPath staged) throws IOException {
    BrokenOff left = brokenOff.get(staged);
    if (left == null) return;
    Optional<Disk.Stat> found = disk.stat(staged);
    if (found.isPresent() && !isSame(found.get(), left.fresh())) {
      Disk.Stat before = isInode(found.get(), left.fresh()) ? left.fresh() : left.expected();
      giveMode(history.take(staged, left.target(), before), found.get().mode());
    }
    brokenOff.remove(staged);
  }

  /// The same for all.
  void settle() throws IOException {
    for (RelPath staged : brokenOff.keySet()) {
      settle(staged);
    }
  }

  /// Moves whatever is at `staged` to history, as something that stood at `target`.
  Optional<HistoryItem> rescue(RelPath staged, RelPath target) throws IOException {
    Optional<Disk.Stat> found = disk.stat(staged);
    return found.isPresent()
        ? Optional.of(history.take(staged, target, found.get()))
        : Optional.empty();
  }

  /// Moves whatever is at `staged` to history, as something that stood at `target`; with the mode
  /// that its user knows, if it is the inode that was expected there.
  private void rescue(RelPath staged, RelPath target, Disk.Stat expected) throws IOException {
    Optional<Disk.Stat> found = disk.stat(staged);
    if (found.isPresent()) {
      int mode = isInode(found.get(), expected) ? expected.mode() : found.get().mode();
      giveMode(history.take(staged, target, found.get().withMode(mode)), found.get().mode());
    }
  }

  /// Without an exchange the name is free for a moment.
  private Outcome takeAndPlace(RelPath staged, RelPath target, Disk.Stat expected)
      throws IOException {
    Disk.Stat fresh = present(staged);
    Optional<HistoryItem> taken = take(target, expected);
    if (taken.isEmpty()) {
      return new Outcome.Changed(disk.stat(target));
    }
    giveMode(taken.get(), present(taken.get().place()).mode());
    try {
      disk.rename(staged, target);
    } catch (FileAlreadyExistsException savedMeanwhile) {
      return new Outcome.Changed(disk.stat(target));
    } catch (IOException e) {
      history.giveBack(taken.get(), target);
      throw e;
    }
    return installed(target, fresh, taken);
  }

  Outcome retire(RelPath target, Disk.Stat expected) throws IOException {
    Optional<Disk.Stat> found = disk.stat(target);
    if (found.isEmpty() || !isSame(found.get(), expected)) {
      return new Outcome.Changed(found);
    }
    if (expected.kind() == Disk.Kind.DIRECTORY) {
      return removeDirectory(target);
    }
    Optional<HistoryItem> taken = take(target, expected);
    return taken.isPresent() ? new Outcome.Retired(taken) : new Outcome.Changed(disk.stat(target));
  }

  private Outcome removeDirectory(RelPath target) throws IOException {
    try {
      disk.remove(target);
      return new Outcome.Retired(Optional.empty());
    } catch (NoSuchFileException e) {
      return new Outcome.Changed(disk.stat(target));
    }
  }

  /// Moves what stands at `target` to history if it is the expected; else it stays or goes back.
  private Optional<HistoryItem> take(RelPath target, Disk.Stat expected) throws IOException {
    HistoryItem item;
    try {
      item = history.take(target, target, expected);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
    if (isSame(present(item.place()), expected)) {
      return Optional.of(item);
    }
    try {
      history.giveBack(item, target);
    } catch (FileAlreadyExistsException savedMeanwhile) {
      // the newer save keeps the name, the older one is in history
      Disk.Stat found = present(item.place());
      if (isInode(found, expected)) giveMode(item, found.mode());
    }
    return Optional.empty();
  }

  /// The outcome tells what *we* put there (the inode's change time is the rename's), even if the
  /// user has changed it in this very moment: their change must look like one when it is seen.
  private Outcome installed(RelPath target, Disk.Stat fresh, Optional<HistoryItem> displaced)
      throws IOException {
    Disk.Stat now = disk.stat(target).filter(found -> isSame(found, fresh)).orElse(fresh);
    return new Outcome.Installed(now, displaced);
  }

  private Disk.Stat present(RelPath path) throws IOException {
    return disk.stat(path).orElseThrow(() -> new NoSuchFileException(path.toString()));
  }

  /// The same inode with, as far as can be seen without reading, the same bytes. Of a directory
  /// only the inode counts: its time changes with what it holds.
  static boolean isSame(Disk.Stat found, Disk.Stat expected) {
    return isInode(found, expected)
        && (found.kind() == Disk.Kind.DIRECTORY
            || found.size() == expected.size()
                && found.modifiedNanos() == expected.modifiedNanos());
  }

  private static boolean isInode(Disk.Stat found, Disk.Stat expected) {
    return found.kind() == expected.kind()
        && found.device() == expected.device()
        && found.inode() == expected.inode();
  }
}
