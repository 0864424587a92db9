package lockstep.sync;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.function.Consumer;
import java.util.function.Supplier;
import lockstep.base.Content;
import lockstep.base.Disk;
import lockstep.base.DiskFile;
import lockstep.base.DurabilityException;
import lockstep.base.NameTakenException;
import lockstep.base.Node;
import lockstep.base.ProtoWriter;
import lockstep.base.RelPath;
import lockstep.base.Threads;
import lockstep.chunk.ContentChangedException;
import lockstep.chunk.Splitter;
import lockstep.recovery.HistoryItem;
import lockstep.recovery.Journal;
import lockstep.recovery.StagedFile;
import lockstep.recovery.Workspace;

/// Carries out steps on the disk, in batches, and decides nothing.
///
/// A batch goes: staged bytes made durable; intents durable in the journal; names changed; names
/// durable; intents ended and *Applied* recorded, durably. Whatever moment a crash chooses, a path
/// shows its old or its new state, whole, and the journal tells which paths to look at. One thread,
/// so that steps of one folder never race each other.
final class Applier implements AutoCloseable {
  /// Steps from which on a batch is full: bounds what one crash leaves to look at.
  private static final int BATCH_MAX = 2000;

  /// Names change there too when a file is installed or goes to history.
  private static final List<RelPath> WORKSPACE =
      List.of(RelPath.of(".lockstep/staging"), RelPath.of(".lockstep/history/files"));

  private final Disk disk;
  private final Workspace workspace;
  private final Marker marker;
  private final Sealer sealer;
  private final Journal journal;
  private final Consumer<FolderEvent> loop;
  private final Queue<Task> queue = new ConcurrentLinkedQueue<>();
  private final ExecutorService thread;
  private volatile boolean closed;

  /// Where [#makeParents] made directories whose names are not durable yet.
  private final Set<RelPath> madeIn = new LinkedHashSet<>();

  private sealed interface Task {
    record Steps(List<Step> steps) implements Task {}

    /// Rewrites the journal.
    record TidyJournal(Map<RelPath, Applied> applied, Published published, Step.Doubted doubted)
        implements Task {}

    /// Other work that no step may race; what it answers goes to the loop.
    record Between(Supplier<FolderEvent> work) implements Task {}
  }

  /// @param thread runs one task at a time; closed with this
  Applier(
      Disk disk,
      Workspace workspace,
      Marker marker,
      Sealer sealer,
      Journal journal,
      Consumer<FolderEvent> loop,
      ExecutorService thread) {
    this.disk = disk;
    this.workspace = workspace;
    this.marker = marker;
    this.sealer = sealer;
    this.journal = journal;
    this.loop = loop;
    this.thread = thread;
  }

  /// Takes steps that do not depend on each other save by the order of [#rank]; returns at once.
  void submit(List<Step> steps) {
    if (!steps.isEmpty()) {
      enqueue(new Task.Steps(List.copyOf(steps)));
    }
  }

  /// Tidies the journal where that pays. Only while no step is under way: `applied` is all there
  /// is.
  void compactIfUseful(Map<RelPath, Applied> applied, Published published, Step.Doubted doubted) {
    if (journal.wantsCompaction()) {
      enqueue(new Task.TidyJournal(Map.copyOf(applied), published, doubted));
    }
  }

  /// Has something done between the steps.
  void between(Supplier<FolderEvent> work) {
    enqueue(new Task.Between(work));
  }

  /// Puts what was displaced back into the folder, durably; only [#between] steps.
  void giveBack(HistoryItem item, RelPath to) throws IOException {
    makeParents(to);
    workspace.giveBack(item, to);
    madeIn.add(to.parent());
    syncEach(madeIn);
    madeIn.clear();
  }

  /// Ends after the batch that is under way.
  @Override
  public void close() {
    closed = true;
    Threads.end(thread);
  }

  private void enqueue(Task task) {
    queue.add(task);
    thread.execute(this::next);
  }

  /// Does what is next, unless it went with an earlier batch.
  private void next() {
    Task task = closed ? null : queue.poll();
    switch (task) {
      case null -> {}
      case Task.Steps(List<Step> steps) -> carryOutWithThoseBehind(steps);
      case Task.TidyJournal tidy -> tidyJournal(tidy);
      case Task.Between(var work) -> loop.accept(work.get());
    }
  }

