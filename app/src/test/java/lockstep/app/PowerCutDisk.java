package lockstep.app;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import lockstep.testkit.Host;

/// A real file system in an image file, whose power can be cut: it stops where it is and writes
/// nothing any more, not even its journal. Whatever a program had not synced may be gone then, and
/// the next mount replays the journal as after any power cut. Needs the right to mount.
///
/// What the file system did write stays: a disk that forgets its own cache is another matter.
final class PowerCutDisk implements AutoCloseable {
  /// The least that mkfs.xfs takes is 300 MB; the file is sparse.
  private static final long BYTES = 512L << 20;

  /// `FS_IOC_SHUTDOWN`, `_IOR('X', 125, __u32)`; XFS and ext4 have it in common.
  private static final long SHUTDOWN = 0x8004587DL;

  /// "Going down" at once, without flushing the log.
  private static final int NO_LOG_FLUSH = 2;

  private static final int O_RDONLY = 0;

  private static final Linker LINKER = Linker.nativeLinker();

  enum FileSystem {
    EXT4("mkfs.ext4", "e2fsprogs", "-qF"),
    XFS("mkfs.xfs", "xfsprogs", "-qf");

    private final String maker;
    private final String aptPackage;
    private final String options;

    FileSystem(String maker, String aptPackage, String options) {
      this.maker = maker;
      this.aptPackage = aptPackage;
      this.options = options;
    }
  }

  private final Path image;
  private final Path root;

  private PowerCutDisk(Path image, Path root) {
    this.image = image;
    this.root = root;
  }

  /// Makes the file system and mounts it.
  static PowerCutDisk format(FileSystem kind, Path directory) throws IOException {
    String maker = Host.need(kind.maker, kind.aptPackage);
    Path image = directory.resolve("image");
    try (var file = new RandomAccessFile(image.toFile(), "rw")) {
      file.setLength(BYTES);
    }
    Host.run(maker, kind.options, image.toString());
    var disk = new PowerCutDisk(image, Files.createDirectories(directory.resolve("disk")));
    disk.mount();
    return disk;
  }

  /// Where it is mounted.
  Path root() {
    return root;
  }

  void mount() throws IOException {
    Host.run("mount", "-o", "loop", image.toString(), root.toString());
  }

  void unmount() throws IOException {
    Host.run("umount", root.toString());
  }

  /// From now on nothing reaches the image.
  void cutPower() throws IOException {
    MethodHandle open = bind("open", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT));
    MethodHandle ioctl =
        bind("ioctl", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS));
    MethodHandle close = bind("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
    try (Arena arena = Arena.ofConfined()) {
      int mounted = (int) open.invokeExact(arena.allocateFrom(root.toString()), O_RDONLY);
      MemorySegment how = arena.allocateFrom(JAVA_INT, NO_LOG_FLUSH);
      int refused = (int) ioctl.invokeExact(mounted, SHUTDOWN, how);
      int unclosed = (int) close.invokeExact(mounted);
      if (refused != 0 || unclosed != 0) throw new IOException("cannot cut the power of " + root);
    } catch (IOException e) {
      throw e;
    } catch (Throwable impossible) {
      throw new AssertionError("a downcall throws nothing", impossible);
    }
  }

  /// Of the functions used only `ioctl` is called with arguments beyond its named two.
  private static MethodHandle bind(String function, FunctionDescriptor type) {
    MemorySegment address = LINKER.defaultLookup().findOrThrow(function);
    return type.argumentLayouts().size() > 2
        ? LINKER.downcallHandle(address, type, Linker.Option.firstVariadicArg(2))
        : LINKER.downcallHandle(address, type);
  }

  /// Gives it free even if something still uses it.
  @Override
  public void close() throws IOException {
    Host.run("umount", "--lazy", root.toString());
  }
}
