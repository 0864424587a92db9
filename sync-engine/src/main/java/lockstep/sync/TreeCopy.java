package lockstep.sync;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import lockstep.base.Blake3;
import lockstep.base.Disk;
import lockstep.base.DiskFile;
import lockstep.base.Node;
import lockstep.base.RelPath;
import lockstep.base.TimeSource;

/// A copy of a folder's directory on another disk, `.lockstep` included: with the times and modes
/// of all files, and links as links. It is made pass by pass while its user works on; each pass
/// copies what has changed since the one before. Every file is read again where it was written, and
/// compared. Nothing is durable, and the copy has no marker, until its owner says so. Not
/// thread-safe.
final class TreeCopy {
  private static final RelPath OWN = RelPath.of(RelPath.RESERVED);

  /// That a place is a copy on its way.
  private static final RelPath ARRIVAL = OWN.resolve("arriving");

  /// What a file is called until it is whole.
  private static final RelPath FRESH = OWN.resolve("arriving-file");

  /// By that alone a copy would be the folder.
  private static final RelPath MARKER = OWN.resolve("folder");

  private static final Set<RelPath> NOT_COPIED = Set.of(MARKER, ARRIVAL, FRESH);

  /// Within so long two changes of a file may bear one time.
  private static final long TICK_NANOS = 2_000_000_000L;

  static final int BUFFER_BYTES = 1 << 20;

  private final Disk from;
  private final Disk to;
  private final TimeSource time;
  private final Watch watch;
  private final long device;
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private Map<RelPath, Copied> copied = new HashMap<>();

  /// Who is told of the work, and may stop it.
  interface Watch {
    /// So many bytes more are done.
    ///
    /// @throws UserException if nobody wants the rest
    void done(long bytes) throws UserException;
  }

  /// What was copied.
  ///
  /// @param stat of the original, as it was
  /// @param hash of its bytes, where its time alone does not tell whether it has changed since;
  ///   empty where it does
  private record Copied(Disk.Stat stat, Optional<Blake3> hash) {
    boolean isOf(Disk.Stat now) {
      return new Observed(stat, Node.ABSENT).unchanged(now);
    }
  }

  /// @param to an empty directory, but for the note of its arrival
  TreeCopy(Disk from, Disk to, TimeSource time, Watch watch) throws IOException {
    this.from = from;
    this.to = to;
    this.time = time;
    this.watch = watch;
    this.device = from.stat(RelPath.ROOT).map(Disk.Stat::device).orElse(0L);
  }

  // ---- Copying -------------------------------------------------------------------------------

  /// Makes the copy what the original is now.
  ///
  /// @return how much had to be changed for that
  long pass() throws UserException, IOException {
    var pass = new Pass();
    try {
      pass.directory(RelPath.ROOT);
    } catch (IOException | UserException ended) {
      copied.putAll(pass.now); // so that it can be taken away
      throw ended;
    }
    long removed = removeAllBut(pass.now);
    copied = pass.now;
    return pass.changes + removed;
  }

  /// What has to go in what order: the deepest first.
  private static List<RelPath> bottomUp(Map<RelPath, Copied> paths) {
    var sorted = new ArrayList<>(paths.keySet());
    sorted.sort(Comparator.reverseOrder());
    return sorted;
  }

  private long removeAllBut(Map<RelPath, Copied> now) throws IOException {
    long removed = 0;
    for (RelPath path : bottomUp(copied)) {
      if (!now.containsKey(path)) {
        remove(to, path);
        removed++;
      }
    }
    return removed;
  }

  private static void remove(Disk disk, RelPath path) throws IOException {
    try {
      disk.remove(path);
    } catch (NoSuchFileException gone) {
      // all the better
    }
  }

  private final class Pass {
    final Map<RelPath, Copied> now = new HashMap<>();
    long changes;

    /// A directory that vanishes meanwhile is missed by the next pass.
    void directory(RelPath directory) throws UserException, IOException {
      List<Disk.Listed> entries;
      try {
        entries = from.list(directory);
      } catch (NoSuchFileException gone) {
        return;
      }
      for (Disk.Listed entry : entries) {
        Optional<String> obstacle = Measure.obstacle(directory, entry, device);
        if (obstacle.isPresent()) {
          throw new IOException(obstacle.get() + ", and cannot be copied");
        }
        RelPath path = directory.resolve(entry.name());
        if (!NOT_COPIED.contains(path)) {
          entry(path, entry.stat());
        }
      }
    }

