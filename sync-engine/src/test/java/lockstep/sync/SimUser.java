package lockstep.sync;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SplittableRandom;
import lockstep.base.Disk;
import lockstep.base.DiskFile;
import lockstep.base.RelPath;
import lockstep.lease.LockMarker;
import lockstep.sync.ignore.IgnoreRules;
import lockstep.testkit.sim.Scheduler;
import lockstep.testkit.sim.SimView;

/// Somebody who works on the files of a device with the programs that people use: each saves in its
/// own way, some in several steps with time between them.
final class SimUser {
  private static final long MILLI = 1_000_000;
  private static final List<String> DIRECTORIES = List.of("", "", "d", "d/e", "x");
  private static final List<String> FILES = List.of("a", "b", "c.txt", "notes.blend");

  /// Names that some file systems take for one.
  private static final List<String> TWIN_DIRECTORIES = List.of("", "", "d", "D", "d/e", "D/E");

  private static final List<String> TWIN_FILES =
      List.of("a", "A", "c.txt", "C.txt", "\u00e9", "e\u0301", "\u00c9", "notes.blend");

  private final SimDevice device;
  private final SimView disk;
  private final SimOracle oracle;
  private final Scheduler world;
  private Scheduler.Life session = new Scheduler.Life();
  private final boolean twins;
  private final boolean locks;
  private int saves;

  /// @param locks whether they lock files
  SimUser(SimDevice device, SimOracle oracle, Scheduler world, boolean twins, boolean locks) {
    this.device = device;
    this.disk = device.files.user();
    this.oracle = oracle;
    this.world = world;
    this.twins = twins;
    this.locks = locks;
    device.files.userBytes(oracle::seen);
  }

  /// The power went: no program goes on.
  void powerCut() {
    session.end();
    session = new Scheduler.Life();
  }

