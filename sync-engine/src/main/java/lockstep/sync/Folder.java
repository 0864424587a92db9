package lockstep.sync;

import static java.lang.System.Logger.Level.ERROR;
import static java.lang.System.Logger.Level.WARNING;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import lockstep.base.Blake3;
import lockstep.base.Content;
import lockstep.base.Disk;
import lockstep.base.DiskFile;
import lockstep.base.PeerId;
import lockstep.base.RelPath;
import lockstep.base.Threads;
import lockstep.base.TimeSource;
import lockstep.chunk.ChunkStore;
import lockstep.lease.Signer;
import lockstep.ledger.Ledger;
import lockstep.p2p.PeerNetwork;
import lockstep.recovery.Directories;
import lockstep.recovery.Disks;
import lockstep.recovery.Journal;
import lockstep.recovery.Workspace;
import lockstep.sync.transfer.Bandwidth;
import lockstep.sync.transfer.ChunkServer;
import lockstep.sync.transfer.Fetcher;
import lockstep.sync.transfer.LocalContents;
import lockstep.sync.transfer.TransferLimits;
import lockstep.sync.watch.Watcher;

/// One shared folder at work: puts the loop and everything it acts through together, and takes them
/// apart again in the right order. Thread-safe.
final class Folder implements AutoCloseable {
  private static final RelPath MARKER = RelPath.of(RelPath.RESERVED + "/folder");

  private final PeerId self;
  private final String name;
  private final Path root;
  private final Ledger ledger;
  private final Disk disk;
  private final ChunkStore chunks;
  private final Journal journal;
  private final DiskIndex index;
  private final Mailbox mailbox = new Mailbox();
  private final Observer observer;
  private final Applier applier;
  private final Sealer sealer;
  private final LockLog lockLog;
  private final Fetcher fetcher;
  private final Workspace workspace;
  private final KeptContents kept;

  /// What members may have, too.
  private final LocalContents contents;

  private final Errands errands;
  private final Excluding excluding = new Excluding(this);
  private final Set<DiskTree.Place> damaged = ConcurrentHashMap.newKeySet();
  private final Optional<Watcher> watcher;
  private final FolderLoop loop;
  private final Thread thread;
  private final RunNote note;
  private final System.Logger log;

  /// Where a folder keeps what is its own on this device.
  ///
  /// @param journal intents and Applied: precious
  /// @param index rebuildable
  /// @param note of the run, for the next one
  /// @param locks what may not be forgotten of locks: precious
  record Places(Path root, Path journal, Path index, Path note, Path locks) {}

  /// What all folders of a device share.
  ///
  /// @param boot which start of the machine this is; empty where that cannot be told
  record Surroundings(
      PeerId self,
      String device,
      PeerNetwork network,
      EventHub events,
      Optional<String> boot,
      TimeSource time,
      System.Logger log,
      Signer signer,
      Function<String, LockPolicy> locking,
      Bandwidth bandwidth,
      Runnable membersChanged) {}

