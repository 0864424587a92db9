package lockstep.recovery;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import lockstep.base.Disk;
import lockstep.base.DiskFile;
import lockstep.base.DurabilityException;
import lockstep.base.RelPath;

/// The portable adapter, by `java.nio.file` alone: for macOS and Windows, and where native access
/// is switched off. What it promises less than [LinuxDisk]:
///
/// - a link planted on the way *between* the check and the use of a path is followed;
/// - a directory is renamed onto a name that was free a moment ago, not atomically so (files are,
///   by a hard link);
/// - there is no exchange;
/// - [#syncAll] knows only what was written through this object, so a written file is synced when
///   it is closed, one by one;
/// - names that are no valid Unicode are recognised by the replacement character in them;
/// - on Windows there are no modes, and directories cannot be synced (NTFS journals names itself).
final class NioDisk implements Disk {
  private final Path root;
  private final boolean unix;
  private final Set<NioFile> unsynced = ConcurrentHashMap.newKeySet();
  private final Set<RelPath> changedDirectories = ConcurrentHashMap.newKeySet();

  NioDisk(Path root) throws IOException {
    this.root = root.toRealPath();
    if (!Files.isDirectory(this.root)) {
      throw new NotDirectoryException(root.toString());
    }
    unix = root.getFileSystem().supportedFileAttributeViews().contains("unix");
  }

