package lockstep.recovery;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import lockstep.base.Disk;
import lockstep.base.DiskFile;
import lockstep.base.DurabilityException;
import lockstep.base.RelPath;

/// The adapter for Linux (5.6 and later), by system calls.
///
/// One descriptor of the root is held. Every path is resolved from there by `openat2` with
/// `RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS`, so that the kernel itself refuses whatever a link,
/// planted at any moment, would lead to. What has no such option (rename, unlink ...) is done to a
/// single name in a parent directory that was opened that way.
final class LinuxDisk implements Disk {
  private static final int RESOLVE =
      SystemCall.RESOLVE_BENEATH
          | SystemCall.RESOLVE_NO_SYMLINKS
          | SystemCall.RESOLVE_NO_MAGICLINKS;
  private static final byte[] DOT = {'.'};
  private static final int LINK_TARGET_BYTES_MAX = 4095;

  private final String shownAs;
  private final Descriptor root;
  private final Scratch.Pool scratches;
  private final SyncThreads syncThreads = new SyncThreads();

  /// Whether the file system can exchange is known once it was tried.
  private volatile boolean canExchange = true;

  private LinuxDisk(String shownAs, int root, Scratch.Pool scratches) {
    this.shownAs = shownAs;
    this.root = new Descriptor(root);
    this.scratches = scratches;
  }

  /// @return empty if the kernel (or a sandbox) lacks what is needed
  static Optional<Disk> open(Path path) throws IOException {
    var scratches = new Scratch.Pool();
    Path real = path.toRealPath();
    byte[] bytes = bytes(real);
    try (Scratch scratch = scratches.borrow()) {
      int flags = SystemCall.O_RDONLY | SystemCall.O_DIRECTORY | SystemCall.O_CLOEXEC;
      if (bytes.length >= Scratch.PATH_BYTES) {
        throw Errno.exception(-Errno.ENAMETOOLONG, real.toString());
      }
      long how = scratch.struct(flags, 0, SystemCall.RESOLVE_NO_SYMLINKS);
      long name = scratch.path(bytes, 0, bytes.length);
      long result =
          SystemCall.OPENAT2.call(scratch, SystemCall.AT_FDCWD, name, how, 3 * Long.BYTES);
      if (result == -Errno.ENOSYS || result == -Errno.EPERM) {
        return Optional.empty();
      }
      if (result < 0) {
        throw Errno.exception(result, real.toString());
      }
      return Optional.of(new LinuxDisk(real.toString(), (int) result, scratches));
    }
  }

  /// The bytes of a path as the kernel knows it. Its string would pass through the locale's
  /// character set, which may not hold it; the URI has every byte.
  private static byte[] bytes(Path path) {
    String escaped = path.toUri().getRawPath();
    var bytes = new ByteArrayOutputStream();
    for (int i = 0; i < escaped.length(); i++) {
      char c = escaped.charAt(i);
      bytes.write(c == '%' ? Integer.parseInt(escaped, i + 1, i + 3, 16) : c);
      i += c == '%' ? 2 : 0;
    }
    return bytes.toByteArray();
  }

  Scratch scratch() {
    return scratches.borrow();
  }

  SyncThreads syncThreads() {
    return syncThreads;
  }

  private String shown(RelPath path) {
    return path.isRoot() ? shownAs : shownAs + "/" + path;
  }

  /// What is done to a name in an open directory.
  @FunctionalInterface
  private interface Use<T> {
    T apply(Scratch scratch, int directory, byte[] name) throws IOException;
  }

  /// Opens the parent of `path` and hands it on with the last component; the root is `.` in itself.
  ///
  /// @throws NoSuchFileException if the parent is missing or no directory
  private <T> T inParent(Scratch scratch, RelPath path, Use<T> use) throws IOException {
    int start = root.acquire();
    try {
      byte[] bytes = path.isRoot() ? DOT : path.utf8();
      int slash = lastSlash(bytes, bytes.length);
      if (slash < 0) {
        return use.apply(scratch, start, bytes);
      }
      int parent = descend(scratch, start, bytes, slash, path);
      try {
        byte[] name = Arrays.copyOfRange(bytes, slash + 1, bytes.length);
        return use.apply(scratch, parent, name);
      } finally {
        SystemCall.CLOSE.call(scratch, parent);
      }
    } finally {
      root.release(scratch);
    }
  }