    private void entry(RelPath path, Disk.Stat stat) throws UserException, IOException {
      Copied before = copied.get(path);
      if (before != null && before.stat().kind() != stat.kind()) {
        clear(path);
        before = null;
      }
      try {
        switch (stat.kind()) {
          case DIRECTORY -> {
            if (before == null) makeDirectory(path);
            now.put(path, new Copied(stat, Optional.empty()));
            directory(path);
          }
          case SYMLINK -> {
            if (before == null || !before.isOf(stat)) link(path);
            now.put(path, new Copied(stat, Optional.empty()));
          }
          case FILE -> now.put(path, before == null ? file(path) : file(path, stat, before));
          case OTHER -> throw new IllegalStateException(path + " was judged to be an obstacle");
        }
      } catch (NoSuchFileException gone) {
        if (from.stat(path).isPresent()) throw gone; // it was not that which has gone
      }
    }

    /// Another kind of thing takes the name.
    private void clear(RelPath path) throws IOException {
      for (RelPath each : bottomUp(copied)) {
        if (each.startsWith(path)) {
          remove(to, each);
          copied.remove(each);
        }
      }
    }

    /// With its owner's rights, until all that belongs in it is there.
    private void makeDirectory(RelPath path) throws IOException {
      if (!path.equals(OWN)) { // which the note of the arrival lies in
        to.makeDirectory(path, 0700);
      }
      changes++;
    }

    private void link(RelPath path) throws IOException {
      String target = from.readSymlink(path);
      remove(to, path);
      to.makeSymlink(path, target);
      changes++;
    }

    private Copied file(RelPath path, Disk.Stat stat, Copied before)
        throws UserException, IOException {
      if (!before.isOf(stat)) {
        return file(path);
      }
      if (before.hash().isEmpty()) {
        return before;
      }
      Blake3 hash = hash(from, path, buffer);
      return hash.equals(before.hash().get()) ? copied(path, stat, hash) : file(path);
    }

    private Copied file(RelPath path) throws UserException, IOException {
      remove(to, FRESH);
      Disk.Stat stat;
      Blake3 hash;
      try (DiskFile source = from.open(path)) {
        stat = source.stat();
        hash = write(source, stat);
      }
      if (!hash(to, FRESH, buffer).equals(hash)) {
        throw new IOException(
            "the new disk gave back other bytes of '" + path + "' than were written to it");
      }
      remove(to, path);
      now.put(path, new Copied(stat, Optional.of(hash)));
      to.rename(FRESH, path);
      requireKept(path, stat);
      changes++;
      return copied(path, stat, hash);
    }

    private Blake3 write(DiskFile source, Disk.Stat stat) throws UserException, IOException {
      var hasher = Blake3.Hasher.plain();
      try (DiskFile fresh = to.create(FRESH, 0600)) {
        long at = 0;
        int read;
        while ((read = source.read(buffer, 0, buffer.length, at)) > 0) {
          hasher.update(buffer, 0, read);
          fresh.write(buffer, 0, read, at);
          at += read;
          watch.done(read);
        }
        fresh.setMode(stat.mode());
        fresh.setModified(stat.modifiedNanos());
      }
      watch.done(0);
      return hasher.digest();
    }

    /// A time or mode that the disk cannot hold would be a change of the file, for everybody.
    private void requireKept(RelPath path, Disk.Stat stat) throws IOException {
      Disk.Stat there = to.stat(path).orElseThrow(() -> new NoSuchFileException(path.toString()));
      if (there.modifiedNanos() != stat.modifiedNanos() || there.mode() != stat.mode()) {
        remove(to, path);
        throw new IOException(
            "the new disk does not keep times and permissions as they are (that of '"
                + path
                + "'), so every file would count as changed");
      }
    }

    private Copied copied(RelPath path, Disk.Stat stat, Blake3 hash) throws IOException {
      boolean isStill =
          from.stat(path).filter(new Copied(stat, Optional.empty())::isOf).isPresent();
      return new Copied(stat, isStill && isOld(stat) ? Optional.empty() : Optional.of(hash));
    }
  }

