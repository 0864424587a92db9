package lockstep.sync;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import lockstep.base.Disk;
import lockstep.base.DiskFile;
import lockstep.base.Node;
import lockstep.base.RelPath;
import lockstep.lease.LockMarker;
import lockstep.lease.LockMode;
import lockstep.recovery.Workspace;

/// Makes files read-only while somebody else works on them, and writable again; on the thread of
/// the [Applier], so that no step races it.
///
/// The mode that a file has in truth stands in its marker, durable before it is changed, and the
/// marker stays until the mode is back, durably: whatever moment a crash chooses, the next start
/// finds out.
final class Sealer {
  /// A marker comes to its name whole: half of one would be taken for somebody else's file.
  private static final String STAGED_MARKER = "lock-marker";

  private final Disk disk;
  private final Workspace workspace;
  private final Seals seals;

  Sealer(Disk disk, Workspace workspace, Seals seals) {
    this.disk = disk;
    this.workspace = workspace;
    this.seals = seals;
  }

  Seals seals() {
    return seals;
  }

  /// How sealing or opening a file ended.
  ///
  /// @param now what stands at the path; empty for nothing
  /// @param trouble why the file is not what it was to be
  record Result(Optional<Disk.Stat> now, Optional<String> trouble) {}

  /// Writes the marker, then takes away the right to write.
  ///
  /// @param expected what is known to stand there
  Result seal(RelPath path, Disk.Stat expected, LockMarker text) throws IOException {
    RelPath marker = LockMarker.pathOf(path);
    if (!isOurs(marker)) {
      return new Result(
          disk.stat(path), Optional.of("another file stands at the name of its marker " + marker));
    }
    var known = new Observed(expected, Node.ABSENT);
    Optional<Disk.Stat> stands = disk.stat(path);
    if (!stands.filter(known::unchanged).isPresent()) {
      return new Result(stands, Optional.of("it was changed at this very moment"));
    }
    remove(marker);
    seals.mark(path);
    workspace.write(marker, text.encode(), 0644, STAGED_MARKER);
    int mode = expected.mode();
    // Before the mode: who looks in between sees what is true anyway.
    seals.seal(path, mode, expected.inode());
    if (LockMode.locked(mode) != mode) {
      disk.setMode(path, LockMode.locked(mode));
    }
    return new Result(Optional.of(present(path)), Optional.empty());
  }

  /// Whether the marker's name is free for us.
  private boolean isOurs(RelPath marker) throws IOException {
    Optional<Disk.Stat> there = disk.stat(marker);
    return there.isEmpty() || LockMarkers.read(disk, marker, there.get()).isPresent();
  }

  private void remove(RelPath marker) throws IOException {
    try {
      disk.remove(marker);
    } catch (NoSuchFileException absent) {
      // nothing was left over
    }
  }

  /// Gives the right to write back, then takes the marker away, unless the file that it tells of
  /// has got another name meanwhile.
  Result open(RelPath path) throws IOException {
    RelPath marker = LockMarker.pathOf(path);
    Optional<Disk.Stat> stands = disk.stat(path).filter(s -> s.kind() == Disk.Kind.FILE);
    Optional<Disk.Stat> now = stands;
    if (stands.isPresent() && seals.has(path)) {
      now = Optional.of(reopen(path, stands.get()));
    } else {
      seals.left(path);
    }
    if (!seals.hasStray(path)) {
      if (now.isEmpty()) new StableStorage(disk).secure(Set.of(path));
      if (isOurs(marker)) remove(marker);
      seals.unmark(path);
    }
    return new Result(now.isPresent() ? now : disk.stat(path), Optional.empty());
  }

  /// Takes markers away that tell of no file any more: their directory is about to go.
  void clear(RelPath directory) throws IOException {
    for (RelPath path : seals.paths()) {
      if (path.parent().equals(directory) && disk.stat(path).isEmpty()) open(path);
    }
  }