  private <T> T inParent(RelPath path, Use<T> use) throws IOException {
    try (Scratch scratch = scratch()) {
      return inParent(scratch, path, use);
    }
  }

  private static int lastSlash(byte[] bytes, int before) {
    int at = before - 1;
    while (at >= 0 && bytes[at] != '/') {
      at--;
    }
    return at;
  }

  /// Opens the directory `bytes[0..end)`, in steps that are short enough for the kernel.
  ///
  /// @return a descriptor that is the caller's to close
  private int descend(Scratch scratch, int start, byte[] bytes, int end, RelPath path)
      throws IOException {
    int at = start;
    int from = 0;
    while (true) {
      boolean last = end - from < Scratch.PATH_BYTES;
      int to = last ? end : lastSlash(bytes, from + Scratch.PATH_BYTES);
      long next =
          openAt(scratch, at, bytes, from, to, SystemCall.O_PATH | SystemCall.O_DIRECTORY, 0);
      if (at != start) {
        SystemCall.CLOSE.call(scratch, at);
      }
      if (next == -Errno.ENOTDIR) {
        throw new NoSuchFileException(shown(path), null, "its parent is no directory");
      }
      at = (int) check(next, path);
      from = to + 1;
      if (last) {
        return at;
      }
    }
  }

  private static long openAt(
      Scratch scratch, int directory, byte[] path, int from, int to, int flags, int mode) {
    long how = scratch.struct(flags | SystemCall.O_CLOEXEC, mode, RESOLVE);
    long name = scratch.path(path, from, to);
    return SystemCall.OPENAT2.call(scratch, directory, name, how, 3 * Long.BYTES);
  }

  /// @return a descriptor that is the caller's to close
  private int openPath(Scratch scratch, RelPath path, int flags, int mode) throws IOException {
    byte[] bytes = path.isRoot() ? DOT : path.utf8();
    long result;
    if (bytes.length < Scratch.PATH_BYTES) {
      int start = root.acquire();
      try {
        result = openAt(scratch, start, bytes, 0, bytes.length, flags, mode);
      } finally {
        root.release(scratch);
      }
    } else {
      result =
          inParent(
              scratch,
              path,
              (s, directory, name) -> openAt(s, directory, name, 0, name.length, flags, mode));
    }
    return (int) check(result, path);
  }

  private long check(long result, RelPath path) throws IOException {
    if (result < 0) {
      throw Errno.exception(result, shown(path));
    }
    return result;
  }