  /// Deletes what programs left behind and nobody syncs: it keeps directories from going.
  void tidyUp() {
    device.files.forEachFile(
        (path, _) -> {
          boolean ignored = IgnoreRules.DEFAULT.match(path, false).isPresent();
          if (!path.isReserved() && ignored && !LockMarker.isLikely(path.name())) {
            try {
              release(path);
              disk.remove(path);
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          }
        });
  }

  /// Does something to the files.
  void act(SplittableRandom random) {
    if (locks && random.nextInt(4) == 0) {
      lockOrUnlock(random);
      return;
    }
    try {
      switch (random.nextInt(20)) {
        case 0, 1, 2, 3 -> rewrite(anyFile(random), random);
        case 4, 5, 6 -> saveByRename(anyPath(random), random);
        case 7 -> saveAsBlender(anyPath(random), random);
        case 8 -> saveAsOffice(anyPath(random), random);
        case 9 -> append(anyFile(random), random);
        case 10, 11 -> deleteFile(anyFile(random));
        case 12 -> deleteTree(anyDirectory(random));
        case 13 -> rename(anyFile(random), anyPath(random));
        case 14 -> {
          RelPath file = anyFile(random);
          rename(file, twins ? respelled(file) : anyPath(random));
        }
        case 15 -> {
          RelPath directory = anyDirectory(random);
          boolean respell = twins && random.nextBoolean();
          rename(directory, respell ? respelled(directory) : anyPath(random));
        }
        case 16 -> swap(anyFile(random), anyFile(random));
        case 17 -> makeDirectory(anyPath(random));
        case 18 -> link(anyPath(random), random);
        default -> chmod(anyFile(random), random);
      }
    } catch (IOException e) {
      // a program that meets another state of the disk than it thought gives up
    }
  }

  /// Does something to a path at the very moment at which Lockstep is about to change it.
  void race(RelPath path, SplittableRandom random) {
    if (path.isReserved() || LockMarker.isLikely(path.name()) || !device.files.isMounted()) return;
    device.log("works on " + path + " meanwhile");
    oracle.releasedInBetween(device, path);
    try {
      switch (random.nextInt(6)) {
        case 0, 1 -> rewrite(path, random);
        case 2 -> append(path, random);
        case 3 -> saveByRename(path, random);
        case 4 -> deleteFile(path);
        default -> rename(path, anyPath(random));
      }
    } catch (IOException e) {
      // as in [#act]
    }
  }

  // ---- Ways to save ----------------------------------------------------------------------------

  /// Opens the file and writes over it, in one go or with a pause.
  private void rewrite(RelPath path, SplittableRandom random) throws IOException {
    makeParents(path);
    Optional<Disk.Stat> stands = disk.stat(path);
    if (stands.isPresent() && stands.get().kind() != Disk.Kind.FILE) return;
    if (isRefused(path, random)) return;
    stands.ifPresent(_ -> release(path));
    byte[] bytes = fresh(random);
    DiskFile file = stands.isPresent() ? disk.openForWriting(path) : disk.create(path, 0644);
    file.truncate(0);
    int half = random.nextInt(bytes.length + 1);
    file.write(bytes, 0, half, 0);
    if (half == bytes.length) oracle.saved(device, path, bytes); // it only stays open
    if (random.nextInt(4) == 0) {
      later(random, () -> finish(file, path, bytes, half));
    } else {
      finish(file, path, bytes, half);
    }
  }

  /// Whatever stands at the name by now, it is the open file that gets the bytes.
  private void finish(DiskFile file, RelPath path, byte[] bytes, int from) throws IOException {
    if (from < bytes.length) {
      oracle.released(device, read(file));
      file.write(bytes, from, bytes.length - from, from);
      boolean deleted = file.stat().links() == 0;
      if (!deleted) oracle.saved(device, path, read(file));
    }
    file.close();
  }

  private void append(RelPath path, SplittableRandom random) throws IOException {
    Optional<Disk.Stat> stands = disk.stat(path);
    if (stands.isEmpty() || stands.get().kind() != Disk.Kind.FILE) return;
    if (isRefused(path, random)) return;
    byte[] before = read(path);
    release(path);
    byte[] more = fresh(random);
    try (DiskFile file = disk.openForWriting(path)) {
      file.write(more, 0, more.length, before.length);
    }
    oracle.saved(device, path, concat(before, more));
  }

  private void saveByRename(RelPath path, SplittableRandom random) throws IOException {
    if (isDirectory(path) || isRefused(path, random)) return;
    makeParents(path);
    RelPath fresh =
        path.parent().resolve((random.nextBoolean() ? ".#" : "part-") + path.name() + saves);
    byte[] bytes = write(fresh, random);
    later(random, () -> takeName(fresh, bytes, path));
  }

  /// Gives what a program has written its last name. Another file may stand there meanwhile, which
  /// the program takes for its own.
  private void takeName(RelPath fresh, byte[] written, RelPath path) throws IOException {
    if (isDirectory(path)) return;
    boolean isOwn = Arrays.equals(read(fresh), written);
    if (!isOwn) tellMoved(fresh, path);
    if (disk.stat(path).isPresent()) release(path);
    disk.replace(fresh, path);
    if (isOwn) oracle.saved(device, path, written);
  }

  /// Writes `name@`, moves the old file to `name1`, the new one to `name`.
  private void saveAsBlender(RelPath path, SplittableRandom random) throws IOException {
    if (isDirectory(path)) return;
    makeParents(path);
    RelPath fresh = path.parent().resolve(path.name() + "@");
    RelPath backup = path.parent().resolve(path.name() + "1");
    if (disk.stat(fresh).isPresent() || isDirectory(backup)) return;
    byte[] bytes = write(fresh, random);
    if (disk.stat(path).isPresent()) {
      if (disk.stat(backup).isPresent()) release(backup);
      tellMoved(path, backup);
      disk.replace(path, backup);
    }
    takeName(fresh, bytes, path);
  }

  /// Moves the old file away, gives the new one its name, deletes the old one.
  private void saveAsOffice(RelPath path, SplittableRandom random) throws IOException {
    if (isDirectory(path)) return;
    makeParents(path);
    RelPath fresh = path.parent().resolve("~tmp" + saves);
    RelPath old = path.parent().resolve("~old" + saves);
    byte[] bytes = write(fresh, random);
    if (disk.stat(path).isPresent()) {
      tellMoved(path, old);
      disk.rename(path, old);
    }
    later(
        random,
        () -> {
          takeName(fresh, bytes, path);
          if (disk.stat(old).isPresent()) deleteFile(old);
        });
  }

  // ---- Locks -----------------------------------------------------------------------------------

  static boolean isReadOnly(SimDevice device, RelPath path) {
    try {
      return device
          .files
          .user()
          .stat(path)
          .filter(stat -> stat.kind() == Disk.Kind.FILE && (stat.mode() & 0200) == 0)
          .isPresent();
    } catch (IOException e) {
      return false;
    }
  }

  /// Whether a program refuses to write there; some do not ask.
  private boolean isRefused(RelPath path, SplittableRandom random) {
    return locks && isReadOnly(device, path) && random.nextInt(4) != 0;
  }

  private void lockOrUnlock(SplittableRandom random) {
    SimDevice.Run run = device.run;
    if (run == null) return;
    RelPath path = anyFile(random);
    int what = random.nextInt(6);
    run.put(
        new FolderEvent.Ask(
            loop -> {
              switch (what) {
                case 0, 1, 2 -> loop.locks().lock(path, "work", NO_MATTER);
                case 3, 4 -> loop.locks().unlock(path);
                default -> {
                  if (loop.locks().view().of(path).filter(lock -> !lock.mine()).isPresent()) {
                    loop.locks().breakLock(path, "it must be");
                  } else {
                    loop.locks().ask(path, "please");
                  }
                }
              }
            }));
  }

  static final LockReply NO_MATTER =
      new LockReply() {
        @Override
        public void locked(Optional<FileLock> lock) {}

        @Override
        public void denied(lockstep.base.PeerId holder, Optional<FileLock> lock) {}

        @Override
        public void notAllowed(lockstep.lease.Notice.NotAllowed.Why why) {}
      };

  // ---- Other work ------------------------------------------------------------------------------

  private void deleteFile(RelPath path) throws IOException {
    if (disk.stat(path).isEmpty() || isDirectory(path)) return;
    release(path);
    disk.remove(path);
  }

  private void deleteTree(RelPath directory) throws IOException {
    if (directory.isRoot() || !isDirectory(directory)) return;
    for (Disk.Listed listed : disk.list(directory)) {
      RelPath path = directory.resolve(listed.name());
      if (listed.stat().kind() == Disk.Kind.DIRECTORY) {
        deleteTree(path);
      } else {
        deleteFile(path);
      }
    }
    disk.remove(directory);
  }

  private void rename(RelPath from, RelPath to) throws IOException {
    if (from.isRoot() || disk.stat(from).isEmpty()) return;
    if (disk.stat(to).isPresent() && !twins) return; // of twins the disk says whether they are one
    makeParents(to);
    tellMoved(from, to);
    disk.rename(from, to);
  }

  private void tellMoved(RelPath from, RelPath to) throws IOException {
    oracle.renamed(device, from);
    Disk.Kind kind = disk.stat(from).map(Disk.Stat::kind).orElse(Disk.Kind.OTHER);
    if (kind == Disk.Kind.FILE) oracle.moved(device, read(from), from, to);
    if (kind == Disk.Kind.DIRECTORY) {
      for (Disk.Listed listed : disk.list(from)) {
        tellMoved(from.resolve(listed.name()), to.resolve(listed.name()));
      }
    }
  }

  /// The same name in the other case.
  private static RelPath respelled(RelPath path) {
    if (path.isRoot()) return path;
    String upper = path.name().toUpperCase(Locale.ROOT);
    return path.parent()
        .resolve(upper.equals(path.name()) ? path.name().toLowerCase(Locale.ROOT) : upper);
  }

  private void swap(RelPath a, RelPath b) throws IOException {
    if (a.equals(b) || disk.stat(a).isEmpty() || disk.stat(b).isEmpty()) return;
    RelPath aside = a.parent().resolve("~swap" + saves++);
    tellMoved(a, b);
    tellMoved(b, a);
    disk.rename(a, aside);
    disk.rename(b, a);
    disk.rename(aside, b);
  }

  private void makeDirectory(RelPath path) throws IOException {
    if (disk.stat(path).isEmpty()) makeParents(path.resolve("child"));
  }

  private void link(RelPath path, SplittableRandom random) throws IOException {
    if (disk.stat(path).isPresent()) return;
    makeParents(path);
    disk.makeSymlink(path, "target" + random.nextInt(3));
  }

  private void chmod(RelPath path, SplittableRandom random) throws IOException {
    Optional<Disk.Stat> stands = disk.stat(path);
    if (stands.isEmpty() || stands.get().kind() == Disk.Kind.SYMLINK) return;
    disk.setMode(
        path, stands.get().kind() == Disk.Kind.DIRECTORY ? 0750 : 0600 + random.nextInt(2));
  }

  // ---- Helpers ---------------------------------------------------------------------------------

  private interface Work {
    void run() throws IOException;
  }

  /// Goes on at once, soon, or after a while.
  private void later(SplittableRandom random, Work work) {
    long delay =
        switch (random.nextInt(4)) {
          case 0, 1 -> 0;
          case 2 -> random.nextLong(50 * MILLI);
          default -> random.nextLong(4000 * MILLI);
        };
    world.after(
        delay,
        session,
        "user " + device.name,
        () -> {
          try {
            work.run();
          } catch (IOException e) {
            // as in [#act]
          }
        });
  }

  /// Writes a file under a name that it is to have for a moment. For one that is to replace a
  /// conflict copy that looks like a copy's, and stays if others lock the file meanwhile.
  private byte[] write(RelPath path, SplittableRandom random) throws IOException {
    byte[] bytes = fresh(random);
    oracle.put(bytes, path);
    try (DiskFile file = disk.create(path, 0644)) {
      file.write(bytes, 0, bytes.length, 0);
      if (random.nextBoolean()) file.sync();
    }
    return bytes;
  }

  /// Bytes that nobody wrote before.
  private byte[] fresh(SplittableRandom random) {
    String label = "%s save %d;".formatted(device.name, saves++);
    var out = new ByteArrayOutputStream();
    out.writeBytes(label.getBytes(StandardCharsets.UTF_8));
    int length = random.nextInt(40) == 0 ? 140_000 + random.nextInt(300_000) : random.nextInt(100);
    byte[] more = new byte[length];
    random.nextBytes(more);
    out.writeBytes(more);
    return out.toByteArray();
  }

  /// The user does away with what stands at a path.
  private void release(RelPath path) {
    try {
      if (disk.stat(path).filter(stat -> stat.kind() == Disk.Kind.FILE).isPresent()) {
        oracle.released(device, read(path));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private byte[] read(RelPath path) throws IOException {
    try (DiskFile file = disk.open(path)) {
      return read(file);
    }
  }

  private static byte[] read(DiskFile file) throws IOException {
    byte[] bytes = new byte[(int) file.stat().size()];
    if (bytes.length > 0) file.read(bytes, 0, bytes.length, 0);
    return bytes;
  }

  private static byte[] concat(byte[] first, byte[] second) {
    byte[] both = java.util.Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }

  private boolean isDirectory(RelPath path) throws IOException {
    return disk.stat(path).filter(stat -> stat.kind() == Disk.Kind.DIRECTORY).isPresent();
  }

  private void makeParents(RelPath path) throws IOException {
    RelPath parent = path.parent();
    if (parent.isRoot()) return;
    makeParents(parent);
    if (disk.stat(parent).isEmpty()) disk.makeDirectory(parent, 0755);
  }

  private RelPath anyPath(SplittableRandom random) {
    List<String> directories = twins ? TWIN_DIRECTORIES : DIRECTORIES;
    List<String> files = twins ? TWIN_FILES : FILES;
    String directory = directories.get(random.nextInt(directories.size()));
    String name = files.get(random.nextInt(files.size()));
    return RelPath.of(directory.isEmpty() ? name : directory + "/" + name);
  }

  /// A path that exists, if there is one.
  private RelPath anyFile(SplittableRandom random) {
    return any(false, random);
  }

  private RelPath anyDirectory(SplittableRandom random) {
    return any(true, random);
  }

  private RelPath any(boolean directories, SplittableRandom random) {
    var found = new ArrayList<RelPath>();
    device
        .tree()
        .forEach(
            (path, what) -> {
              if (what.startsWith("directory") == directories) found.add(path);
            });
    return found.isEmpty() ? anyPath(random) : found.get(random.nextInt(found.size()));
  }
}
