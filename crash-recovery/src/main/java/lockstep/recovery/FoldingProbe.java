package lockstep.recovery;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import lockstep.base.Disk;
import lockstep.base.Folding;
import lockstep.base.RelPath;

/// Finds out which names a disk takes for one: by asking for Lockstep's own directory in upper
/// case, and by what becomes of a file in it whose name has an accent, where no user has a name
/// like it.
final class FoldingProbe {
  private static final RelPath HOME = RelPath.of(RelPath.RESERVED);
  private static final RelPath COMPOSED = HOME.resolve("form-\u00e9");
  private static final RelPath DECOMPOSED = HOME.resolve("form-e\u0301");
  private static final RelPath DOTTED = HOME.resolve("form-\u00e9.");

  private FoldingProbe() {}

  /// @param disk with Lockstep's directory in it
  static Folding of(Disk disk) throws IOException {
    boolean caseless = isHome(disk, ".LOCKSTEP");
    boolean dropsDots;
    boolean formless;
    boolean composes;
    try {
      dropsDots = finds(disk, COMPOSED, DOTTED);
      formless = finds(disk, COMPOSED, DECOMPOSED);
      composes = formless && !(keeps(disk, COMPOSED) && keeps(disk, DECOMPOSED));
    } finally {
      remove(disk, COMPOSED);
      remove(disk, DECOMPOSED);
    }
    return new Folding(caseless, formless, composes, dropsDots);
  }

  /// By name alone: not every file system shows one inode number under two spellings.
  private static boolean isHome(Disk disk, String name) throws IOException {
    return disk.stat(RelPath.of(name)).isPresent()
        && disk.list(RelPath.ROOT).stream().noneMatch(listed -> listed.name().equals(name));
  }

  private static boolean finds(Disk disk, RelPath made, RelPath asked) throws IOException {
    make(disk, made);
    return disk.stat(asked).isPresent();
  }

  private static boolean keeps(Disk disk, RelPath path) throws IOException {
    remove(disk, path);
    make(disk, path);
    return disk.list(HOME).stream().anyMatch(listed -> listed.name().equals(path.name()));
  }

  private static void make(Disk disk, RelPath path) throws IOException {
    try {
      disk.create(path, 0600).close();
    } catch (FileAlreadyExistsException leftByACrash) {
      // it does as well
    }
  }

  private static void remove(Disk disk, RelPath path) throws IOException {
    try {
      disk.remove(path);
    } catch (NoSuchFileException e) {
      // that is what is wanted
    }
  }
}
