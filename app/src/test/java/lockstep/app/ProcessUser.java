package lockstep.app;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import lockstep.testkit.Gen;

/// Somebody who works on the files of one device and saves as programs do: over the file, or beside
/// it and then in its place.
final class ProcessUser {
  /// A directory of which the user changes nothing.
  static final String UNTOUCHED = "photos";

  private static final int FILES_MAX = 40;
  private static final int LARGE_BYTES_MAX = 6 << 20;
  private static final List<String> DIRECTORIES = List.of("", "", "d", "d/e", "x");
  private static final List<String> FILES = List.of("a", "b", "c.txt", "notes.blend");
  private static final List<String> BESIDE = List.of(".#", "new-"); // one is ignored, one is not

  private enum Act {
    SAVE,
    SAVE_LARGE,
    DELETE_FILE,
    RENAME_FILE,
    RENAME_DIRECTORY,
    DELETE_DIRECTORY
  }

  private static final List<Act> ACTS =
      List.of(
          Act.SAVE,
          Act.SAVE,
          Act.SAVE,
          Act.SAVE,
          Act.SAVE,
          Act.SAVE,
          Act.SAVE_LARGE,
          Act.SAVE_LARGE,
          Act.DELETE_FILE,
          Act.DELETE_FILE,
          Act.RENAME_FILE,
          Act.RENAME_FILE,
          Act.RENAME_DIRECTORY,
          Act.DELETE_DIRECTORY);

  private final Path folder;
  private final Saves saves;
  private final Gen gen;
  private final boolean careful;
  private final Set<Path> unfinished = new HashSet<>();
  private int count;

  /// @param careful has every save on stable storage before it counts as one
  ProcessUser(Path folder, Saves saves, Gen gen, boolean careful) {
    this.folder = folder;
    this.saves = saves;
    this.gen = gen;
    this.careful = careful;
  }

  /// Files that were being written when a disk failed.
  Set<Path> unfinished() {
    return unfinished;
  }

  /// Does something to the files.
  void act() throws InterruptedException {
    act(gen.pick(ACTS));
  }

  /// Saves some megabytes.
  void saveLarge() throws InterruptedException {
    act(Act.SAVE_LARGE);
  }

  private void act(Act wanted) throws InterruptedException {
    try {
      List<Path> files = files();
      switch (files.size() > FILES_MAX ? Act.DELETE_FILE : wanted) {
        case SAVE -> save(anyPath(files), gen.between(8, 60_000));
        case SAVE_LARGE -> save(anyPath(files), gen.between(1 << 20, LARGE_BYTES_MAX));
        case DELETE_FILE -> delete(anyFile(files));
        case RENAME_FILE -> rename(anyFile(files), freshPath());
        case RENAME_DIRECTORY -> rename(anyDirectory(), freshPath());
        case DELETE_DIRECTORY -> deleteDirectory(anyDirectory());
      }
    } catch (IOException | UncheckedIOException e) {
      // a program that meets another state of the disk than it thought gives up
    }
  }

  // ---- Ways to save ----------------------------------------------------------------------------

  private void save(Path path, int length) throws IOException, InterruptedException {
    if (Files.isDirectory(path)) return;
    Files.createDirectories(path.getParent());
    if (gen.chance(30)) {
      saveInPlace(path, length);
    } else {
      saveBeside(path, length);
    }
  }

  private void saveInPlace(Path path, int length) throws IOException, InterruptedException {
    byte[] bytes = saves.fresh(length, true);
    saves.release(path);
    write(path, bytes, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.CREATE);
    keep(path.getParent());
    saves.owe(bytes, path);
  }

  private void saveBeside(Path path, int length) throws IOException, InterruptedException {
    byte[] bytes = saves.fresh(length, false);
    Path beside = path.resolveSibling(gen.pick(BESIDE) + path.getFileName() + count++);
    write(beside, bytes, StandardOpenOption.CREATE_NEW);
    saves.release(path);
    Files.move(beside, path, StandardCopyOption.ATOMIC_MOVE);
    keep(path.getParent());
    saves.owe(bytes, path);
  }

  /// In two halves, at times with a pause between them.
  private void write(Path path, byte[] bytes, StandardOpenOption... how)
      throws IOException, InterruptedException {
    unfinished.add(path);
    var options = new HashSet<>(Set.of(how));
    options.add(StandardOpenOption.WRITE);
    try (var out = FileChannel.open(path, options)) {
      int half = bytes.length / 2;
      write(out, ByteBuffer.wrap(bytes, 0, half));
      if (gen.chance(30)) Thread.sleep(gen.between(1, 100));
      write(out, ByteBuffer.wrap(bytes, half, bytes.length - half));
      if (careful) out.force(true);
    }
    unfinished.remove(path);
  }

  private static void write(FileChannel out, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      out.write(bytes);
    }
  }

  /// Has the names of a directory on stable storage.
  private void keep(Path directory) throws IOException {
    if (!careful) return;
    try (var names = FileChannel.open(directory)) {
      names.force(true);
    }
  }

  // ---- Other work ------------------------------------------------------------------------------

  private void delete(Path file) throws IOException {
    saves.release(file);
    Files.delete(file);
  }

  private void deleteDirectory(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) return;
    for (Path path : Saves.visible(folder).reversed()) {
      if (path.startsWith(directory) && !path.equals(directory)) delete(path);
    }
    Files.delete(directory);
  }

  private static void rename(Path from, Path to) throws IOException {
    if (Files.exists(to, LinkOption.NOFOLLOW_LINKS)) return;
    Files.createDirectories(to.getParent());
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
  }

  // ---- Choices ---------------------------------------------------------------------------------

  private List<Path> files() throws IOException {
    Path untouched = folder.resolve(UNTOUCHED);
    return Saves.visible(folder).stream()
        .filter(path -> !path.startsWith(untouched) && Files.isRegularFile(path))
        .toList();
  }

  private Path anyPath(List<Path> files) {
    return files.isEmpty() || gen.chance(50) ? freshPath() : gen.pick(files);
  }

  private Path freshPath() {
    return folder.resolve(gen.pick(DIRECTORIES)).resolve(gen.pick(FILES));
  }

  private Path anyFile(List<Path> files) {
    return files.isEmpty() ? freshPath() : gen.pick(files);
  }

  private Path anyDirectory() {
    return folder.resolve(gen.pick(List.of("d", "d/e", "x")));
  }
}
