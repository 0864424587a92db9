package lockstep.sync;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import lockstep.base.Content;
import lockstep.base.Disk;
import lockstep.base.DiskFile;
import lockstep.base.PeerId;
import lockstep.base.PrivateKey;
import lockstep.base.RelPath;
import lockstep.chunk.ChunkStore;
import lockstep.lease.Signer;
import lockstep.ledger.Ledger;
import lockstep.recovery.Disks;
import lockstep.recovery.Journal;
import lockstep.recovery.Workspace;
import lockstep.sync.ignore.IgnoreRules;
import lockstep.sync.transfer.ChunkServer;
import lockstep.sync.transfer.Fetcher;
import lockstep.sync.transfer.LocalContents;
import lockstep.sync.transfer.SimTransfers;
import lockstep.testkit.sim.Scheduler;
import lockstep.testkit.sim.SimDisk;
import lockstep.testkit.sim.SimNames;
import lockstep.testkit.sim.SimThreads;
import lockstep.testkit.sim.Watching;
import org.jspecify.annotations.Nullable;

/// A device of a simulated cluster: its disks, which stay, and, while it is on, the real engine of
/// one folder at work on them.
@SuppressWarnings("ReferenceEquality") // here identity is what is meant
final class SimDevice {
  private static final long MILLI = 1_000_000;
  private static final int IDLE_TURNS_MAX = 20;

  final int number;
  final String name;
  final PrivateKey key;
  final PeerId id;

  /// What the disk with the folder makes of names.
  final SimNames names;

  final SimDisk files;
  final SimDisk journal;
  final SimDisk ledger;

  /// What may not be forgotten of locks; a backup of the home has it not.
  final SimDisk locks;

  private final Scheduler world;
  private final SimCluster cluster;
  final SimTroubles troubles;
  private @Nullable List<SimDisk.Image> backup;
  @Nullable Run run;

  /// How many of a hundred watch events get lost without a word.
  int deafness;

  /// How many times longer its threads take than usual; then its watcher also reads events when it
  /// gets round to it, all that there are, and does not part the two of a rename.
  int slowness;

  private final Deque<Runnable> unread = new ArrayDeque<>();
  private long lastHeard;

  SimDevice(SimCluster cluster, int number, PrivateKey key, SimNames names) {
    this.cluster = cluster;
    this.world = cluster.world;
    this.number = number;
    this.name = "dev" + number;
    this.key = key;
    this.id = new PeerId(key.publicKey());
    this.names = names;
    this.files = new SimDisk(world, names);
    this.journal = new SimDisk(world);
    this.ledger = new SimDisk(world);
    this.locks = new SimDisk(world);
    files.watching(this::happened);
    troubles = new SimTroubles(world, cluster.isLate(), path -> log("changes " + path));
    disks().forEach(disk -> disk.faults(troubles));
    files.faults(troubles::beforeInFolder);
  }

  List<SimDisk> disks() {
    return cluster.hasLocks()
        ? List.of(files, journal, ledger, locks)
        : List.of(files, journal, ledger);
  }

  /// What its user sees, without what the built-in rules ignore.
  Map<RelPath, String> tree() {
    Map<RelPath, String> tree = files.tree();
    tree.keySet().removeIf(path -> IgnoreRules.DEFAULT.match(path, false).isPresent());
    return names == SimNames.NORMALISING ? composed(tree) : tree;
  }

  private static Map<RelPath, String> composed(Map<RelPath, String> tree) {
    var composed = new TreeMap<RelPath, String>();
    tree.forEach(
        (path, what) ->
            composed.put(
                RelPath.of(Normalizer.normalize(path.toString(), Normalizer.Form.NFC)), what));
    return composed;
  }

  /// Its user saves a file, in place if there is one.
  void save(RelPath path, String text) throws IOException {
    byte[] bytes = text.getBytes(UTF_8);
    Disk disk = files.user();
    boolean isNew = disk.stat(path).isEmpty();
    try (DiskFile file = isNew ? disk.create(path, 0644) : disk.openForWriting(path)) {
      if (!isNew) file.truncate(0);
      file.write(bytes, 0, bytes.length, 0);
    }
  }

  /// Whether the disk takes a name on the way to a path for another one that it shows.
  boolean cannotShow(RelPath path, Set<RelPath> shown) {
    if (path.isRoot() || names == SimNames.EXACT) return false;
    if (cannotShow(path.parent(), shown)) return true;
    boolean misspelt =
        names == SimNames.NORMALISING && !Normalizer.isNormalized(path.name(), Normalizer.Form.NFC);
    return !shown.contains(path)
        && (misspelt || shown.stream().anyMatch(other -> isTwin(path, other)));
  }

