package lockstep.sync;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import lockstep.base.Content;
import lockstep.base.Disk;
import lockstep.base.DiskFile;
import lockstep.base.Folding;
import lockstep.base.RelPath;
import lockstep.chunk.ChunkStore;
import lockstep.chunk.ContentChangedException;
import lockstep.chunk.Manifest;
import lockstep.chunk.Splitter;
import lockstep.recovery.Workspace;
import lockstep.sync.ignore.IgnoreRules;

/// Looks at the disk for the folder's loop: stats, walks and hashes, off the loop, and reports what
/// it found. Decides nothing.
final class Observer implements AutoCloseable {
  private final Disk disk;
  private final ChunkStore chunks;
  private final Consumer<FolderEvent> loop;
  private final ExecutorService lookers;
  private final ExecutorService hashers;
  private final AtomicBoolean closed = new AtomicBoolean();

  /// @param lookers runs looks and walks; closed with this
  /// @param hashers reads files; closed with this
  Observer(
      Disk disk,
      ChunkStore chunks,
      Consumer<FolderEvent> loop,
      ExecutorService lookers,
      ExecutorService hashers) {
    this.disk = disk;
    this.chunks = chunks;
    this.loop = loop;
    this.lookers = lookers;
    this.hashers = hashers;
  }

  /// Which names are one on this disk.
  Folding folding() {
    return disk.folding();
  }

  /// Looks at single paths, and at what the disk takes them for.
  void look(List<RelPath> paths) {
    start(
        lookers,
        () -> {
          var looks = new ArrayList<FolderEvent.Look>(paths.size());
          for (RelPath path : paths) {
            FolderEvent.Look look = lookAt(path);
            looks.add(look);
            if (look.stat().isEmpty()) otherSpelling(path).map(this::lookAt).ifPresent(looks::add);
          }
          loop.accept(new FolderEvent.Looked(looks));
        });
  }