  /// The file is nowhere, whatever names its user gave it. That is durable before it is forgotten,
  /// and its marker goes: else a power cut could bring it back, read-only, with nothing to tell
  /// why.
  Result forget(Seals.Seal seal) throws IOException {
    disk.syncAll();
    seals.forget(seal);
    return new Result(disk.stat(seal.home()), Optional.empty());
  }

  /// Gives back the right to write, durably; who took it back alone has decided.
  private Disk.Stat reopen(RelPath path, Disk.Stat stands) throws IOException {
    OptionalInt mode = seals.mode(path);
    if (mode.isPresent()) {
      int truth = LockMode.original(stands.mode(), mode.getAsInt());
      if (truth != stands.mode()) disk.setMode(path, truth);
      try (DiskFile file = disk.open(path)) {
        file.sync();
      }
    }
    seals.open(path, stands);
    return present(path);
  }

  private Disk.Stat present(RelPath path) throws IOException {
    return disk.stat(path).orElseThrow(() -> new NoSuchFileException(path.toString()));
  }

  /// A step on what it changes with its mode in truth, so that neither the history nor another name
  /// gets a file that was read-only just for now.
  Step opened(Step step) throws IOException {
    return switch (step) {
      case Step.Install(var path, var id, var file, var expected) ->
          new Step.Install(path, id, file, inTruth(path, expected));
      case Step.MakeDirectory(var path, var directory, var expected) ->
          new Step.MakeDirectory(path, directory, opened(path, expected));
      case Step.MakeSymlink(var path, var link, var expected) ->
          new Step.MakeSymlink(path, link, opened(path, expected));
      case Step.SetMetadata(var path, var node, var expected) ->
          new Step.SetMetadata(path, node, opened(path, expected));
      case Step.Delete(var path, var expected) -> new Step.Delete(path, opened(path, expected));
      case Step.MoveAside(var path, var copy, var expected, var torn) ->
          new Step.MoveAside(path, copy, opened(path, expected), torn);
      case Step.Move(var from, var expected, var path, var file) ->
          new Step.Move(from, opened(from, expected), path, file);
      case Step.Respell _, Step.Bookkeeping _ -> step;
    };
  }

  /// What is replaced stays read-only until it is out of the way, and has its mode again then:
  /// nobody is to begin on a version that is not the last.
  private Optional<Disk.Stat> inTruth(RelPath path, Optional<Disk.Stat> expected) {
    Optional<Disk.Stat> truth = expected.map(stat -> inTruth(path, stat));
    if (expected.isEmpty()) {
      seals.left(path); // its user took it away
    }
    return truth;
  }

  private Disk.Stat inTruth(RelPath path, Disk.Stat stat) {
    OptionalInt mode = seals.mode(path);
    return mode.isEmpty() ? stat : stat.withMode(LockMode.original(stat.mode(), mode.getAsInt()));
  }

  private Optional<Disk.Stat> opened(RelPath path, Optional<Disk.Stat> expected)
      throws IOException {
    if (expected.isPresent()) {
      return Optional.of(opened(path, expected.get()));
    }
    seals.left(path); // its user took it away
    return expected;
  }

  private Disk.Stat opened(RelPath path, Disk.Stat expected) throws IOException {
    if (!seals.has(path)) {
      return expected;
    }
    var known = new Observed(expected, Node.ABSENT);
    Optional<Disk.Stat> stands = disk.stat(path).filter(known::unchanged);
    Disk.Stat truth = inTruth(path, expected);
    if (stands.isEmpty()) {
      return truth; // the step finds that out, too
    }
    Disk.Stat now = reopen(path, stands.get());
    return known.sameInode(now) ? now : truth;
  }

  /// Opens everything: nobody will, once the folder is closed.
  ///
  /// @throws IOException if something stays read-only; the marker beside it tells the next start
  void openAll() throws IOException {
    IOException first = null;
    for (RelPath path : seals.paths()) {
      try {
        open(path);
      } catch (IOException e) {
        if (first == null) first = e;
      }
    }
    if (first != null) throw first;
  }
}
