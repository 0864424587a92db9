package lockstep.testkit.sim;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import lockstep.base.Blake3;
import lockstep.base.Disk;
import lockstep.base.RelPath;
import lockstep.base.TimeSource;
import org.jspecify.annotations.Nullable;

/// A file system in memory that behaves as badly as POSIX allows.
///
/// Bytes are safe from a crash once their file was synced, a name once its directory was. Until
/// then a crash may keep any part of what was done, in any order that respects only that a change
/// of a name builds on the one before: names without their bytes, the new file without the old one
/// being gone, or nothing at all. A rename or exchange is lost or kept as a whole. Inode numbers
/// are used again at once, and times are as coarse as the kernel's clock tick.
///
/// [#engine] is the disk as Lockstep sees it, [#user] as the programs of its user do. Not
/// thread-safe.
@SuppressWarnings("ReferenceEquality") // here identity is what is meant
public final class SimDisk {
  private final TimeSource time;
  private final SimNames names;
  private final long tick;
  private final Deque<Long> freeNumbers = new ArrayDeque<>();
  private final List<Renaming> unsafe = new ArrayList<>();
  private long lastNumber = 2;
  private Inode root = new Inode(1, Disk.Kind.DIRECTORY, 0755);
  private @Nullable Inode mountPoint;
  Faults faults = Faults.NONE;
  boolean canExchange = true;
  Watching watching = (_, _) -> {};
  Consumer<byte[]> userBytes = _ -> {};
  final Set<SimView.OpenFile> writtenByEngine = new HashSet<>();

  /// One or two names that change in one step, and what they stand for then.
  private record Renaming(List<Slot> slots) {}

  private record Slot(Inode directory, String key, Inode.@Nullable Named after) {
    boolean isSameAs(Slot that) {
      return directory == that.directory && key.equals(that.key);
    }
  }

  /// @param tick resolution of the times of inodes, in nanoseconds
  /// @param names what becomes of names
  public SimDisk(TimeSource time, long tick, SimNames names) {
    this.time = time;
    this.tick = tick;
    this.names = names;
  }

  public SimDisk(TimeSource time) {
    this(time, SimNames.EXACT);
  }

  public SimDisk(TimeSource time, SimNames names) {
    this(time, 4_000_000, names);
  }

  /// As Lockstep sees it.
  public Disk engine() {
    return new SimView(this, false);
  }

  /// As users' programs see it: nothing fails, and what they write is remembered as theirs.
  public SimView user() {
    return new SimView(this, true);
  }

  /// The engine's process has ended, so nothing is open to it any more.
  public void engineEnded() {
    List.copyOf(writtenByEngine).forEach(SimView.OpenFile::release);
  }

  public void faults(Faults faults) {
    this.faults = faults;
  }

  /// Whether two names can be exchanged in one step.
  public void canExchange(boolean canExchange) {
    this.canExchange = canExchange;
  }

  public void watching(Watching watching) {
    this.watching = watching;
  }

  /// @param userBytes hears of every state that a user's file goes through
  public void userBytes(Consumer<byte[]> userBytes) {
    this.userBytes = userBytes;
  }

  // ---- Backups and mounts ----------------------------------------------------------------------

  /// All that was on a disk at a moment.
  public static final class Image {
    private final Inode root;

    private Image(Inode root) {
      this.root = root;
    }
  }

  /// What a backup takes.
  public Image image() {
    return new Image(copy(root));
  }

  /// Brings a backup back: all of it stable, in new inodes.
  public void restore(Image image) {
    unsafe.clear();
    freeNumbers.clear();
    root = copy(image.root);
  }

  private Inode copy(Inode from) {
    var to = new Inode(++lastNumber, from.kind, from.mode);
    to.modified = from.modified;
    to.changed = now();
    to.target = from.target;
    to.byUser = from.byUser;
    to.revert(from.bytes());
    for (Map.Entry<String, Inode.Named> entry : from.entries.entrySet()) {
      var named = new Inode.Named(entry.getValue().name(), copy(entry.getValue().inode()));
      to.entries.put(entry.getKey(), named);
      to.safeEntries.put(entry.getKey(), named);
    }
    return to;
  }

  /// The disk goes away; an empty directory is left where it was mounted.
  public void unmount() {
    if (mountPoint == null) mountPoint = new Inode(2, Disk.Kind.DIRECTORY, 0755);
  }