  @Override
  public Optional<Stat> stat(RelPath path) throws IOException {
    try {
      return Optional.of(stat(resolve(path)));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  private Stat stat(Path path) throws IOException {
    return unix ? unixStat(path) : basicStat(path);
  }

  private static Stat unixStat(Path path) throws IOException {
    Map<String, Object> found =
        Files.readAttributes(
            path, "unix:mode,size,lastModifiedTime,ctime,dev,ino,nlink", LinkOption.NOFOLLOW_LINKS);
    int mode = (int) number(found, "mode");
    Kind kind = Statx.kind(mode);
    return new Stat(
        kind,
        kind == Kind.FILE ? number(found, "size") : 0,
        time(found, "lastModifiedTime"),
        time(found, "ctime"),
        mode & 07777,
        number(found, "dev"),
        number(found, "ino"),
        (int) number(found, "nlink"));
  }

  private static long number(Map<String, Object> attributes, String name) {
    return ((Number) requireNonNull(attributes.get(name))).longValue();
  }

  private static long time(Map<String, Object> attributes, String name) {
    return nanos((FileTime) requireNonNull(attributes.get(name)));
  }

  private static Stat basicStat(Path path) throws IOException {
    var found = Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    Kind kind =
        found.isRegularFile()
            ? Kind.FILE
            : found.isDirectory()
                ? Kind.DIRECTORY
                : found.isSymbolicLink() ? Kind.SYMLINK : Kind.OTHER;
    int mode = kind == Kind.DIRECTORY ? 0755 : 0644;
    long size = kind == Kind.FILE ? found.size() : 0;
    return new Stat(kind, size, nanos(found.lastModifiedTime()), 0, mode, 0, 0, 1);
  }

  private static long nanos(FileTime time) {
    return time.to(TimeUnit.NANOSECONDS);
  }

  @Override
  public List<Listed> list(RelPath directory) throws IOException {
    List<Listed> entries = new ArrayList<>();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(resolveDirectory(directory))) {
      for (Path entry : stream) {
        String name = entry.getFileName().toString();
        try {
          entries.add(new Listed(name, name.indexOf('\uFFFD') < 0, stat(entry)));
        } catch (NoSuchFileException vanished) {
          continue;
        }
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    return entries;
  }

  @Override
  public DiskFile open(RelPath path) throws IOException {
    return openFile(path, Set.of(StandardOpenOption.READ));
  }

  @Override
  public DiskFile openForWriting(RelPath path) throws IOException {
    return openFile(path, Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE));
  }

  private DiskFile openFile(RelPath path, Set<StandardOpenOption> options) throws IOException {
    Path file = resolve(path);
    if (stat(file).kind() != Kind.FILE) {
      throw new FileSystemException(file.toString(), null, "not a regular file");
    }
    return NioFile.open(this, file, options);
  }

  @Override
  public DiskFile create(RelPath path, int mode) throws IOException {
    Path file = resolve(path);
    DiskFile created =
        NioFile.open(
            this,
            file,
            Set.of(
                StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW));
    changedDirectories.add(path.parent());
    try {
      setMode(file, mode);
      return created;
    } catch (IOException e) {
      created.close();
      throw e;
    }
  }

  @Override
  public void makeDirectory(RelPath path, int mode) throws IOException {
    Path directory = resolve(path);
    Files.createDirectory(directory);
    changedDirectories.add(path.parent());
    setMode(directory, mode);
  }

  @Override
  public void makeSymlink(RelPath path, String target) throws IOException {
    Path link = resolve(path);
    try {
      Files.createSymbolicLink(link, link.getFileSystem().getPath(target));
    } catch (InvalidPathException | UnsupportedOperationException e) {
      throw new FileSystemException(link.toString(), target, "this system cannot hold the link");
    }
    changedDirectories.add(path.parent());
  }

  @Override
  public String readSymlink(RelPath path) throws IOException {
    return Files.readSymbolicLink(resolve(path)).toString();
  }

  @Override
  public void rename(RelPath from, RelPath to) throws IOException {
    Path source = resolve(from);
    Path target = resolve(to);
    if (!unix || stat(source).kind() != Kind.FILE || !linked(source, target)) {
      if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
        throw new FileAlreadyExistsException(target.toString());
      }
      Files.move(source, target);
    }
    changedDirectories.add(from.parent());
    changedDirectories.add(to.parent());
  }

  /// A hard link never replaces anything, which a rename does. A crash in between leaves both
  /// names.
  private static boolean linked(Path source, Path target) throws IOException {
    try {
      Files.createLink(target, source);
    } catch (FileAlreadyExistsException | NoSuchFileException e) {
      throw e;
    } catch (UnsupportedOperationException | FileSystemException e) {
      return false; // a file system without hard links
    }
    Files.delete(source);
    return true;
  }

  @Override
  public void exchange(RelPath a, RelPath b) {
    throw new UnsupportedOperationException("this platform cannot exchange two files");
  }

  @Override
  public boolean canExchange() {
    return false;
  }

  @Override
  public void remove(RelPath path) throws IOException {
    Files.delete(resolve(path));
    changedDirectories.add(path.parent());
  }

  @Override
  public void setMode(RelPath path, int mode) throws IOException {
    Path file = resolve(path);
    refuseLink(file);
    setMode(file, mode);
  }

  void setMode(Path file, int mode) throws IOException {
    if (unix) {
      Files.setAttribute(file, "unix:mode", mode & 07777);
    }
  }

  @Override
  public void setModified(RelPath path, long nanos) throws IOException {
    Path file = resolve(path);
    refuseLink(file);
    Files.setLastModifiedTime(file, FileTime.from(nanos, TimeUnit.NANOSECONDS));
  }

  @Override
  public void syncDirectory(RelPath directory) throws IOException {
    Path path = resolveDirectory(directory);
    changedDirectories.remove(directory);
    if (!unix) {
      return;
    }
    try (var channel = FileChannel.open(path, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException e) {
      throw new DurabilityException(
          "The disk did not confirm the names in " + path + ": " + e.getMessage(), e);
    }
  }

  @Override
  public void syncAll() throws IOException {
    for (NioFile file : unsynced) {
      file.sync();
    }
    for (RelPath directory : changedDirectories) {
      try {
        syncDirectory(directory);
      } catch (NoSuchFileException | NotDirectoryException removed) {
        changedDirectories.remove(directory);
      }
    }
  }

  @Override
  public long usableBytes() throws IOException {
    return Files.getFileStore(root).getUsableSpace();
  }

  void wrote(NioFile file) {
    unsynced.add(file);
  }

  /// @return whether it had been written to since the last time
  boolean synced(NioFile file) {
    return unsynced.remove(file);
  }

  Stat statOf(Path path) throws IOException {
    return stat(path);
  }

  /// The path on this file system; all but its last component are directories and no links.
  private Path resolve(RelPath path) throws IOException {
    Path at = root;
    if (path.isRoot()) {
      return at;
    }
    String[] names = path.toString().split("/");
    for (int i = 0; i < names.length; i++) {
      if (i > 0) {
        checkParent(at);
      }
      at = child(at, names[i]);
    }
    return at;
  }

  private Path resolveDirectory(RelPath directory) throws IOException {
    Path path = resolve(directory);
    checkDirectory(path);
    return path;
  }

  private static Path child(Path directory, String name) throws IOException {
    try {
      Path child = directory.resolve(name);
      if (!directory.equals(child.getParent())
          || child.getNameCount() != directory.getNameCount() + 1) {
        throw new FileSystemException(name, null, "this system gives the name another meaning");
      }
      return child;
    } catch (InvalidPathException e) {
      throw new FileSystemException(name, null, "this system cannot hold the name");
    }
  }

  private static void checkDirectory(Path path) throws IOException {
    refuseLink(path);
    if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
      throw new NotDirectoryException(path.toString());
    }
  }

  private static void checkParent(Path path) throws IOException {
    try {
      checkDirectory(path);
    } catch (NotDirectoryException e) {
      throw new NoSuchFileException(path.toString(), null, "a parent is no directory");
    }
  }

  private static void refuseLink(Path path) throws IOException {
    var found = Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    if (found.isSymbolicLink()) {
      throw new FileSystemException(
          path.toString(), null, "a symbolic link stands there, and links are never followed");
    }
  }
}