  Folder(String name, Places places, Ledger ledger, Surroundings around, boolean paused)
      throws IOException {
    this.self = around.self();
    this.name = name;
    this.root = places.root();
    this.ledger = ledger;
    this.log = around.log();
    this.note = new RunNote(places.note(), around.boot());
    this.disk = open(root, around.time());
    this.workspace = Workspace.open(disk, around.time());
    Restorer.settleLeftovers(workspace);
    Journal.Opened opened = Journal.open(Directories.create(places.journal()));
    this.journal = opened.journal();
    opened.notice().ifPresent(notice -> around.log().log(WARNING, "journal: {0}", notice));
    Path cache = Directories.create(places.index());
    this.chunks = ChunkStore.open(cache.resolve("chunks.mv"));
    this.index = DiskIndex.open(cache.resolve("files.mv"));
    int cores = Runtime.getRuntime().availableProcessors();
    this.observer =
        new Observer(
            disk,
            chunks,
            mailbox::put,
            Threads.pool(1, "looker", this::stopFor),
            Threads.background(cores, "hasher", this::stopFor));
    var marker = new Marker(workspace, ledger.folderId(), root);
    this.sealer = new Sealer(disk, workspace, new Seals());
    this.applier =
        new Applier(
            disk,
            workspace,
            marker,
            sealer,
            journal,
            mailbox::put,
            Threads.pool(1, "applier", this::stopFor));
    this.lockLog = new LockLog(Journal.open(Directories.create(places.locks())));
    this.kept = new KeptContents(disk, workspace, chunks, around.time());
    LocalContents shown = this::open;
    this.contents = shown.or(kept).or(new StagedContents(workspace, chunks, around.time()));
    this.errands = new Errands(new FetchReports(mailbox::put, around.time()));
    this.fetcher =
        Fetcher.start(
            ledger.folderId(),
            around.network(),
            chunks,
            workspace,
            contents,
            around.time(),
            errands,
            TransferLimits.DEFAULT,
            around.bandwidth(),
            this::stopFor);
    this.watcher = watch(around.log());
    var parts =
        new FolderParts(
            name,
            root,
            around.self(),
            around.device(),
            ledger,
            workspace,
            marker,
            observer,
            applier,
            sealer,
            new FolderParts.LockParts(around.signer(), lockLog, around.locking().apply(name)),
            fetcher,
            index,
            chunks,
            directory -> watcher.ifPresent(watcher -> watcher.watch(directory)),
            around.membersChanged(),
            around.events(),
            around.time(),
            around.log());
    this.loop =
        new FolderLoop(parts, LastRun.recover(opened, workspace, ledger, self.key()), paused);
    this.thread = Thread.ofPlatform().name("folder " + name).daemon().unstarted(() -> run(around));
  }

  private static Disk open(Path root, TimeSource time) throws IOException {
    return Disks.exact(Disks.open(root), time);
  }

  void start() throws IOException {
    boolean machineWentDown = note.machineWentDown();
    thread.start();
    if (machineWentDown) {
      mailbox.put(new FolderEvent.Ask(loop -> loop.torn().expect(this::noteRun)));
    } else {
      noteRun();
    }
    mailbox.put(new FolderEvent.Rescan(RelPath.ROOT, "start"));
    if (watcher.isEmpty()) {
      mailbox.put(new FolderEvent.Ask(FolderLoop::scanOften));
    }
  }

  private void noteRun() {
    try {
      note.begin();
    } catch (IOException e) {
      log.log(WARNING, "the run of {0} cannot be noted: {1}", name, e.getMessage());
    }
  }

  private void run(Surroundings around) {
    try {
      loop.run(mailbox);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException | Error e) {
      around.log().log(ERROR, "folder " + name + " stopped by a fault of ours", e);
      mailbox.close();
      throw e;
    }
  }

  /// The loop would wait for ever for what a task that failed was to tell it.
  private void stopFor(Thread thread, Throwable fault) {
    log.log(ERROR, "folder " + name + ": a fault of ours on " + thread.getName(), fault);
    String reason = "a fault of Lockstep itself (%s); its log tells more".formatted(fault);
    mailbox.put(new FolderEvent.Ask(loop -> loop.halt(reason, true)));
  }

  private Optional<Watcher> watch(System.Logger log) {
    try {
      return Optional.of(Watcher.open(root, new WatchReports(mailbox, log)));
    } catch (IOException e) {
      log.log(WARNING, "{0} is not watched, it is scanned instead: {1}", root, e.getMessage());
      return Optional.empty();
    }
  }

  private Optional<DiskFile> open(Content content) throws IOException {
    return loop.open(disk, content, damaged::contains, mailbox::put);
  }

  /// Whether a content can be had without asking anybody.
  boolean hasHere(Content content) throws IOException {
    boolean shown = loop.places(content).stream().anyMatch(place -> !damaged.contains(place));
    return shown || content.size() == 0 || kept.find(content).isPresent();
  }