  public void mount() {
    mountPoint = null;
  }

  public boolean isMounted() {
    return mountPoint == null;
  }

  // ---- Crashes -------------------------------------------------------------------------------

  /// Everything becomes stable: time has passed, and the kernel wrote it all.
  public void settle() {
    unsafe.forEach(this::keep);
    unsafe.clear();
    forEachInode(root, Inode::sync);
  }

  /// The power goes. What was not stable is kept, lost or torn at random.
  ///
  /// @param torn hears of what is left of users' files whose bytes were not stable
  public void crash(SplittableRandom random, Consumer<byte[]> torn) {
    int keptPercent =
        switch (random.nextInt(4)) {
          case 0 -> 0;
          case 1 -> 100;
          default -> random.nextInt(101);
        };
    var lost = new ArrayList<Slot>();
    for (Renaming each : unsafe) {
      boolean builds = each.slots.stream().anyMatch(slot -> buildsOn(lost, slot));
      if (!builds && random.nextInt(100) < keptPercent) {
        keep(each);
      } else {
        lost.addAll(each.slots);
      }
    }
    unsafe.clear();
    freeNumbers.clear();
    var numbers = new HashMap<Long, Inode>();
    forEachInode(
        root,
        inode -> {
          inode.links = 0;
          numbers.put(inode.number, inode);
        });
    forgetUnsafe(root, new HashSet<>(), numbers);
    forEachInode(
        root,
        inode -> {
          inode.writers = 0;
          if (inode.kind == Disk.Kind.FILE && !inode.isSafe()) tear(inode, random, torn);
        });
  }

  /// Whether a name was changed before, or lies in a directory that came to be, by what was lost.
  private static boolean buildsOn(List<Slot> lost, Slot slot) {
    return isAmong(lost, slot)
        || lost.stream().anyMatch(l -> l.after != null && l.after.inode() == slot.directory);
  }

  private static boolean isAmong(List<Slot> slots, Slot slot) {
    return slots.stream().anyMatch(slot::isSameAs);
  }

  private void keep(Renaming renaming) {
    for (Slot slot : renaming.slots) {
      if (slot.after == null) {
        slot.directory.safeEntries.remove(slot.key);
      } else {
        slot.directory.safeEntries.put(slot.key, slot.after);
      }
    }
  }

  /// A rename that was kept may have left a name that was lost: an inode shows up once at most if
  /// it is a directory. One whose number another has by now does not come back.
  ///
  /// @param numbers the inodes that there were a moment ago
  private void forgetUnsafe(Inode directory, Set<Inode> seen, Map<Long, Inode> numbers) {
    directory.entries.clear();
    for (Map.Entry<String, Inode.Named> entry : directory.safeEntries.entrySet()) {
      Inode inode = entry.getValue().inode();
      Inode other = numbers.putIfAbsent(inode.number, inode);
      if (other != null && other != inode) continue;
      if (inode.kind == Disk.Kind.DIRECTORY && !seen.add(inode)) continue;
      directory.entries.put(entry.getKey(), entry.getValue());
      inode.links++;
      if (inode.kind == Disk.Kind.DIRECTORY) forgetUnsafe(inode, seen, numbers);
    }
    directory.safeEntries.clear();
    directory.safeEntries.putAll(directory.entries);
  }

  private void tear(Inode inode, SplittableRandom random, Consumer<byte[]> torn) {
    byte[] now = inode.bytes();
    byte[] before = inode.safeBytes();
    byte[] left =
        switch (random.nextInt(5)) {
          case 0 -> before.clone();
          case 1 -> now.clone();
          case 2 -> java.util.Arrays.copyOf(now, random.nextInt(now.length + 1));
          case 3 -> zeroed(now.clone(), random.nextInt(now.length + 1));
          default -> mixed(now.clone(), before, random);
        };
    byte[] survived = withWhatWasStable(left, now, before);
    inode.revert(survived);
    if (inode.byUser) torn.accept(survived);
  }

  /// Bytes that were stable and not changed since stay as they are.
  private static byte[] withWhatWasStable(byte[] left, byte[] now, byte[] before) {
    byte[] survived = left;
    for (int i = Math.min(now.length, before.length) - 1; i >= 0; i--) {
      if (now[i] == before[i]) {
        if (i >= survived.length) survived = java.util.Arrays.copyOf(survived, i + 1);
        survived[i] = now[i];
      }
    }
    return survived;
  }