  /// What waits already joins the batch: its syncs are shared.
  private void carryOutWithThoseBehind(List<Step> first) {
    var batch = new ArrayList<>(first);
    int submissions = 1;
    while (batch.size() < BATCH_MAX && queue.peek() instanceof Task.Steps(List<Step> next)) {
      queue.remove();
      batch.addAll(next);
      submissions++;
    }
    loop.accept(new FolderEvent.Applied(carryOut(batch), submissions));
  }

  private void tidyJournal(Task.TidyJournal tidy) {
    try {
      var encoded = new HashMap<RelPath, byte[]>();
      tidy.applied().forEach((path, applied) -> encoded.put(path, applied.encoded()));
      encoded.put(Published.PLACE, tidy.published().encoded());
      encoded.put(Step.Doubted.PLACE, tidy.doubted().encoded());
      journal.compact(encoded.entrySet());
    } catch (IOException e) {
      boolean lasting = e instanceof DurabilityException;
      loop.accept(new FolderEvent.Ask(folder -> folder.halt("the journal: " + reason(e), lasting)));
    }
  }

  /// One batch, from intent to durable record.
  List<Step.Result> carryOut(List<Step> batch) {
    var steps = new ArrayList<>(batch);
    Optional<String> strange = marker.trouble();
    if (strange.isPresent()) {
      return all(steps, new Step.Outcome.Astray(strange.get()), Map.of());
    }
    steps.sort(Comparator.comparingInt(Applier::rank).thenComparing(Applier::order));
    var intents = new HashMap<Step, Long>();
    var results = new ArrayList<Step.Result>();
    try {
      syncStaged(steps);
      syncRecorded(steps);
      if (steps.stream().anyMatch(Step.Settled.class::isInstance)) workspace.settle();
      begin(steps, intents);
      for (Step step : steps) {
        results.add(result(step, attempt(step), intents));
      }
      syncNames(results);
      end(results, intents);
      return results;
    } catch (DurabilityException e) {
      return all(steps, new Step.Outcome.Failed(reason(e), true), intents);
    } catch (IOException e) {
      return all(steps, new Step.Outcome.Unwritten(reason(e)), intents);
    }
  }

  /// What was done of it already is found by a look at the disk.
  private static List<Step.Result> all(
      List<Step> steps, Step.Outcome outcome, Map<Step, Long> intents) {
    return steps.stream().map(step -> result(step, outcome, intents)).toList();
  }

  private static Step.Result result(Step step, Step.Outcome outcome, Map<Step, Long> intents) {
    Long intent = outcome.isCertain() ? null : intents.get(step);
    return new Step.Result(
        step, outcome, intent == null ? OptionalLong.empty() : OptionalLong.of(intent));
  }

  /// Finds out whether the disks of the folder and of its journal take bytes.
  ///
  /// @throws lockstep.recovery.NoRoomException if they are full
  /// @throws IOException if something else is wrong with them
  void probe(long bytes) throws IOException {
    workspace.probe(bytes);
    journal.probe(1 << 20);
  }

  /// What gets out of the way comes first, what makes room for others next, deletions last.
  private static int rank(Step step) {
    return switch (step) {
      case Step.Bookkeeping _ -> 0;
      case Step.MoveAside _, Step.Respell _ -> 1;
      case Step.MakeDirectory _ -> 2;
      case Step.Move _ -> 3;
      case Step.Install _, Step.MakeSymlink _ -> 4;
      case Step.SetMetadata _ -> 5;
      case Step.Delete(_, Disk.Stat expected) -> expected.kind() == Disk.Kind.DIRECTORY ? 7 : 6;
    };
  }

  /// Parents first, but for deletions of directories.
  private static int order(Step a) {
    return rank(a) == 7 ? -a.path().depth() : a.path().depth();
  }

  private void syncStaged(List<Step> steps) throws IOException {
    var installs =
        steps.stream()
            .filter(Step.Install.class::isInstance)
            .map(Step.Install.class::cast)
            .toList();
    if (installs.size() > StableStorage.SYNC_EACH_MAX
        || !installs.stream().allMatch(Applier::isOpenToUs)) {
      disk.syncAll();
      return;
    }
    for (Step.Install install : installs) {
      Optional<StagedFile> staged = workspace.staged(install.stagedId());
      if (staged.isPresent()) {
        try (StagedFile file = staged.get()) {
          file.file().sync();
        }
      }
    }
  }

