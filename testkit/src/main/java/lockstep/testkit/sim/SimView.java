package lockstep.testkit.sim;

import static lockstep.testkit.sim.Faults.Demand.CHANGE;
import static lockstep.testkit.sim.Faults.Demand.GROW;
import static lockstep.testkit.sim.Faults.Demand.LOOK;
import static lockstep.testkit.sim.Faults.Demand.READ;
import static lockstep.testkit.sim.Faults.Demand.SYNC;

import java.io.EOFException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import lockstep.base.Disk;
import lockstep.base.DiskFile;
import lockstep.base.DurabilityException;
import lockstep.base.RelPath;
import lockstep.testkit.sim.Watching.Happening;

/// A [SimDisk] as one of those who use it sees it.
public final class SimView implements Disk {
  private final SimDisk disk;
  private final boolean byUser;

  SimView(SimDisk disk, boolean byUser) {
    this.disk = disk;
    this.byUser = byUser;
  }

  private void ask(Faults.Demand demand, RelPath path) throws IOException {
    if (!byUser) disk.faults.before(demand, path);
  }

  private void tell(Happening happening, RelPath path) {
    if (!path.isReserved()) disk.watching.happened(happening, path);
  }

  private void appeared(RelPath path) throws IOException {
    boolean tree = disk.existing(path).kind == Kind.DIRECTORY;
    tell(tree ? Happening.TREE : Happening.WRITTEN, path);
  }

  @Override
  public Optional<Stat> stat(RelPath path) throws IOException {
    ask(LOOK, path);
    return disk.find(path).map(Inode::stat);
  }

  @Override
  public List<Listed> list(RelPath directory) throws IOException {
    ask(LOOK, directory);
    var listed = new ArrayList<Listed>();
    for (Inode.Named named : disk.directory(directory).entries.values()) {
      listed.add(new Listed(named.name(), true, named.inode().stat()));
    }
    return listed;
  }

  @Override
  public DiskFile open(RelPath path) throws IOException {
    ask(READ, path);
    return new OpenFile(file(path), path);
  }

  @Override
  public DiskFile openForWriting(RelPath path) throws IOException {
    ask(CHANGE, path);
    return new OpenFile(file(path), path).forWriting();
  }

  @Override
  public java.util.Optional<Boolean> isBeingWritten(RelPath path) throws IOException {
    ask(LOOK, path);
    return java.util.Optional.of(file(path).writers > 0);
  }

  private Inode file(RelPath path) throws IOException {
    Inode inode = disk.existing(path);
    if (inode.kind != Kind.FILE) {
      throw new java.nio.file.FileSystemException(path.toString(), null, "it is no regular file");
    }
    return inode;
  }

  @Override
  public DiskFile create(RelPath path, int mode) throws IOException {
    ask(GROW, path);
    Inode inode = disk.add(path, Kind.FILE, mode);
    inode.byUser = byUser;
    tell(Happening.WRITING, path);
    return new OpenFile(inode, path).forWriting();
  }

  @Override
  public void makeDirectory(RelPath path, int mode) throws IOException {
    ask(GROW, path);
    disk.add(path, Kind.DIRECTORY, mode);
    appeared(path);
  }

  @Override
  public void makeSymlink(RelPath path, String target) throws IOException {
    ask(GROW, path);
    disk.add(path, Kind.SYMLINK, 0777).target = target;
    appeared(path);
  }

  @Override
  public String readSymlink(RelPath path) throws IOException {
    ask(LOOK, path);
    return disk.existing(path).target;
  }

  @Override
  public void rename(RelPath from, RelPath to) throws IOException {
    move(from, to, false);
  }

  /// As `rename(2)` does it: what stands at `to` is gone.
  public void replace(RelPath from, RelPath to) throws IOException {
    move(from, to, true);
  }

  private void move(RelPath from, RelPath to, boolean replacing) throws IOException {
    ask(CHANGE, to.isReserved() ? from : to);
    disk.move(from, to, replacing);
    tell(Happening.GONE, from);
    appeared(to);
  }