  private boolean isTwin(RelPath path, RelPath other) {
    return !other.equals(path)
        && other.parent().equals(path.parent())
        && names.isOne(other.name(), path.name());
  }

  /// Whether a problem says no more than that the disk cannot hold a name.
  boolean isForItsNames(FolderStatus.Problem problem) {
    return names != SimNames.EXACT && problem.reason().contains("cannot stand here: this disk");
  }

  /// Adds to the story.
  void log(String line) {
    cluster.log(name + " " + line);
  }

  boolean isOn() {
    return run != null;
  }

  /// Starts the engine on what the disks hold.
  void boot() {
    try {
      run = new Run();
      run.start();
    } catch (IOException e) {
      throw new UncheckedIOException(name + " does not start", e);
    }
  }

  /// The engine's process ends without warning (`kill -9`).
  void kill() {
    if (run == null) return;
    run.life.end();
    run = null;
    disks().forEach(SimDisk::engineEnded);
    cluster.wire.left(this);
  }

  void backUp() {
    backup = List.of(journal.image(), ledger.image());
  }

  boolean hasBackup() {
    return backup != null;
  }

  /// The home is again what it was when it was backed up; the device is off.
  void restore() {
    if (backup == null) return;
    journal.restore(backup.getFirst());
    ledger.restore(backup.getLast());
  }

  /// The journal is gone.
  void forget() {
    journal.restore(new SimDisk(world).image());
  }

  /// The engine stops in good order.
  void stop() {
    if (run == null) return;
    Run stopping = run;
    try {
      stopping.close();
    } catch (IOException e) {
      cluster.log(name + " stopped badly: " + e.getMessage());
    }
    kill();
  }

  /// The kernel says that it watches no more, as it does when a disk goes.
  void watchEnds() {
    if (run != null) run.put(new FolderEvent.Ask(FolderLoop::scanOften));
  }

  private void happened(Watching.Happening happening, RelPath path) {
    Run now = run;
    if (now == null || world.random().nextInt(100) < deafness) return;
    if (slowness > 0) {
      if (unread.isEmpty()) world.within(slowness * MILLI, cluster.forever, "watch", this::read);
      unread.add(() -> now.hear(happening, path));
      return;
    }
    long most = world.random().nextInt(20) == 0 ? 2000 * MILLI : 20 * MILLI;
    lastHeard = Math.max(lastHeard, world.monotonicNanos() + world.random().nextLong(most));
    world.after(
        lastHeard - world.monotonicNanos(), now.life, "watch", () -> now.hear(happening, path));
  }

  private void read() {
    while (!unread.isEmpty()) unread.remove().run();
  }

  /// From one start to the next stop or crash.
  final class Run {
    final Scheduler.Life life = new Scheduler.Life();
    final Ledger entries;
    final FolderLoop loop;
    private final Disk folder;
    private final Journal.Opened opened;
    private final Workspace workspace;
    private final ChunkStore chunks = ChunkStore.inMemory();
    private final DiskIndex index = DiskIndex.inMemory();
    private final LocalContents contents;
    private final Observer observer;
    private final Applier applier;
    private final Sealer sealer;
    private final LockLog lockLog;
    private final SimTransfers transfers;
    private final Fetcher fetcher;
    private final Deque<FolderEvent> mailbox = new ArrayDeque<>();
    private boolean awake;
    private boolean ticking;
    private long wishes;
    private int idleTurns;
    long turns;

    Run() throws IOException {
      entries = Ledger.open(ledger.engine(), key, world);
      folder = cluster.folds() ? Disks.exact(files.engine(), world) : files.engine();
      workspace = Workspace.open(folder, world);
      Restorer.settleLeftovers(workspace);
      LocalContents shown = this::open;
      contents =
          shown
              .or(new KeptContents(folder, workspace, chunks, world))
              .or(new StagedContents(workspace, chunks, world));
      opened = Journal.open(journal.engine(), RelPath.ROOT);
      observer =
          new Observer(
              folder,
              chunks,
              cluster.isLate() ? new Late()::put : this::put,
              threads("look", 10),
              threads("hash", 20));
      var marker = new Marker(workspace, entries.folderId(), Path.of("/sim", name));
      sealer = new Sealer(folder, workspace, new Seals());
      applier =
          new Applier(
              folder,
              workspace,
              marker,
              sealer,
              opened.journal(),
              cluster.isLate() ? new Late()::put : this::put,
              threads("apply", 30));
      lockLog = openLockLog();
      transfers =
          new SimTransfers(
              entries.folderId(),
              (peer, request, answer) ->
                  cluster.wire.request(SimDevice.this, peer, request, answer),
              life::isOver,
              this::poke);
      fetcher =
          transfers.fetcher(
              number,
              chunks,
              workspace,
              contents,
              world,
              new FetchReports(this::put, world),
              threads("fetch", 5));
      var parts =
          new FolderParts(
              "work",
              Path.of("/sim", name),
              id,
              name,
              entries,
              workspace,
              marker,
              observer,
              applier,
              sealer,
              new FolderParts.LockParts(Signer.of(key), lockLog, cluster.locking()),
              fetcher,
              index,
              chunks,
              _ -> {},
              () -> {},
              new EventHub(world),
              world,
              cluster.logger(name));
      loop =
          new FolderLoop(
              parts, LastRun.recover(opened, workspace, entries, key.publicKey()), false);
    }