  private void syncRecorded(List<Step> steps) throws IOException {
    var unstable = new ArrayList<RelPath>();
    for (Step step : steps) {
      if (step instanceof Step.Record(RelPath path, _, boolean stable) && !stable) {
        unstable.add(path);
      }
    }
    new StableStorage(disk).secure(unstable);
  }

  /// A staged file has its final mode: one that its owner may not write to cannot be opened to be
  /// synced, save by root.
  private static boolean isOpenToUs(Step.Install install) {
    return (install.file().mode() & 0600) == 0600;
  }

  private void begin(List<Step> steps, Map<Step, Long> intents) throws IOException {
    var batch = new Journal.Batch();
    for (Step step : steps) {
      if (!(step instanceof Step.Bookkeeping)) {
        long id = journal.newIntent();
        intents.put(step, id);
        batch.begin(id, intent(step));
      }
    }
    if (!intents.isEmpty()) {
      journal.commit(batch);
    }
  }

  /// The path and what it will be; read back by [Folder] at the next start.
  private static byte[] intent(Step step) {
    var out = new ProtoWriter().bytes(1, step.path().utf8()).message(2, Nodes.write(after(step)));
    switch (step) {
      case Step.Move move -> out.bytes(3, move.from().utf8());
      case Step.Respell respell -> out.bytes(3, respell.from().utf8());
      case Step.Install install -> out.string(4, install.stagedId());
      default -> {}
    }
    return out.toBytes();
  }

  /// What the step is to leave at its path.
  static Node after(Step step) {
    return switch (step) {
      case Step.Install install -> install.file();
      case Step.Move move -> move.file();
      case Step.Respell respell -> respell.directory();
      case Step.MakeDirectory made -> made.directory();
      case Step.MakeSymlink made -> made.link();
      case Step.SetMetadata set -> set.node();
      case Step.Delete _, Step.MoveAside _ -> Node.ABSENT;
      case Step.Record done -> done.applied().ledger();
      case Step.Covered _, Step.Doubted _, Step.Settled _ -> Node.ABSENT;
    };
  }

  private Step.Outcome attempt(Step planned) {
    try {
      Step step = sealer.opened(planned);
      return switch (step) {
        case Step.Install install -> install(install);
        case Step.Move move -> move(move);
        case Step.Respell respell -> respell(respell);
        case Step.MakeDirectory made -> makeDirectory(made);
        case Step.MakeSymlink made -> makeSymlink(made);
        case Step.SetMetadata set -> setMetadata(set);
        case Step.Delete delete -> delete(delete);
        case Step.MoveAside aside -> moveAside(aside);
        case Step.Bookkeeping _ -> new Step.Outcome.Done(Optional.empty());
      };
    } catch (FileAlreadyExistsException | NoSuchFileException | ContentChangedException e) {
      return new Step.Outcome.Stale();
    } catch (DirectoryNotEmptyException e) {
      return new Step.Outcome.Refused("the directory holds files that are not synced");
    } catch (NameTakenException e) {
      return new Step.Outcome.Refused(e.getReason());
    } catch (DurabilityException e) {
      return new Step.Outcome.Failed(reason(e), true);
    } catch (IOException e) {
      return new Step.Outcome.Failed(reason(e), false);
    }
  }

  private Step.Outcome install(Step.Install step) throws IOException {
    makeParents(step.path());
    Optional<Disk.Stat> expected = step.expected();
    if (expected.isPresent() && expected.get().kind() == Disk.Kind.DIRECTORY) {
      if (workspace.retire(step.path(), expected.get())
          instanceof lockstep.recovery.Outcome.Changed) {
        return new Step.Outcome.Stale();
      }
      expected = Optional.empty();
    }
    lockstep.recovery.Outcome outcome = workspace.install(step.stagedId(), step.path(), expected);
    if (outcome instanceof lockstep.recovery.Outcome.Installed) {
      expected.ifPresent(displaced -> sealer.seals().open(step.path(), displaced));
    }
    return outcome(outcome, step.file());
  }

  private Step.Outcome move(Step.Move step) throws IOException {
    if (!unchanged(step.from(), step.fromStat())) {
      return new Step.Outcome.Stale();
    }
    makeParents(step.path());
    disk.rename(step.from(), step.path());
    Disk.Stat now = present(step.path());
    if (!new Observed(step.fromStat(), step.file()).sameInode(now)) {
      disk.rename(step.path(), step.from());
      return new Step.Outcome.Stale();
    }
    return setMetadata(step.path(), step.file(), now);
  }