  @Override
  public void exchange(RelPath a, RelPath b) throws IOException {
    if (!disk.canExchange) throw new UnsupportedOperationException("this disk cannot exchange");
    ask(CHANGE, a.isReserved() ? b : a);
    disk.swap(a, b);
    appeared(a);
    appeared(b);
  }

  @Override
  public boolean canExchange() {
    return disk.canExchange;
  }

  @Override
  public void remove(RelPath path) throws IOException {
    ask(CHANGE, path);
    disk.remove(path);
    tell(Happening.GONE, path);
  }

  @Override
  public void setMode(RelPath path, int mode) throws IOException {
    ask(CHANGE, path);
    Inode inode = disk.existing(path);
    inode.mode = mode;
    inode.changed = disk.now();
    tell(Happening.TOUCHED, path);
  }

  @Override
  public void setModified(RelPath path, long nanos) throws IOException {
    ask(CHANGE, path);
    Inode inode = disk.existing(path);
    inode.modified = nanos;
    inode.changed = disk.now();
    tell(Happening.TOUCHED, path);
  }

  @Override
  public void syncDirectory(RelPath directory) throws IOException {
    askToSync(directory);
    disk.syncNames(disk.directory(directory));
  }

  @Override
  public void syncAll() throws IOException {
    askToSync(RelPath.ROOT);
    disk.settle();
  }

  private void askToSync(RelPath path) throws IOException {
    try {
      ask(SYNC, path);
    } catch (IOException e) {
      throw new DurabilityException("the disk did not confirm", e);
    }
  }

  @Override
  public long usableBytes() throws IOException {
    return 1L << 40;
  }

  final class OpenFile implements DiskFile {
    private final Inode inode;
    private final RelPath path;
    private boolean written;
    private boolean writing;

    OpenFile(Inode inode, RelPath path) {
      this.inode = inode;
      this.path = path;
    }

    OpenFile forWriting() {
      writing = true;
      inode.writers++;
      if (!byUser) disk.writtenByEngine.add(this);
      return this;
    }

    /// Its process has ended: who is about to close it never will.
    void release() {
      if (writing) inode.writers--;
      writing = false;
      disk.writtenByEngine.remove(this);
    }

    private void tellOf(Happening happening) {
      disk.pathOf(inode).ifPresent(now -> tell(happening, now));
    }

    @Override
    public int read(byte[] buffer, int offset, int length, long position) throws IOException {
      ask(READ, path);
      return inode.read(buffer, offset, length, position);
    }

    @Override
    public void write(byte[] buffer, int offset, int length, long position) throws IOException {
      ask(GROW, path);
      inode.write(buffer, offset, length, position);
      changed();
    }

    @Override
    public void copyFrom(DiskFile source, long sourcePosition, long position, long length)
        throws IOException {
      byte[] bytes = new byte[(int) length];
      int read = source.read(bytes, 0, bytes.length, sourcePosition);
      if (read < length) throw new EOFException("the source is too short");
      write(bytes, 0, bytes.length, position);
    }

    @Override
    public void truncate(long size) throws IOException {
      ask(CHANGE, path);
      inode.truncate(size);
      changed();
    }

    private void changed() {
      inode.modified = disk.now();
      inode.changed = disk.now();
      written = true;
      if (byUser) {
        inode.byUser = true;
        disk.userBytes.accept(inode.bytes());
      }
      tellOf(Happening.WRITING);
    }

    @Override
    public Stat stat() throws IOException {
      ask(LOOK, path);
      return inode.stat();
    }

    @Override
    public void setMode(int mode) throws IOException {
      ask(CHANGE, path);
      inode.mode = mode;
      inode.changed = disk.now();
    }

    @Override
    public void setModified(long nanos) throws IOException {
      ask(CHANGE, path);
      inode.modified = nanos;
      inode.changed = disk.now();
    }

    @Override
    public void sync() throws IOException {
      askToSync(path);
      inode.sync();
    }

    @Override
    public void close() {
      release();
      if (written) tellOf(Happening.WRITTEN);
    }
  }
}