    private LockLog openLockLog() throws IOException {
      Disk disk = locks.engine();
      return new LockLog(Journal.open(disk, RelPath.ROOT));
    }

    void start() {
      put(new FolderEvent.Rescan(RelPath.ROOT, "start"));
    }

    private SimThreads threads(String what, long delayMillis) {
      return new SimThreads(
          world, life, what, Math.max(1, slowness) * delayMillis * MILLI, this::poke);
    }

    private Optional<DiskFile> open(Content content) throws IOException {
      return loop.open(folder, content, _ -> false, this::put);
    }

    private void hear(Watching.Happening happening, RelPath path) {
      switch (happening) {
        case WRITTEN -> put(new FolderEvent.Touched(path));
        case WRITING -> put(new FolderEvent.Writing(path));
        case TOUCHED -> put(new FolderEvent.Brushed(path));
        case GONE -> put(new FolderEvent.Vanished(path));
        case TREE -> {
          put(new FolderEvent.Touched(path));
          put(new FolderEvent.Rescan(path, "a directory appeared"));
        }
      }
    }

    // ---- The loop ------------------------------------------------------------------------------

    void put(FolderEvent event) {
      if (life.isOver()) return;
      mailbox.add(event);
      wake();
    }

    /// The news of one thread: they come in its order, but after what others did since.
    private final class Late {
      private long last;

      private void put(FolderEvent event) {
        long most = world.random().nextInt(20) == 0 ? 1000 * MILLI : 5 * MILLI;
        last = Math.max(last, world.monotonicNanos() + world.random().nextLong(most));
        world.after(last - world.monotonicNanos(), life, "news", () -> Run.this.put(event));
      }
    }

    /// Whether a file is read-only still, or has a marker.
    boolean hasSeals() {
      return !sealer.seals().paths().isEmpty();
    }

    void wake() {
      if (awake) return;
      awake = true;
      world.within(2 * MILLI, life, name, this::work);
    }

    private void work() {
      awake = false;
      turns++;
      idleTurns = mailbox.isEmpty() ? idleTurns + 1 : 0;
      for (int n = world.random().nextInt(8) + 1; n > 0 && !mailbox.isEmpty(); n--) {
        FolderEvent event = mailbox.remove();
        cluster.seen(SimDevice.this, event);
        loop.handle(event);
      }
      loop.turn();
      if (!mailbox.isEmpty()) wake();
      long wish = ++wishes;
      checkRests(loop.untilNext());
      loop.untilNext()
          .ifPresent(
              nanos ->
                  world.after(
                      nanos,
                      life,
                      "clock",
                      () -> {
                        if (wish == wishes) wake();
                      }));
      poke();
    }

    /// A loop that wants to be woken at once, though nothing happens, burns a processor.
    private void checkRests(OptionalLong untilNext) {
      if (untilNext.orElse(1) == 0 && idleTurns > IDLE_TURNS_MAX) {
        throw new SimFailure("spins", name + " wakes up again and again for nothing");
      }
    }

    // ---- Transfers -----------------------------------------------------------------------------

    /// Lets every lane ask for what it can.
    private void poke() {
      if (life.isOver()) return;
      transfers.ask();
      if (!ticking && !fetcher.isIdle()) {
        ticking = true;
        world.after(100 * MILLI, life, "tick", this::tick);
      }
    }

    private void tick() {
      ticking = false;
      SimTransfers.lookAround(fetcher);
      poke();
    }

    /// Answers a request for chunks as the chunk server does.
    byte[] answer(byte[] request, PeerId peer) throws IOException {
      var serving =
          new ChunkServer.Serving(
              asking -> entries.members().role(asking.key()).isPresent(),
              contents::search,
              chunks,
              fetcher);
      return transfers.answer(request, serving, world, peer);
    }

    // ---- The end -------------------------------------------------------------------------------

    private void close() throws IOException {
      observer.close();
      loop.handle(new FolderEvent.Stop());
      fetcher.close();
      applier.close();
      Guarding.openAll(sealer, cluster.logger(name));
      lockLog.close();
      opened.journal().close();
      index.close();
      chunks.close();
      workspace.close();
      entries.close();
    }
  }
}
