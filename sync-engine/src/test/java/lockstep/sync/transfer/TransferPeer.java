package lockstep.sync.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import lockstep.base.Blake3;
import lockstep.base.Content;
import lockstep.base.Disk;
import lockstep.base.DiskFile;
import lockstep.base.Node;
import lockstep.base.PeerId;
import lockstep.base.PublicKey;
import lockstep.base.RelPath;
import lockstep.base.TimeSource;
import lockstep.chunk.ChunkStore;
import lockstep.chunk.Manifest;
import lockstep.chunk.Splitter;
import lockstep.recovery.Disks;
import lockstep.recovery.StagedFile;
import lockstep.recovery.Workspace;

/// A device with one folder on a real disk, a chunk server and a fetcher.
final class TransferPeer implements LocalContents, Fetcher.Listener, AutoCloseable {
  static final Blake3 FOLDER = Blake3.of(new byte[] {1});
  static final long MODIFIED = 1_700_000_000_123_456_789L;

  final PipedNetwork.Port port;
  final Disk disk;
  final Workspace workspace;
  final ChunkStore chunks;
  final Set<PeerId> members = ConcurrentHashMap.newKeySet();
  final Map<Content, RelPath> files = new ConcurrentHashMap<>();
  private final Map<RelPath, Disk.Stat> stats = new ConcurrentHashMap<>();
  private final TransferLimits limits;
  final Bandwidth bandwidth = new Bandwidth(TimeSource.system());
  Fetcher fetcher;

  /// Guarded by this.
  private final List<List<Wanted>> stagedCalls = new ArrayList<>();

  private final Map<String, String> failures = new HashMap<>();
  private long progress;

  TransferPeer(PipedNetwork network, Path home, TransferLimits limits) throws IOException {
    PeerId self = peerId(home.getFileName().toString());
    port = network.join(self);
    disk = Disks.open(Files.createDirectories(home));
    workspace = Workspace.open(disk);
    chunks =
        ChunkStore.open(
            Files.createDirectories(home.resolveSibling(home.getFileName() + "-data"))
                .resolve("chunks"));
    this.limits = limits;
    fetcher = newFetcher();
    var server =
        new ChunkServer(
            folder ->
                folder.equals(FOLDER)
                    ? Optional.of(
                        new ChunkServer.Serving(
                            members::contains, this, chunks, content -> fetcher.find(content)))
                    : Optional.empty(),
            TimeSource.system(),
            limits,
            bandwidth);
    port.handle(ChunkServer.PROTOCOL, server.handler());
  }

  private Fetcher newFetcher() {
    return Fetcher.start(
        FOLDER,
        port,
        chunks,
        workspace,
        this,
        TimeSource.system(),
        this,
        limits,
        bandwidth,
        (thread, fault) -> thread.getThreadGroup().uncaughtException(thread, fault));
  }

  /// As after a restart: the staged files stay.
  void restartFetcher() {
    fetcher.close();
    fetcher = newFetcher();
  }

  static PeerId peerId(String name) {
    return new PeerId(
        PublicKey.of(Blake3.of(name.getBytes(java.nio.charset.StandardCharsets.UTF_8)).bytes()));
  }

  PeerId id() {
    return port.self();
  }

  /// Makes all of them members that are connected to each other.
  static void connect(TransferPeer... peers) {
    for (TransferPeer peer : peers) {
      peer.members.addAll(Stream.of(peers).map(TransferPeer::id).toList());
    }
    for (TransferPeer peer : peers) {
      peer.fetcher.providers(
          Stream.of(peers)
              .filter(other -> other != peer)
              .map(TransferPeer::id)
              .collect(Collectors.toSet()));
    }
  }

  /// Writes a file of the user and indexes it.
  Content put(String path, byte[] bytes) throws IOException {
    RelPath at = RelPath.of(path);
    disk.stat(at).ifPresent(stat -> remove(at));
    try (DiskFile file = disk.create(at, 0644)) {
      file.write(bytes, 0, bytes.length, 0);
      Manifest manifest = Splitter.split(file::read, bytes.length, chunks::node);
      chunks.index(manifest);
      files.put(manifest.content(), at);
      stats.put(at, file.stat());
      return manifest.content();
    }
  }

  private void remove(RelPath path) {
    try {
      disk.remove(path);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Override
  public Optional<DiskFile> open(Content content) throws IOException {
    RelPath path = files.get(content);
    if (path == null || !disk.stat(path).equals(Optional.ofNullable(stats.get(path)))) {
      return Optional.empty();
    }
    return Optional.of(disk.open(path));
  }

  static Wanted wanted(String id, Content content) {
    return wanted(id, content, Optional.empty());
  }

  static Wanted wanted(String id, Content content, Optional<Content> previous) {
    return new Wanted(id, RelPath.of(id), new Node.File(content, MODIFIED, 0640), previous);
  }

  /// The staged file's bytes, after a look at its mode and time.
  byte[] staged(Wanted wanted) throws IOException {
    try (StagedFile staged = workspace.staged(wanted.id()).orElseThrow()) {
      Disk.Stat stat = staged.file().stat();
      assertThat(stat.mode()).isEqualTo(wanted.file().mode());
      assertThat(stat.modifiedNanos()).isEqualTo(wanted.file().modifiedNanos());
      assertThat(stat.size()).isEqualTo(wanted.content().size());
      byte[] bytes = new byte[(int) stat.size()];
      assertThat(DiskReads.fully(staged.file(), bytes, bytes.length, 0)).isTrue();
      return bytes;
    }
  }

  @Override
  public synchronized void staged(List<Wanted> ready) {
    stagedCalls.add(ready);
    notifyAll();
  }

  @Override
  public synchronized void failed(Wanted wanted, Failure why) {
    failures.put(wanted.id(), why.reason());
    notifyAll();
  }

  @Override
  public synchronized void progress(long bytesArrived) {
    progress += bytesArrived;
    notifyAll();
  }

  synchronized long progress() {
    return progress;
  }

  synchronized int stagedCalls() {
    return stagedCalls.size();
  }

  /// Waits until all of these are staged, each exactly once.
  synchronized void awaitStaged(Collection<Wanted> wanted) throws InterruptedException {
    await(() -> allStaged().size() >= wanted.size() || !failures.isEmpty());
    assertThat(failures).isEmpty();
    assertThat(allStaged()).hasSameSizeAs(wanted);
    assertThat(new HashSet<>(allStaged())).isEqualTo(new HashSet<>(wanted));
  }

  private List<Wanted> allStaged() {
    return stagedCalls.stream().flatMap(List::stream).toList();
  }

  synchronized String awaitFailure(Wanted wanted) throws InterruptedException {
    await(() -> failures.containsKey(wanted.id()));
    return failures.getOrDefault(wanted.id(), "");
  }

  synchronized void awaitProgress(long bytes) throws InterruptedException {
    await(() -> progress >= bytes);
  }

  private void await(java.util.function.BooleanSupplier condition) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (!condition.getAsBoolean()) {
      long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
      assertThat(left).as("milliseconds left to wait").isPositive();
      wait(left);
    }
  }

  @Override
  public void close() throws IOException {
    fetcher.close();
    port.close();
    chunks.close();
    workspace.close();
  }
}