  /// Programs may save under any spelling of a name, and hints may have that.
  private Optional<RelPath> otherSpelling(RelPath path) {
    try {
      return Optional.of(disk.spelled(path)).filter(spelled -> !spelled.equals(path));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private FolderEvent.Look lookAt(RelPath path) {
    try {
      return look(path, disk.stat(path));
    } catch (NoSuchFileException gone) {
      return new FolderEvent.Look(path, Optional.empty(), Optional.empty(), Optional.empty());
    } catch (IOException e) {
      Optional<String> trouble = liesBelowLink(path) ? Optional.empty() : Optional.of(text(e));
      return new FolderEvent.Look(path, Optional.empty(), Optional.empty(), trouble);
    }
  }

  /// A directory on the way has become a link: so nothing of the folder stands at the path.
  private boolean liesBelowLink(RelPath path) {
    RelPath above = path.parent();
    try {
      while (!above.isRoot()) {
        if (disk.stat(above).filter(stat -> stat.kind() == Disk.Kind.SYMLINK).isPresent()) {
          return true;
        }
        above = above.parent();
      }
    } catch (IOException e) {
      return liesBelowLink(above);
    }
    return false;
  }

  private FolderEvent.Look look(RelPath path, Optional<Disk.Stat> stat) throws IOException {
    Optional<String> link =
        stat.isPresent() && stat.get().kind() == Disk.Kind.SYMLINK
            ? Optional.of(disk.readSymlink(path))
            : Optional.empty();
    return new FolderEvent.Look(path, stat, link, Optional.empty());
  }

  /// What this device does not sync, on the caller's thread.
  String excludes() throws IOException {
    return Workspace.exclude(disk);
  }

  /// Walks a subtree, has it watched, and reports everything in it, then that it is done.
  ///
  /// @param anew whether what is known of the folder may be another's: what it excludes is read,
  ///   too
  void scan(RelPath directory, IgnoreRules rules, boolean anew, Consumer<RelPath> watch) {
    start(lookers, () -> loop.accept(walk(directory, rules, anew, watch)));
  }

  private FolderEvent.ScanEnded walk(
      RelPath directory, IgnoreRules known, boolean anew, Consumer<RelPath> watch) {
    IgnoreRules rules = known;
    try {
      if (anew) rules = known.excluding(excludes());
      IgnoreRules after =
          new Scanner(disk, watch)
              .scan(
                  otherSpelling(directory).orElse(directory),
                  rules,
                  observation -> {
                    report(observation);
                    return !closed.get();
                  });
      return new FolderEvent.ScanEnded(directory, after, anew, Optional.empty());
    } catch (IOException e) {
      return new FolderEvent.ScanEnded(directory, rules, false, Optional.of(text(e)));
    }
  }

  private void report(Observation observation) {
    switch (observation) {
      case Observation.Unreadable(RelPath directory, String reason) ->
          loop.accept(new FolderEvent.Unread(directory, reason));
      case Observation.Gone(RelPath directory) -> loop.accept(new FolderEvent.Gone(directory));
      case Observation.Listing(RelPath directory, var found, var elsewhere, var odd, var marks) ->
          loop.accept(
              new FolderEvent.Listed(
                  directory, found.stream().map(this::found).toList(), elsewhere, odd, marks));
    }
  }

  private FolderEvent.Look found(Observation.Found found) {
    try {
      return look(found.path(), Optional.of(found.stat()));
    } catch (IOException e) {
      return lookAt(found.path()); // it is another by now, or cannot be read
    }
  }

  /// Reads and hashes a file, as many at once as there are cores.
  ///
  /// @param judged whether it may be a save that was cut off, which is then found out too
  void hash(RelPath path, Disk.Stat expected, boolean judged) {
    start(hashers, () -> loop.accept(hashed(path, expected, judged)));
  }

  /// Stat, hash, stat: a file that changes while it is read has no content yet.
  private FolderEvent.Hashed hashed(RelPath path, Disk.Stat expected, boolean judged) {
    var before = new Observed(expected, lockstep.base.Node.ABSENT);
    try (DiskFile file = disk.open(path)) {
      if (closed.get() || !before.unchanged(file.stat())) {
        return changed(path, expected);
      }
      Manifest manifest = Splitter.split(file::read, expected.size(), chunks::node);
      Optional<String> torn = judged ? torn(path, file, expected.size()) : Optional.empty();
      if (!before.unchanged(file.stat())
          || !disk.stat(path).filter(before::unchanged).isPresent()) {
        return changed(path, expected);
      }
      chunks.index(manifest);
      Content content = manifest.content();
      return new FolderEvent.Hashed(path, expected, Optional.of(content), torn, Optional.empty());
    } catch (ContentChangedException | NoSuchFileException e) {
      return changed(path, expected);
    } catch (IOException e) {
      return stands(path, before)
          ? new FolderEvent.Hashed(
              path, expected, Optional.empty(), Optional.empty(), Optional.of(text(e)))
          : changed(path, expected);
    }
  }

  /// Whether it is just this that cannot be read, not something that has taken its place.
  private boolean stands(RelPath path, Observed expected) {
    try {
      return disk.stat(path).filter(expected::unchanged).isPresent();
    } catch (IOException e) {
      return !liesBelowLink(path);
    }
  }

  /// What a process has open to write is no ruin: it is being saved now.
  private Optional<String> torn(RelPath path, DiskFile file, long size) throws IOException {
    Optional<String> reason = Torn.why(path.name(), size, file::read);
    return reason.isPresent() && disk.isBeingWritten(path).orElse(false)
        ? Optional.empty()
        : reason;
  }

  private static FolderEvent.Hashed changed(RelPath path, Disk.Stat stat) {
    return new FolderEvent.Hashed(path, stat, Optional.empty(), Optional.empty(), Optional.empty());
  }

  private void start(ExecutorService threads, Runnable task) {
    if (!closed.get()) {
      threads.execute(task);
    }
  }

  private static String text(IOException e) {
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }

  /// Brings what stands at the paths to stable storage.
  void secure(List<RelPath> paths) {
    start(lookers, () -> loop.accept(new FolderEvent.Secured(secured(paths))));
  }

  private Optional<IOException> secured(List<RelPath> paths) {
    try {
      new StableStorage(disk).secure(paths);
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of(e);
    }
  }

  /// Finds out whether a process has a file open for writing.
  void lookForWriter(RelPath path) {
    start(lookers, () -> loop.accept(new FolderEvent.Handle(path, isBeingWritten(path))));
  }

  private boolean isBeingWritten(RelPath path) {
    try {
      return disk.isBeingWritten(path).orElse(false);
    } catch (IOException gone) {
      return false;
    }
  }

  /// Whether something stands at a path now, or that cannot be found out; on the caller's thread.
  boolean stands(RelPath path) {
    FolderEvent.Look look = lookAt(path);
    return look.stat().isPresent() || look.trouble().isPresent();
  }

  /// Ends what is under way as soon as its file is read.
  @Override
  public void close() {
    closed.set(true);
    hashers.shutdownNow();
    lookers.shutdownNow();
  }
}
