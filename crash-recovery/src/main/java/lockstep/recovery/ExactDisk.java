package lockstep.recovery;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import lockstep.base.Disk;
import lockstep.base.DiskFile;
import lockstep.base.Folding;
import lockstep.base.NameTakenException;
import lockstep.base.RelPath;
import lockstep.base.TimeSource;

/// A disk on which each name is found under its own spelling alone, whatever names the disk beneath
/// takes for one (FAT, exFAT, NTFS, APFS, HFS+, directories of ext4 that fold case).
///
/// Whoever uses it never takes `A.txt` for `a.txt`: nothing stands at the one while the disk spells
/// it like the other, so it is neither read nor replaced nor removed under that name. What the disk
/// cannot hold beside what it has is refused with a [NameTakenException]; to change the spelling of
/// a name is an ordinary rename.
final class ExactDisk implements Disk {
  private final Disk disk;
  private final Folding folding;
  private final Spellings spellings;
  private final Respelling respelling;

  private ExactDisk(Disk disk, Folding folding, TimeSource time) {
    this.disk = disk;
    this.folding = folding;
    this.spellings = new Spellings(disk, folding, time);
    this.respelling = new Respelling(disk);
  }

  /// Makes Lockstep's directory where it is missing, to ask for it under other names.
  static Disk on(Disk disk, TimeSource time) throws IOException {
    Workspace.ensureDirectory(disk, RelPath.of(RelPath.RESERVED));
    var exact = new ExactDisk(disk, FoldingProbe.of(disk), time);
    exact.respelling.settle();
    return exact;
  }

  @Override
  public Folding folding() {
    return folding;
  }

  @Override
  public RelPath spelled(RelPath path) throws IOException {
    return spellings.spelled(path);
  }

  // ---- What is found -------------------------------------------------------------------------

  @Override
  public Optional<Stat> stat(RelPath path) throws IOException {
    try {
      Optional<Stat> found = disk.stat(path);
      return found.isPresent() && spellings.isExact(path) ? found : Optional.empty();
    } catch (NoSuchFileException e) {
      return Optional.empty(); // a directory on the way went just now
    } catch (IOException e) {
      if (isExact(path.parent())) throw e;
      return Optional.empty(); // what the disk met on the way has another name
    }
  }

  /// @return true also if that cannot be said
  private boolean isExact(RelPath path) {
    try {
      return spellings.isExact(path);
    } catch (IOException e) {
      return true;
    }
  }

  private RelPath exact(RelPath path) throws IOException {
    if (!spellings.isExact(path)) {
      throw new NoSuchFileException(path.toString());
    }
    return path;
  }

  @Override
  public List<Listed> list(RelPath directory) throws IOException {
    List<Listed> entries = disk.list(exact(directory));
    spellings.learn(directory, entries);
    if (!folding.composes()) {
      return entries;
    }
    var shown = new ArrayList<Listed>(entries.size());
    for (Listed entry : entries) {
      shown.add(new Listed(spellings.shown(entry), entry.representable(), entry.stat()));
    }
    return shown;
  }

  @Override
  public DiskFile open(RelPath path) throws IOException {
    return disk.open(exact(path));
  }

  @Override
  public DiskFile openForWriting(RelPath path) throws IOException {
    return disk.openForWriting(exact(path));
  }

  @Override
  public String readSymlink(RelPath path) throws IOException {
    return disk.readSymlink(exact(path));
  }

  @Override
  public Optional<Boolean> isBeingWritten(RelPath path) throws IOException {
    return disk.isBeingWritten(exact(path));
  }

  // ---- What gets a name ----------------------------------------------------------------------

  /// What gives a path its name.
  @FunctionalInterface
  private interface Naming<T> {
    T name() throws IOException;
  }

  private <T> T named(RelPath path, Naming<T> naming) throws IOException {
    return named(path, RelPath.ROOT, naming);
  }