  private Step.Outcome respell(Step.Respell step) throws IOException {
    Optional<Disk.Stat> stands = disk.stat(step.from());
    if (stands.isEmpty() || stands.get().kind() != Disk.Kind.DIRECTORY) {
      return new Step.Outcome.Stale();
    }
    disk.rename(step.from(), step.path());
    sealer.seals().respelled(step.from(), step.path());
    disk.setMode(step.path(), step.directory().mode());
    return done(step.path(), step.directory());
  }

  private Step.Outcome makeDirectory(Step.MakeDirectory step) throws IOException {
    makeParents(step.path());
    if (step.expected().isPresent()) {
      lockstep.recovery.Outcome retired = workspace.retire(step.path(), step.expected().get());
      if (retired instanceof lockstep.recovery.Outcome.Changed) {
        return new Step.Outcome.Stale();
      }
    }
    disk.makeDirectory(step.path(), step.directory().mode());
    disk.setMode(step.path(), step.directory().mode());
    return done(step.path(), step.directory());
  }

  private Step.Outcome makeSymlink(Step.MakeSymlink step) throws IOException {
    makeParents(step.path());
    if (step.expected().isPresent()) {
      lockstep.recovery.Outcome retired = workspace.retire(step.path(), step.expected().get());
      if (retired instanceof lockstep.recovery.Outcome.Changed) {
        return new Step.Outcome.Stale();
      }
    }
    disk.makeSymlink(step.path(), step.link().target());
    return done(step.path(), step.link());
  }

  private Step.Outcome setMetadata(Step.SetMetadata step) throws IOException {
    if (!unchanged(step.path(), step.expected())) {
      return new Step.Outcome.Stale();
    }
    return switch (step.node()) {
      case Node.File file -> setMetadata(step.path(), file, step.expected());
      case Node.Directory directory -> {
        disk.setMode(step.path(), directory.mode());
        yield done(step.path(), directory);
      }
      case Node.Symlink _, Node.Absent _ -> done(step.path(), step.node());
    };
  }

  /// A save of the very moment may come between. The time would tell, but that trace goes when it
  /// is set: then only the bytes can.
  private Step.Outcome setMetadata(RelPath path, Node.File file, Disk.Stat expected)
      throws IOException {
    Disk.Stat before = expected;
    if (expected.modifiedNanos() != file.modifiedNanos()) {
      disk.setModified(path, file.modifiedNanos());
      before = present(path);
      if (before.inode() != expected.inode() || !file.content().equals(read(path, before.size()))) {
        return new Step.Outcome.Stale();
      }
    }
    if ((before.mode() & Node.MODE_MASK) != file.mode()) {
      disk.setMode(path, file.mode());
    }
    Disk.Stat now = present(path);
    boolean same = new Observed(before, Node.ABSENT).sameInode(now);
    return same ? done(now, file) : new Step.Outcome.Stale();
  }

  private Disk.Stat present(RelPath path) throws IOException {
    return disk.stat(path).orElseThrow(() -> gone(path));
  }

  private Content read(RelPath path, long size) throws IOException {
    try (DiskFile file = disk.open(path)) {
      return Splitter.split(file::read, size, (_, _) -> {}).content();
    }
  }

  /// What has gone already its user has deleted, which may concern its conflict copy, too.
  private Step.Outcome delete(Step.Delete step) throws IOException {
    if (step.expected().kind() == Disk.Kind.DIRECTORY) sealer.clear(step.path());
    return switch (workspace.retire(step.path(), step.expected())) {
      case lockstep.recovery.Outcome.Changed _ -> new Step.Outcome.Stale();
      case lockstep.recovery.Outcome.Installed _, lockstep.recovery.Outcome.Retired _ ->
          new Step.Outcome.Done(Optional.empty());
    };
  }

  private Step.Outcome moveAside(Step.MoveAside step) throws IOException {
    if (!unchanged(step.path(), step.expected())) {
      return new Step.Outcome.Stale();
    }
    disk.rename(step.path(), step.copy());
    return new Step.Outcome.Done(Optional.empty());
  }

  private boolean unchanged(RelPath path, Disk.Stat expected) throws IOException {
    return disk.stat(path).filter(new Observed(expected, Node.ABSENT)::unchanged).isPresent();
  }

  private static Step.Outcome outcome(lockstep.recovery.Outcome outcome, Node node) {
    return switch (outcome) {
      case lockstep.recovery.Outcome.Installed(Disk.Stat now, _) -> done(now, node);
      case lockstep.recovery.Outcome.Changed _, lockstep.recovery.Outcome.Retired _ ->
          new Step.Outcome.Stale();
    };
  }