  /// A file whose bytes are not what they are known to be: no content is taken from it. It is
  /// trusted again once it has changed.
  void distrust(RelPath path, Disk.Stat stat) {
    damaged.add(new DiskTree.Place(path, stat));
  }

  /// What its user chose not to sync on this device.
  Excluding excluding() {
    return excluding;
  }

  Workspace workspace() {
    return workspace;
  }

  KeptContents kept() {
    return kept;
  }

  Errands errands() {
    return errands;
  }

  Fetcher fetcher() {
    return fetcher;
  }

  String name() {
    return name;
  }

  Path root() {
    return root;
  }

  Ledger ledger() {
    return ledger;
  }

  Disk disk() {
    return disk;
  }

  PeerId self() {
    return self;
  }

  /// What `status` shows; of a folder that a fault has stopped, just that.
  FolderStatus status() {
    try {
      return ask(FolderLoop::status);
    } catch (IOException e) {
      return FolderStatus.stopped(name, ledger.folderId(), root, String.valueOf(e.getMessage()));
    }
  }

  /// Writes the marker that says which shared folder a directory is.
  static void mark(Path root, Blake3 id) throws IOException {
    try (Workspace workspace = Workspace.open(Disks.open(root))) {
      workspace.writeMarker(id.toString());
    }
  }

  /// Whether a directory has a marker.
  static boolean marked(Path root) throws IOException {
    return Disks.open(root).stat(MARKER).isPresent();
  }

  /// What a member may be served from.
  ChunkServer.Serving serving() {
    return new ChunkServer.Serving(
        peer -> ledger.members().role(peer.key()).isPresent(), contents::search, chunks, fetcher);
  }

  void accept(FolderEvent event) {
    mailbox.put(event);
    if (mailbox.isClosed() && event instanceof FolderEvent.PeerUp(SyncSession late)) {
      late.reset(); // nobody listens here any more; another may, where the folder runs again
    }
  }

  /// Asks the loop something and waits for the answer.
  ///
  /// @throws IOException if the folder has stopped
  <T> T ask(Function<FolderLoop, T> question) throws IOException {
    BlockingQueue<Optional<T>> answer = new ArrayBlockingQueue<>(1);
    mailbox.put(new FolderEvent.Ask(loop -> answer.add(Optional.ofNullable(question.apply(loop)))));
    try {
      while (thread.isAlive()) {
        Optional<T> got = answer.poll(200, TimeUnit.MILLISECONDS);
        if (got != null) {
          return got.orElseThrow();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    throw new IOException("folder '" + name + "' has stopped");
  }

  @Override
  public void close() throws IOException {
    watcher.ifPresent(Watcher::close);
    observer.close();
    mailbox.put(new FolderEvent.Stop());
    fetcher.close();
    join();
    applier.close();
    Guarding.openAll(sealer, log);
    lockLog.close();
    workspace.close();
    journal.close();
    index.close();
    chunks.close();
    ledger.close();
    note.end();
  }

  private void join() {
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// Passes the watcher's word on to the loop.
  private record WatchReports(Mailbox mailbox, System.Logger log) implements Watcher.Listener {
    @Override
    public void changed(RelPath path) {
      mailbox.put(new FolderEvent.Touched(path));
    }

    @Override
    public void touched(RelPath path) {
      mailbox.put(new FolderEvent.Brushed(path));
    }

    @Override
    public void writing(RelPath path) {
      mailbox.put(new FolderEvent.Writing(path));
    }

    @Override
    public void deleted(RelPath path) {
      mailbox.put(new FolderEvent.Vanished(path));
    }

    @Override
    public void changedTree(RelPath directory) {
      mailbox.put(new FolderEvent.Touched(directory));
      mailbox.put(new FolderEvent.Rescan(directory, "a directory appeared"));
    }

    @Override
    public void overflow() {
      mailbox.put(new FolderEvent.Rescan(RelPath.ROOT, "watch events were lost"));
    }

    @Override
    public void limited(String advice) {
      log.log(WARNING, advice);
      mailbox.put(new FolderEvent.Ask(FolderLoop::scanOften));
    }
  }
}
