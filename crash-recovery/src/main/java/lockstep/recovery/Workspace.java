package lockstep.recovery;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import lockstep.base.Disk;
import lockstep.base.DiskFile;
import lockstep.base.RelPath;
import lockstep.base.TimeSource;

/// Lockstep's own directory `.lockstep` inside a shared folder, and the only way in which Lockstep
/// changes what a user sees there: what is new comes out of staging by one atomic step, and what
/// was there goes into history, as the inode that it is.
///
/// Nothing here syncs (but [#writeMarker]): a caller syncs the staged bytes before it installs
/// them, installs a batch, then calls [Disk#syncAll] once, or [Disk#syncDirectory] of the
/// directories concerned and of `.lockstep/staging` and `.lockstep/history/files`.
///
/// Thread-safe, as long as no two threads use one staging id.
public final class Workspace implements AutoCloseable {
  private static final RelPath HOME = RelPath.of(RelPath.RESERVED);
  private static final RelPath STAGING = HOME.resolve("staging");
  private static final RelPath NOTE = HOME.resolve("writer");
  private static final RelPath EXCLUDE = HOME.resolve("exclude");
  private static final RelPath ARRIVING = HOME.resolve("arriving");
  private static final Pattern STAGED_ID = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]{0,199}");

  /// More than any person writes.
  public static final int EXCLUDE_BYTES_MAX = 1 << 20;

  private final Disk disk;
  private final History history;
  private final Installer installer;

  private final TimeSource time;

  private Workspace(Disk disk, History history, TimeSource time) {
    this.disk = disk;
    this.time = time;
    this.history = history;
    this.installer = new Installer(disk, history);
  }

  /// Opens the workspace of the folder whose root is the disk's, creating what is missing.
  public static Workspace open(Disk disk) throws IOException {
    return open(disk, TimeSource.system());
  }

  public static Workspace open(Disk disk, TimeSource time) throws IOException {
    ensureDirectory(disk, HOME);
    ensureDirectory(disk, STAGING);
    History.makeDirectories(disk);
    return new Workspace(disk, History.open(disk, time), time);
  }

  static void ensureDirectory(Disk disk, RelPath directory) throws IOException {
    try {
      disk.makeDirectory(directory, 0700);
      disk.syncDirectory(directory.parent());
    } catch (FileAlreadyExistsException e) {
      if (disk.stat(directory).map(Disk.Stat::kind).orElse(Disk.Kind.OTHER)
          != Disk.Kind.DIRECTORY) {
        throw new FileSystemException(
            directory.toString(), null, "something else stands where Lockstep's directory belongs");
      }
    }
  }

  /// Creates the staged file `id`, or reopens it as it was left.
  ///
  /// @param id 1 to 200 letters, digits, `-`, `_` and, not first, `.`
  public StagedFile stage(String id) throws IOException {
    RelPath path = settled(id);
    try {
      return new StagedFile(this, id, disk.create(path, 0600));
    } catch (FileAlreadyExistsException e) {
      return new StagedFile(this, id, disk.openForWriting(path));
    }
  }

  /// Stages a symbolic link, in place of what has that id. It can only be installed or discarded.
  public void stageSymlink(String id, String target) throws IOException {
    discard(id);
    disk.makeSymlink(stagedPath(id), target);
  }

  /// Reopens what was staged as `id`, if it is still there.
  public Optional<StagedFile> staged(String id) throws IOException {
    try {
      DiskFile file = disk.openForWriting(settled(id));
      return Optional.of(new StagedFile(this, id, file));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  /// Opens what was staged as `id` for reading.
  ///
  /// @throws NoSuchFileException if it is gone
  public DiskFile openStaged(String id) throws IOException {
    return disk.open(settled(id));
  }

  /// The ids of all that is staged, links too.
  public List<String> stagedIds() throws IOException {
    return disk.list(STAGING).stream().map(Disk.Listed::name).toList();
  }

  /// Deletes what is staged as `id`, if anything is.
  public void discard(String id) throws IOException {
    try {
      disk.remove(settled(id));
    } catch (NoSuchFileException alreadyGone) {
      // discarding twice is as good
    }
  }

  /// Deletes what is staged and was not touched for so long; to be called when nobody needs it.
  ///
  /// @param meant which ids may go
  /// @return how many went
  public int discardOlder(Duration age, Predicate<String> meant) throws IOException {
    Instant limit = time.wallTime().minus(age);
    int discarded = 0;
    for (Disk.Listed staged : disk.list(STAGING)) {
      if (meant.test(staged.name()) && lastTouched(staged.stat()).isBefore(limit)) {
        discard(staged.name());
        discarded++;
      }
    }
    return discarded;
  }

  /// The time of a file's bytes is that of the version that they are of.
  private static Instant lastTouched(Disk.Stat stat) {
    long nanos = stat.changedNanos() == 0 ? stat.modifiedNanos() : stat.changedNanos();
    return Instant.ofEpochSecond(0, nanos);
  }

  /// Writes a small file to a name that is free, durably: it stands there whole or not at all.
  ///
  /// @param id what it is staged as on the way; what an attempt that failed left there is replaced
  /// @throws FileAlreadyExistsException if something stands at `target`
  public void write(RelPath target, byte[] bytes, int mode, String id) throws IOException {
    discard(id);
    RelPath staged = stagedPath(id);
    try (DiskFile file = disk.create(staged, mode)) {
      file.write(bytes, 0, bytes.length, 0);
      file.sync();
    }
    disk.rename(staged, target);
    disk.syncDirectory(target.parent());
  }

  /// The path of what is staged as `id`, where nothing of a user's lies any more.
  private RelPath settled(String id) throws IOException {
    RelPath path = stagedPath(id);
    installer.settle(path);
    return path;
  }

  private static RelPath stagedPath(String id) {
    if (!STAGED_ID.matcher(id).matches()) {
      throw new IllegalArgumentException("'" + id + "' cannot name a staged file");
    }
    return STAGING.resolve(id);
  }

  /// Puts the staged file or link at `target`. Whatever the outcome, no byte that stood at `target`
  /// is lost.
  ///
  /// A crash in the middle may leave what stood at `target` under the staged name. So after a
  /// crash, what is staged for an open intent is *never* discarded unread: what does not have the
  /// intended content is [rescued][#rescue].
  ///
  /// @param expected what the caller knows to stand there: a file or link, or empty for nothing; a
  ///   file keeps its mode in history, whatever it has on the disk
  /// @throws NoSuchFileException if the parent directory is missing
  public Outcome install(String stagedId, RelPath target, Optional<Disk.Stat> expected)
      throws IOException {
    RelPath staged = settled(stagedId);
    return expected.isPresent()
        ? installer.replace(staged, target, expected.get())
        : installer.place(staged, target);
  }

  /// Moves what is staged as `id`, if anything is, to history, as something that stood at `path`.
  public Optional<HistoryItem> rescue(String id, RelPath path) throws IOException {
    return installer.rescue(settled(id), path);
  }

  /// Removes what stands at `target`: a file or link goes to history.
  ///
  /// @throws java.nio.file.DirectoryNotEmptyException if it is a directory that holds anything
  public Outcome retire(RelPath target, Disk.Stat expected) throws IOException {
    return installer.retire(target, expected);
  }

  /// @throws NoRoomException if the folder's disk has not so many bytes of room: said before
  ///   something big fills it to the brim
  public void requireRoom(long bytes) throws IOException {
    Room.require("the folder", disk, bytes);
  }

  /// @throws IOException if the folder's disk does not take so many bytes
  public void probe(long bytes) throws IOException {
    Room.probe("the folder", disk, HOME, bytes);
  }

  /// What was displaced and is still kept, oldest first.
  public List<HistoryItem> history() {
    return history.items();
  }

  /// What a look at displaced files found.
  ///
  /// @param changed those whose bytes changed in the history: somebody's newer work
  /// @param more whether others may still change: a process has them open
  public record Look(List<HistoryItem> changed, boolean more) {}

  /// Brings to history what an install left in staging because the disk failed in the middle of it;
  /// until then nothing may forget what was under way. What uses that id does it by itself.
  public void settle() throws IOException {
    installer.settle();
  }

  /// Looks at what was displaced, as long as some process may still write to it.
  public Look lookAtDisplaced() throws IOException {
    settle();
    return history.look();
  }

  /// Moves an item back to a name that must be free.
  ///
  /// @throws FileAlreadyExistsException if it is not; the item stays
  public void giveBack(HistoryItem item, RelPath to) throws IOException {
    history.giveBack(item, to);
  }

  /// Deletes from history what is older than `kept`, and the oldest while the history takes more
  /// than its share of the disk; never what a process still writes to.
  ///
  /// @param pinned items that stay whatever their age
  /// @return what was deleted
  public List<HistoryItem> expireHistory(
      Duration kept, int sharePercent, Predicate<HistoryItem> pinned) throws IOException {
    return history.expire(kept, sharePercent, pinned);
  }

  /// Writes `.lockstep/folder`, which says that the folder is present and which one it is; durable
  /// on return.
  public void writeMarker(String folderId) throws IOException {
    Marker.write(disk, HOME, folderId);
  }

  /// What [#writeMarker] wrote; empty if the marker is missing.
  public Optional<String> marker() throws IOException {
    return Marker.read(disk, HOME);
  }

  /// The same of a directory whose workspace is not open; nothing is made there.
  public static Optional<String> marker(Disk disk) throws IOException {
    return Marker.read(disk, HOME);
  }

  /// Notes, durably, that a directory is the beginning of a copy of a shared folder.
  public static void beginArrival(Disk disk, String folderId) throws IOException {
    ensureDirectory(disk, HOME);
    SmallFile.write(disk, ARRIVING, folderId.getBytes(StandardCharsets.US_ASCII));
  }

  /// Of which folder a directory is the beginning of a copy, if it is that.
  public static Optional<String> arrival(Disk disk) throws IOException {
    return SmallFile.read(disk, ARRIVING, 4096, 4096)
        .map(bytes -> new String(bytes, StandardCharsets.US_ASCII));
  }

  /// The copy is whole and takes the folder's place, or is given up.
  public static void endArrival(Disk disk) throws IOException {
    SmallFile.remove(disk, ARRIVING);
  }

  /// Writes a marker into the copy of a folder; durable on return.
  public static void writeMarker(Disk disk, String folderId) throws IOException {
    Marker.write(disk, HOME, folderId);
  }

  /// Writes `.lockstep/exclude`, what this device does not sync of the folder, in the syntax of
  /// gitignore; durable on return.
  ///
  /// @throws IllegalArgumentException if the text has more than [#EXCLUDE_BYTES_MAX] bytes
  public void writeExclude(String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    if (bytes.length > EXCLUDE_BYTES_MAX) {
      throw new IllegalArgumentException("rules of " + bytes.length + " bytes");
    }
    SmallFile.write(disk, EXCLUDE, bytes);
  }

  /// What [#writeExclude] wrote, or the user since; empty if there is none. A longer file is read
  /// up to [#EXCLUDE_BYTES_MAX].
  public static String exclude(Disk disk) throws IOException {
    return SmallFile.read(disk, EXCLUDE, 4096, EXCLUDE_BYTES_MAX)
        .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
        .orElse("");
  }

  /// Writes one of two short ASCII lines beside the marker, durably, in place: a crash may take it
  /// while it is written again.
  ///
  /// @param line 0 or 1
  public void writeNote(int line, String text) throws IOException {
    Note.write(disk, NOTE, line, text);
  }

  /// What [#writeNote] wrote last on each line; empty if that was never or is damaged.
  public List<String> notes() throws IOException {
    return Note.read(disk, NOTE);
  }

  /// Closes the history's catalogue; the disk stays open.
  @Override
  public void close() throws IOException {
    history.close();
  }
}