  private Step.Outcome done(RelPath path, Node node) throws IOException {
    return done(present(path), node);
  }

  /// The node as the disk shows it: what a coarse file system rounds off is part of the record.
  private static Step.Outcome done(Disk.Stat now, Node node) {
    Node shown =
        switch (node) {
          case Node.File file -> Observed.file(now, file.content());
          case Node.Directory _ -> new Node.Directory(now.mode() & Node.MODE_MASK);
          case Node.Symlink _, Node.Absent _ -> node;
        };
    return new Step.Outcome.Done(Optional.of(new Observed(now, shown)));
  }

  /// A file may arrive before the directory that holds it, and outlive its deletion.
  private void makeParents(RelPath path) throws IOException {
    RelPath parent = path.parent();
    if (parent.isRoot() || disk.stat(parent).isPresent()) {
      return;
    }
    makeParents(parent);
    try {
      disk.makeDirectory(parent, 0755);
      madeIn.add(parent.parent());
    } catch (FileAlreadyExistsException e) {
      // Somebody made it just now: all the better.
    }
  }

  private void syncNames(List<Step.Result> results) throws IOException {
    Set<RelPath> directories = new LinkedHashSet<>();
    for (Step.Result result : results) {
      if (result.step() instanceof Step.Bookkeeping
          || !(result.outcome() instanceof Step.Outcome.Done)) {
        continue;
      }
      directories.add(result.step().path().parent());
      switch (result.step()) {
        case Step.Move move -> directories.add(move.from().parent());
        case Step.MoveAside aside -> directories.add(aside.copy().parent());
        default -> {}
      }
    }
    directories.addAll(madeIn);
    madeIn.clear();
    if (directories.size() + WORKSPACE.size() > StableStorage.SYNC_EACH_MAX) {
      disk.syncAll();
    } else if (!directories.isEmpty()) {
      syncEach(directories);
    }
  }

  /// With those above, for their user may just have made them: a power cut that took one of those
  /// would take what was put into it, too, which would pass for deleted.
  private void syncEach(Collection<RelPath> directories) throws IOException {
    Set<RelPath> all = new LinkedHashSet<>();
    directories.forEach(directory -> StableStorage.addWithThoseAbove(directory, all));
    all.addAll(WORKSPACE);
    for (RelPath directory : all) {
      try {
        disk.syncDirectory(directory);
      } catch (NoSuchFileException e) {
        // Deleted by the same batch; its parent is among these.
      }
    }
  }

  private void end(List<Step.Result> results, Map<Step, Long> intents) throws IOException {
    var batch = new Journal.Batch();
    for (Step.Result result : results) {
      Long intent = intents.get(result.step());
      if (intent != null && result.outcome().isCertain()) {
        batch.end(intent);
      }
      if (result.outcome() instanceof Step.Outcome.Done(Optional<Observed> now)) {
        record(batch, result.step(), now);
      }
    }
    journal.commit(batch);
  }

  private static void record(Journal.Batch batch, Step step, Optional<Observed> now) {
    if (step instanceof Step.Covered(Published upTo)) {
      batch.put(step.path(), upTo.encoded());
      return;
    }
    if (step instanceof Step.Doubted doubted) {
      batch.put(step.path(), doubted.encoded());
      return;
    }
    if (step instanceof Step.Settled(Set<Long> intents)) {
      intents.forEach(batch::end);
      return;
    }
    Applied applied = applied(step, now);
    if (applied.ledger().isLive() || applied.disk().isLive()) {
      batch.put(step.path(), applied.encoded());
    } else {
      batch.remove(step.path());
    }
    if (step instanceof Step.Move move) {
      batch.remove(move.from());
    }
    if (step instanceof Step.Respell respell) {
      batch.remove(respell.from());
    }
  }

  /// What *Applied* is at the step's path once the step is done.
  static Applied applied(Step step, Optional<Observed> now) {
    return step instanceof Step.Record done
        ? done.applied()
        : new Applied(after(step), now.map(Observed::node).orElse(Node.ABSENT));
  }

  private static NoSuchFileException gone(RelPath path) {
    return new NoSuchFileException(path.toString());
  }

  static String reason(IOException e) {
    String text = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    return e instanceof DurabilityException ? "the disk did not confirm a write: " + text : text;
  }
}