  private static byte[] zeroed(byte[] bytes, int from) {
    java.util.Arrays.fill(bytes, from, bytes.length, (byte) 0);
    return bytes;
  }

  /// Some blocks were written, some were not.
  private static byte[] mixed(byte[] now, byte[] before, SplittableRandom random) {
    int block = 16;
    for (int at = 0; at < now.length; at += block) {
      if (random.nextBoolean()) {
        for (int i = at; i < Math.min(at + block, now.length); i++) {
          now[i] = i < before.length ? before[i] : 0;
        }
      }
    }
    return now;
  }

  /// Everything in the directory becomes stable, and what it builds on.
  void syncNames(Inode directory) {
    var needed = new ArrayList<Slot>();
    var kept = new ArrayList<Renaming>();
    for (Renaming each : unsafe.reversed()) {
      if (each.slots.stream().anyMatch(s -> s.directory == directory || isAmong(needed, s))) {
        needed.addAll(each.slots);
        kept.addFirst(each);
      }
    }
    kept.forEach(this::keep);
    unsafe.removeAll(kept);
  }

  // ---- What is on it -------------------------------------------------------------------------

  /// Calls back with every file and the hash of its bytes, below `.lockstep` too.
  public void forEachFile(BiConsumer<RelPath, Blake3> visitor) {
    forEachFile(root, RelPath.ROOT, false, (path, inode) -> visitor.accept(path, inode.hash()));
  }

  /// The same for what a crash could not take: stable bytes under stable names.
  public void forEachSafeFile(BiConsumer<RelPath, Blake3> visitor) {
    forEachFile(
        root,
        RelPath.ROOT,
        true,
        (path, inode) ->
            visitor.accept(path, inode.isSafe() ? inode.hash() : Blake3.of(inode.safeBytes())));
  }

  /// Calls back with every file and its bytes, below `.lockstep` too.
  public void forEachBytes(BiConsumer<RelPath, byte[]> visitor) {
    forEachFile(root, RelPath.ROOT, false, (path, inode) -> visitor.accept(path, inode.bytes()));
  }

  private static void forEachFile(
      Inode directory, RelPath path, boolean safe, BiConsumer<RelPath, Inode> visitor) {
    for (Inode.Named named :
        List.copyOf((safe ? directory.safeEntries : directory.entries).values())) {
      RelPath below = path.resolve(named.name());
      Inode inode = named.inode();
      switch (inode.kind) {
        case DIRECTORY -> forEachFile(inode, below, safe, visitor);
        case FILE -> visitor.accept(below, inode);
        case SYMLINK, OTHER -> {}
      }
    }
  }

  /// What a user would see: every path outside `.lockstep` with a word for what stands there.
  public Map<RelPath, String> tree() {
    var tree = new TreeMap<RelPath, String>();
    describe(root, RelPath.ROOT, tree);
    return tree;
  }

  private static void describe(Inode directory, RelPath path, Map<RelPath, String> tree) {
    for (Inode.Named named : directory.entries.values()) {
      RelPath below = path.resolve(named.name());
      Inode inode = named.inode();
      if (below.isReserved()) continue;
      tree.put(
          below,
          switch (inode.kind) {
            case DIRECTORY -> "directory %o".formatted(inode.mode);
            case FILE ->
                "file %o %d %s".formatted(inode.mode, inode.modified, inode.hash().brief());
            case SYMLINK -> "link to " + inode.target;
            case OTHER -> "other";
          });
      if (inode.kind == Disk.Kind.DIRECTORY) describe(inode, below, tree);
    }
  }

  /// Where an inode is now: programs that have it open keep it under whatever name it gets.
  Optional<RelPath> pathOf(Inode inode) {
    return pathOf(inode, root, RelPath.ROOT);
  }

  private static Optional<RelPath> pathOf(Inode inode, Inode directory, RelPath path) {
    for (Inode.Named named : directory.entries.values()) {
      RelPath below = path.resolve(named.name());
      if (named.inode() == inode) return Optional.of(below);
      Optional<RelPath> found = pathOf(inode, named.inode(), below);
      if (found.isPresent()) return found;
    }
    return Optional.empty();
  }

