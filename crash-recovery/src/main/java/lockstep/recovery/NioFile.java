package lockstep.recovery;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import lockstep.base.Disk;
import lockstep.base.DiskFile;
import lockstep.base.DurabilityException;

/// An open file of a [NioDisk]. An interrupt of a thread within closes it, as it does every
/// `FileChannel`.
final class NioFile implements DiskFile {
  private static final int COPY_BYTES = 256 << 10;

  private final NioDisk disk;
  private final Path path;
  private final FileChannel channel;

  private NioFile(NioDisk disk, Path path, FileChannel channel) {
    this.disk = disk;
    this.path = path;
    this.channel = channel;
  }

  static NioFile open(NioDisk disk, Path path, Set<? extends OpenOption> options)
      throws IOException {
    Set<OpenOption> all = new HashSet<>(options);
    all.add(LinkOption.NOFOLLOW_LINKS);
    return new NioFile(disk, path, FileChannel.open(path, all));
  }

  @Override
  public int read(byte[] buffer, int offset, int length, long position) throws IOException {
    return channel.read(ByteBuffer.wrap(buffer, offset, length), position);
  }

  @Override
  public void write(byte[] buffer, int offset, int length, long position) throws IOException {
    disk.wrote(this);
    var bytes = ByteBuffer.wrap(buffer, offset, length);
    while (bytes.hasRemaining()) {
      channel.write(bytes, position + bytes.position() - offset);
    }
  }

  @Override
  public void copyFrom(DiskFile source, long sourcePosition, long position, long length)
      throws IOException {
    copyByHand(source, sourcePosition, this, position, length);
  }

  /// Copies by reading and writing.
  static void copyByHand(
      DiskFile source, long sourcePosition, DiskFile target, long position, long length)
      throws IOException {
    byte[] buffer = new byte[(int) Math.min(COPY_BYTES, length)];
    for (long done = 0; done < length; ) {
      int wanted = (int) Math.min(buffer.length, length - done);
      int read = source.read(buffer, 0, wanted, sourcePosition + done);
      if (read < 0) {
        throw new EOFException("the source ends " + (length - done) + " bytes early");
      }
      target.write(buffer, 0, read, position + done);
      done += read;
    }
  }

  @Override
  public void truncate(long size) throws IOException {
    disk.wrote(this);
    if (size > channel.size()) {
      channel.write(ByteBuffer.allocate(1), size - 1);
    }
    channel.truncate(size);
  }

  /// By name: Java has no fstat.
  @Override
  public Disk.Stat stat() throws IOException {
    return disk.statOf(path);
  }

  @Override
  public void setMode(int mode) throws IOException {
    disk.setMode(path, mode);
  }

  @Override
  public void setModified(long nanos) throws IOException {
    sync(); // on some systems a later write-back would set the time again
    Files.setLastModifiedTime(path, FileTime.from(nanos, TimeUnit.NANOSECONDS));
  }

  @Override
  public void sync() throws IOException {
    disk.synced(this);
    try {
      channel.force(true);
    } catch (IOException e) {
      throw new DurabilityException("The disk did not confirm " + path + ": " + e.getMessage(), e);
    }
  }

  @Override
  public void close() throws IOException {
    try (channel) {
      if (channel.isOpen() && disk.synced(this)) {
        channel.force(true);
      }
    }
  }
}