  private boolean isOld(Disk.Stat stat) {
    long changed = Math.max(stat.changedNanos(), stat.modifiedNanos());
    var now = time.wallTime();
    return now.getEpochSecond() * 1_000_000_000L + now.getNano() - changed > TICK_NANOS;
  }

  /// The hash of a file as it stands.
  ///
  /// @param buffer to read it with
  static Blake3 hash(Disk disk, RelPath path, byte[] buffer) throws IOException {
    var hasher = Blake3.Hasher.plain();
    try (DiskFile file = disk.open(path)) {
      long at = 0;
      int read;
      while ((read = file.read(buffer, 0, buffer.length, at)) > 0) {
        hasher.update(buffer, 0, read);
        at += read;
      }
    }
    return hasher.digest();
  }

  /// Gives the directories their modes and times, and makes all durable; to be called after the
  /// last pass.
  void finish() throws IOException {
    remove(to, FRESH);
    for (RelPath path : bottomUp(copied)) {
      Copied one = copied.get(path);
      if (one != null && one.stat().kind() == Disk.Kind.DIRECTORY) dress(path, one.stat());
    }
    Optional<Disk.Stat> root = from.stat(RelPath.ROOT);
    if (root.isPresent()) dress(RelPath.ROOT, root.get());
    to.syncAll();
  }

  private void dress(RelPath directory, Disk.Stat stat) throws IOException {
    to.setMode(directory, stat.mode());
    if (!directory.equals(OWN)) to.setModified(directory, stat.modifiedNanos());
  }

  // ---- Taking away ---------------------------------------------------------------------------

  /// Takes the copy away again, and nothing else that came to stand there meanwhile.
  void discard() throws IOException {
    remove(to, FRESH);
    remove(to, MARKER);
    for (RelPath path : bottomUp(copied)) {
      Copied one = copied.get(path);
      if (one != null) discard(to, path, one.stat());
    }
  }

  /// What was copied in a pass that did not end is known by what it is a copy of.
  static void discard(Disk from, Disk to) throws IOException {
    remove(to, FRESH);
    discardIn(from, to, RelPath.ROOT);
  }

  private static void discardIn(Disk from, Disk to, RelPath directory) throws IOException {
    for (Disk.Listed entry : to.list(directory)) {
      if (!entry.representable()) continue;
      RelPath path = directory.resolve(entry.name());
      if (path.equals(ARRIVAL)) continue;
      if (entry.stat().kind() == Disk.Kind.DIRECTORY) {
        openUp(to, path);
        discardIn(from, to, path);
      }
      Optional<Disk.Stat> original = from.stat(path);
      if (path.startsWith(OWN)) {
        discard(to, path, entry.stat());
      } else if (original.isPresent()) {
        discard(to, path, original.get());
      }
    }
  }

  private static void openUp(Disk to, RelPath directory) throws IOException {
    to.setMode(directory, 0700);
  }

  private static void discard(Disk to, RelPath path, Disk.Stat original) throws IOException {
    Optional<Disk.Stat> there = to.stat(path).filter(stat -> isCopy(stat, original));
    if (there.isEmpty()) {
      return;
    }
    try {
      if (there.get().kind() == Disk.Kind.DIRECTORY) openUp(to, path);
      remove(to, path);
    } catch (DirectoryNotEmptyException holdsMore) {
      // it stays, with what is not ours
    }
  }

  private static boolean isCopy(Disk.Stat stat, Disk.Stat original) {
    return stat.kind() == original.kind()
        && (stat.kind() != Disk.Kind.FILE
            || (stat.size() == original.size()
                && stat.modifiedNanos() == original.modifiedNanos()));
  }

  /// Takes the original away, but for what changed after it was copied, or is being written to.
  ///
  /// @return what is left
  List<RelPath> removeOriginal() throws UserException, IOException {
    return new Removal(from, this::isCopied, watch).run();
  }

  private boolean isCopied(RelPath path, Disk.Stat stat) throws IOException {
    Copied one = copied.get(path);
    if (one == null || !one.isOf(stat)) {
      return false;
    }
    return one.hash().isEmpty() || one.hash().get().equals(hash(from, path, buffer));
  }
}