  private static void forEachInode(Inode from, Consumer<Inode> visitor) {
    visitor.accept(from);
    for (Inode.Named named : from.entries.values()) {
      forEachInode(named.inode(), visitor);
    }
  }

  // ---- Names ---------------------------------------------------------------------------------

  long now() {
    long now = time.wallTime().getEpochSecond() * 1_000_000_000L + time.wallTime().getNano();
    return now - now % tick;
  }

  String key(String name) {
    return names.key(name);
  }

  Optional<Inode> find(RelPath path) throws IOException {
    if (path.isRoot()) return Optional.of(mountPoint == null ? root : mountPoint);
    Optional<Inode> parent = find(path.parent());
    if (parent.isPresent() && parent.get().kind == Disk.Kind.SYMLINK) {
      throw new FileSystemException(
          path.toString(), null, "a symbolic link stands there, and links are never followed");
    }
    return parent.map(directory -> directory.child(key(path.name())));
  }

  Inode existing(RelPath path) throws IOException {
    return find(path).orElseThrow(() -> new NoSuchFileException(path.toString()));
  }

  Inode directory(RelPath path) throws IOException {
    Inode inode = existing(path);
    if (inode.kind != Disk.Kind.DIRECTORY) throw new NoSuchFileException(path.toString());
    return inode;
  }

  Inode add(RelPath path, Disk.Kind kind, int mode) throws IOException {
    Inode parent = directory(path.parent());
    if (parent.child(key(path.name())) != null) {
      throw new FileAlreadyExistsException(path.toString());
    }
    long number = freeNumbers.isEmpty() ? ++lastNumber : freeNumbers.pop();
    var inode = new Inode(number, kind, mode);
    inode.modified = now();
    inode.changed = now();
    change(List.of(slot(parent, path.name(), inode)));
    return inode;
  }

  void move(RelPath from, RelPath to, boolean replacing) throws IOException {
    Inode inode = existing(from);
    Inode target = directory(to.parent());
    Inode there = target.child(key(to.name()));
    boolean respelt = there == inode && directory(from.parent()) == target;
    if (there != null && !replacing && !respelt) {
      throw new FileAlreadyExistsException(to.toString());
    }
    if (isBelow(to, inode) && !to.equals(from)) {
      throw new FileSystemException(to.toString(), null, "a directory cannot move into itself");
    }
    if (there != null && there != inode) {
      if (!there.entries.isEmpty()) throw new DirectoryNotEmptyException(to.toString());
      free(there);
    }
    Slot gone = new Slot(directory(from.parent()), key(from.name()), null);
    Slot come = slot(target, to.name(), inode);
    change(respelt ? List.of(come) : List.of(gone, come));
    inode.changed = now();
  }

  /// Whether a path leads through an inode, under whatever spelling.
  private boolean isBelow(RelPath path, Inode inode) throws IOException {
    for (RelPath above = path.parent(); !above.isRoot(); above = above.parent()) {
      if (find(above).filter(found -> found == inode).isPresent()) return true;
    }
    return false;
  }

  void swap(RelPath a, RelPath b) throws IOException {
    Inode first = existing(a);
    Inode second = existing(b);
    change(
        List.of(
            slot(directory(a.parent()), a.name(), second),
            slot(directory(b.parent()), b.name(), first)));
    first.changed = now();
    second.changed = now();
  }

  void remove(RelPath path) throws IOException {
    Inode inode = existing(path);
    if (!inode.entries.isEmpty()) throw new DirectoryNotEmptyException(path.toString());
    change(List.of(new Slot(directory(path.parent()), key(path.name()), null)));
    free(inode);
  }

  /// Only while nobody holds it open may its number be used again; who does is not counted here, so
  /// only every other number comes back.
  private void free(Inode inode) {
    inode.links--;
    if (inode.links == 0 && inode.number % 2 == 0) freeNumbers.push(inode.number);
  }

  private Slot slot(Inode directory, String name, Inode inode) {
    return new Slot(directory, key(name), new Inode.Named(names.stored(name), inode));
  }

  private void change(List<Slot> slots) {
    for (Slot slot : slots) {
      if (slot.after == null) {
        slot.directory.entries.remove(slot.key);
      } else {
        slot.directory.entries.put(slot.key, slot.after);
      }
      slot.directory.modified = now();
    }
    unsafe.add(new Renaming(slots));
  }
}