  /// @param from what must stand for it
  private <T> T named(RelPath path, RelPath from, Naming<T> naming) throws IOException {
    if (path.isReserved()) {
      return changing(from.parent(), naming);
    }
    exact(path.parent());
    String spelling = folding.spelling(path.name());
    if (!spelling.equals(path.name())) {
      throw new NameTakenException(path, cannotSpell(spelling));
    }
    try {
      return changing(from.parent(), () -> changing(path.parent(), naming));
    } catch (FileAlreadyExistsException e) {
      spellings.learnThatTaken(path);
      RelPath taken = spellings.spelled(path);
      throw taken.equals(path) ? e : new NameTakenException(path, isTaken(taken));
    } catch (NoSuchFileException e) {
      throw isRefused(path, from) ? cannotHold(path, e) : e;
    }
  }

  /// What is done to a directory's names is seen at once.
  private <T> T changing(RelPath directory, Naming<T> change) throws IOException {
    try {
      return change.name();
    } finally {
      spellings.changes(directory);
    }
  }

  /// Some file systems say so of a name that they do not like, though all that is needed stands.
  private boolean isRefused(RelPath path, RelPath from) throws IOException {
    return folding.isAny() && isDirectory(path.parent()) && stat(from).isPresent();
  }

  private boolean isDirectory(RelPath path) throws IOException {
    return stat(path).filter(stat -> stat.kind() == Disk.Kind.DIRECTORY).isPresent();
  }

  private static IOException cannotHold(RelPath path, NoSuchFileException e) {
    var refused =
        new NameTakenException(path, "this disk does not take the name; rename it elsewhere");
    refused.initCause(e);
    return refused;
  }

  private static String cannotSpell(String spelling) {
    return "this disk cannot spell the name so, but only as '"
        + spelling
        + "'; rename it elsewhere";
  }

  private static String isTaken(RelPath taken) {
    return "this disk takes the name for that of '"
        + taken
        + "', which stands here; rename one of"
        + " them on a device that tells them apart";
  }

  @Override
  public DiskFile create(RelPath path, int mode) throws IOException {
    return named(path, () -> disk.create(path, mode));
  }

  @Override
  public void makeDirectory(RelPath path, int mode) throws IOException {
    named(
        path,
        () -> {
          disk.makeDirectory(path, mode);
          return path;
        });
  }

  @Override
  public void makeSymlink(RelPath path, String target) throws IOException {
    named(
        path,
        () -> {
          disk.makeSymlink(path, target);
          return path;
        });
  }

  @Override
  public void rename(RelPath from, RelPath to) throws IOException {
    exact(from);
    named(
        to,
        from,
        () -> {
          if (isOnly(from, to)) {
            respelling.respell(from, to);
          } else {
            disk.rename(from, to);
          }
          return to;
        });
  }

  /// Whether two names are spellings of one.
  private boolean isOnly(RelPath from, RelPath to) throws IOException {
    return from.parent().equals(to.parent())
        && !from.equals(to)
        && spellings.fold(to.parent())
        && disk.stat(to).isPresent()
        && spellings.spelled(to).equals(from);
  }

  // ---- What changes under a name -------------------------------------------------------------

  @Override
  public void exchange(RelPath a, RelPath b) throws IOException {
    disk.exchange(exact(a), exact(b));
    spellings.changes(a.parent());
    spellings.changes(b.parent());
  }

  @Override
  public boolean canExchange() {
    return disk.canExchange();
  }

  @Override
  public void remove(RelPath path) throws IOException {
    changing(
        path.parent(),
        () -> {
          disk.remove(exact(path));
          return path;
        });
  }

  @Override
  public void setMode(RelPath path, int mode) throws IOException {
    disk.setMode(exact(path), mode);
  }

  @Override
  public void setModified(RelPath path, long nanos) throws IOException {
    disk.setModified(exact(path), nanos);
  }

  @Override
  public void syncDirectory(RelPath directory) throws IOException {
    disk.syncDirectory(exact(directory));
  }

  @Override
  public void syncAll() throws IOException {
    disk.syncAll();
  }

  @Override
  public long usableBytes() throws IOException {
    return disk.usableBytes();
  }

  @Override
  public void close() throws IOException {
    disk.close();
  }
}