  @Override
  public Optional<Stat> stat(RelPath path) throws IOException {
    try {
      return inParent(path, (scratch, directory, name) -> stat(scratch, directory, name, path));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  private Optional<Stat> stat(Scratch scratch, int directory, byte[] name, RelPath path)
      throws IOException {
    long result = Statx.ask(scratch, directory, scratch.path(name, 0, name.length), 0);
    if (result == -Errno.ENOENT) {
      return Optional.empty();
    }
    check(result, path);
    return Optional.of(Statx.answer(scratch));
  }

  @Override
  public List<Listed> list(RelPath directory) throws IOException {
    try (Scratch scratch = scratch()) {
      int opened = openDirectory(scratch, directory);
      try {
        return new DirectoryReader(scratch, opened, shown(directory)).readAll();
      } finally {
        SystemCall.CLOSE.call(scratch, opened);
      }
    }
  }

  private int openDirectory(Scratch scratch, RelPath directory) throws IOException {
    return openPath(scratch, directory, SystemCall.O_RDONLY | SystemCall.O_DIRECTORY, 0);
  }

  @Override
  public DiskFile open(RelPath path) throws IOException {
    return openFile(path, SystemCall.O_RDONLY);
  }

  @Override
  public DiskFile openForWriting(RelPath path) throws IOException {
    return openFile(path, SystemCall.O_RDWR);
  }

  /// By asking for a read lease, which the kernel refuses while the file is open for writing
  /// anywhere, or mapped so.
  @Override
  public Optional<Boolean> isBeingWritten(RelPath path) throws IOException {
    try (Scratch scratch = scratch()) {
      int opened = openFile(scratch, path, SystemCall.O_RDONLY | SystemCall.O_NONBLOCK);
      try {
        // Whoever opens it in this moment makes the kernel signal us: by default, to our end.
        SystemCall.FCNTL.call(scratch, opened, SystemCall.F_SETSIG, SystemCall.SIGURG);
        long leased =
            SystemCall.FCNTL.call(scratch, opened, SystemCall.F_SETLEASE, SystemCall.F_RDLCK);
        if (leased >= 0) {
          SystemCall.FCNTL.call(scratch, opened, SystemCall.F_SETLEASE, SystemCall.F_UNLCK);
        }
        return leased >= 0 || leased == -Errno.EAGAIN
            ? Optional.of(leased < 0)
            : Optional.empty(); // not our file, or a file system without leases
      } finally {
        SystemCall.CLOSE.call(scratch, opened);
      }
    }
  }

  private DiskFile openFile(RelPath path, int flags) throws IOException {
    try (Scratch scratch = scratch()) {
      // a pipe or a device must not make us wait before it is refused
      int opened = openFile(scratch, path, flags | SystemCall.O_NONBLOCK);
      var file = new LinuxFile(this, opened, shown(path));
      try {
        if (Statx.of(scratch, opened, shown(path)).kind() != Kind.FILE) {
          throw new FileSystemException(shown(path), null, "not a regular file");
        }
        return file;
      } catch (IOException e) {
        file.close();
        throw e;
      }
    }
  }

  private int openFile(Scratch scratch, RelPath path, int flags) throws IOException {
    try {
      return openPath(scratch, path, flags, 0);
    } catch (NotDirectoryException e) {
      throw new NoSuchFileException(e.getFile(), null, "its parent is no directory");
    }
  }

  @Override
  public DiskFile create(RelPath path, int mode) throws IOException {
    int flags = SystemCall.O_RDWR | SystemCall.O_CREAT | SystemCall.O_EXCL;
    try (Scratch scratch = scratch()) {
      var file = new LinuxFile(this, openPath(scratch, path, flags, mode & 07777), shown(path));
      if (mayBeMasked(mode)) {
        file.setMode(mode);
      }
      return file;
    }
  }

  /// Whether the process's umask may take bits of this mode away. Nobody masks the owner's own.
  private static boolean mayBeMasked(int mode) {
    return (mode & 07077) != 0;
  }

  @Override
  public void makeDirectory(RelPath path, int mode) throws IOException {
    inParent(
        path,
        (scratch, directory, name) -> {
          long at = scratch.path(name, 0, name.length);
          return check(SystemCall.MKDIRAT.call(scratch, directory, at, mode & 07777), path);
        });
    if (mayBeMasked(mode)) {
      setMode(path, mode);
    }
  }

  @Override
  public void makeSymlink(RelPath path, String target) throws IOException {
    byte[] bytes = target.getBytes(StandardCharsets.UTF_8);
    if (bytes.length > LINK_TARGET_BYTES_MAX) {
      throw new FileSystemException(shown(path), null, "the link's target is too long");
    }
    inParent(
        path,
        (scratch, directory, name) -> {
          long from = scratch.otherPath(bytes, 0, bytes.length);
          long at = scratch.path(name, 0, name.length);
          long result = SystemCall.SYMLINKAT.call(scratch, from, directory, at);
          if (hasNoLinks(result)) {
            throw new FileSystemException(shown(path), target, "this disk cannot hold links");
          }
          return check(result, path);
        });
  }

  @Override
  public String readSymlink(RelPath path) throws IOException {
    return inParent(path, (scratch, directory, name) -> target(scratch, directory, name, path));
  }

  private String target(Scratch scratch, int directory, byte[] name, RelPath path)
      throws IOException {
    MemorySegment room = scratch.transfer();
    long at = scratch.path(name, 0, name.length);
    long length =
        SystemCall.READLINKAT.call(scratch, directory, at, room.address(), room.byteSize());
    if (length == -Errno.EINVAL) {
      throw new FileSystemException(shown(path), null, "not a symbolic link");
    }
    byte[] target = room.asSlice(0, check(length, path)).toArray(JAVA_BYTE);
    try {
      var decoder = StandardCharsets.UTF_8.newDecoder();
      return decoder.decode(ByteBuffer.wrap(target)).toString();
    } catch (CharacterCodingException e) {
      throw new FileSystemException(shown(path), null, "the link's target is not valid UTF-8");
    }
  }

  @Override
  public void rename(RelPath from, RelPath to) throws IOException {
    long result = rename(from, to, SystemCall.RENAME_NOREPLACE);
    if (result == -Errno.EINVAL) {
      result = renameByLink(from, to);
    }
    checkRename(result, from, to);
  }

  private long rename(RelPath from, RelPath to, int flags) throws IOException {
    return inBoth(
        from,
        to,
        (scratch, a, nameA, b, nameB) ->
            SystemCall.RENAMEAT2.call(scratch, a, nameA, b, nameB, flags));
  }

  /// For file systems that know no RENAME_NOREPLACE (some network ones): a hard link replaces
  /// nothing either. A crash in between leaves both names. What can have no hard links
  /// (directories; all, on FAT and its kin by way of FUSE) is renamed after a look.
  private long renameByLink(RelPath from, RelPath to) throws IOException {
    if (stat(to).isPresent()) {
      return -Errno.EEXIST;
    }
    if (stat(from).map(Stat::kind).filter(kind -> kind == Kind.DIRECTORY).isPresent()) {
      return rename(from, to, 0);
    }
    long linked =
        inBoth(
            from,
            to,
            (scratch, a, nameA, b, nameB) ->
                SystemCall.LINKAT.call(scratch, a, nameA, b, nameB, 0));
    if (linked == 0) {
      remove(from);
    }
    return hasNoLinks(linked) ? rename(from, to, 0) : linked;
  }

  private static boolean hasNoLinks(long result) {
    return result == -Errno.EPERM || result == -Errno.ENOSYS || result == -Errno.EOPNOTSUPP;
  }

  @Override
  public void exchange(RelPath a, RelPath b) throws IOException {
    long result = rename(a, b, SystemCall.RENAME_EXCHANGE);
    if (result == -Errno.EINVAL) {
      canExchange = false;
      throw new UnsupportedOperationException(
          shownAs + " lies on a file system that cannot exchange");
    }
    checkRename(result, a, b);
  }

  /// Believed until the first exchange proves otherwise.
  @Override
  public boolean canExchange() {
    return canExchange;
  }

  /// A call on two names, given as C strings in open directories.
  @FunctionalInterface
  private interface UseOfTwo {
    long apply(Scratch scratch, int a, long nameA, int b, long nameB);
  }

  private long inBoth(RelPath from, RelPath to, UseOfTwo use) throws IOException {
    return inParent(
        from,
        (scratch, a, nameA) ->
            inParent(
                scratch,
                to,
                (s, b, nameB) ->
                    use.apply(
                        s,
                        a,
                        s.path(nameA, 0, nameA.length),
                        b,
                        s.otherPath(nameB, 0, nameB.length))));
  }

  private void checkRename(long result, RelPath from, RelPath to) throws IOException {
    if (result == -Errno.EEXIST) {
      throw new FileAlreadyExistsException(shown(to));
    }
    if (result == -Errno.ENOENT) {
      throw new NoSuchFileException(shown(from), shown(to), null);
    }
    if (result < 0) {
      throw new FileSystemException(shown(from), shown(to), Errno.reason((int) -result));
    }
  }

  @Override
  public void remove(RelPath path) throws IOException {
    inParent(
        path,
        (scratch, directory, name) -> {
          long at = scratch.path(name, 0, name.length);
          long result = SystemCall.UNLINKAT.call(scratch, directory, at, 0);
          if (result == -Errno.EISDIR) {
            result = SystemCall.UNLINKAT.call(scratch, directory, at, SystemCall.AT_REMOVEDIR);
          }
          return check(result, path);
        });
  }

  /// `chmod` follows links and has no option against it that all kernels know. A descriptor that
  /// stands for the name alone is seen through `/proc`, as the C library does it too.
  @Override
  public void setMode(RelPath path, int mode) throws IOException {
    try (Scratch scratch = scratch()) {
      int opened = openPath(scratch, path, SystemCall.O_PATH | SystemCall.O_NOFOLLOW, 0);
      try {
        if (Statx.of(scratch, opened, shown(path)).kind() == Kind.SYMLINK) {
          throw Errno.exception(-Errno.ELOOP, shown(path));
        }
        byte[] magic = ("/proc/self/fd/" + opened).getBytes(StandardCharsets.US_ASCII);
        long at = scratch.path(magic, 0, magic.length);
        check(SystemCall.FCHMODAT.call(scratch, SystemCall.AT_FDCWD, at, mode & 07777), path);
      } finally {
        SystemCall.CLOSE.call(scratch, opened);
      }
    }
  }

  @Override
  public void setModified(RelPath path, long nanos) throws IOException {
    inParent(
        path,
        (scratch, directory, name) -> {
          long at = scratch.path(name, 0, name.length);
          long times = LinuxFile.times(scratch, nanos);
          int flags = SystemCall.AT_SYMLINK_NOFOLLOW;
          return check(SystemCall.UTIMENSAT.call(scratch, directory, at, times, flags), path);
        });
  }

  @Override
  public void syncDirectory(RelPath directory) throws IOException {
    syncThreads.run(
        () -> {
          try (Scratch scratch = scratch()) {
            int opened = openDirectory(scratch, directory);
            try {
              checkDurable(SystemCall.FSYNC.call(scratch, opened), shown(directory));
            } finally {
              SystemCall.CLOSE.call(scratch, opened);
            }
          }
        });
  }

  @Override
  public void syncAll() throws IOException {
    syncThreads.run(
        () -> {
          try (Scratch scratch = scratch()) {
            int number = root.acquire();
            try {
              checkDurable(SystemCall.SYNCFS.call(scratch, number), shownAs);
            } finally {
              root.release(scratch);
            }
          }
        });
  }

  static long checkDurable(long result, String path) throws DurabilityException {
    if (result < 0) {
      IOException cause = Errno.exception(result, path);
      throw new DurabilityException(
          "The disk did not confirm %s: %s".formatted(path, Errno.reason((int) -result)), cause);
    }
    return result;
  }

  /// By `fstatfs`: the free blocks that are not kept for the superuser.
  @Override
  public long usableBytes() throws IOException {
    try (Scratch scratch = scratch()) {
      int number = root.acquire();
      try {
        MemorySegment answer = scratch.struct();
        long result = SystemCall.FSTATFS.call(scratch, number, answer.address());
        check(result, RelPath.ROOT);
        long fragment = answer.getAtIndex(JAVA_LONG, 9);
        long block = fragment > 0 ? fragment : answer.getAtIndex(JAVA_LONG, 1);
        return answer.getAtIndex(JAVA_LONG, 4) * block;
      } finally {
        root.release(scratch);
      }
    }
  }

  @Override
  public void close() {
    try (Scratch scratch = scratch()) {
      root.close(scratch);
    }
  }
}
