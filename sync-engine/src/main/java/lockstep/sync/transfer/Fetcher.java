package lockstep.sync.transfer;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import lockstep.base.Blake3;
import lockstep.base.Content;
import lockstep.base.PeerId;
import lockstep.base.PeerViolationException;
import lockstep.base.Threads;
import lockstep.base.TimeSource;
import lockstep.chunk.ChunkStore;
import lockstep.chunk.Chunking;
import lockstep.p2p.PeerNetwork;
import lockstep.recovery.Workspace;

/// Brings the contents that one folder wants into staged files: from local files that have them,
/// else from the members that are connected. Thread-safe; nothing but [#cancel] and [#close] waits.
///
/// A file goes through three hands. *Workers*, as many threads as there are cores, do what needs
/// the disk alone: copying what is local, finding reusable chunks, completing large files. The
/// [FetchQueue] decides who is asked for what. The streams of each provider ([ProviderLink]) carry
/// requests out and answers in, and their readers write what came.
public final class Fetcher implements PartialContents, AutoCloseable {
  /// Downloads that a worker looks at in one go.
  private static final int GROUP = 64;

  /// How often late providers are looked for while there are any outstanding answers.
  private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  /// Learns what became of wanted files. Called from any thread, so it only enqueues; a call may
  /// still come for a file that was cancelled a moment ago.
  public interface Listener {
    /// Complete in their staged files: every byte verified, mode and time set, closed, not synced.
    void staged(List<Wanted> ready);

    /// Given up and forgotten.
    void failed(Wanted wanted, Failure why);

    /// @param bytesArrived verified bytes of contents that came from peers since the last call
    void progress(long bytesArrived);
  }

  /// Ways to ask providers.
  @FunctionalInterface
  interface Lanes {
    /// A way to ask one provider for what the queue has for it.
    ///
    /// @param readers reads the answers that come as these bytes
    Lane open(FetchQueue queue, Provider provider, Function<InputStream, AnswerReader> readers);
  }

  /// One way to ask a provider.
  interface Lane extends AutoCloseable {
    void start();

    /// Gives up what is under way on it.
    void abort();

    @Override
    void close();
  }

  private final ChunkStore chunks;
  private final TimeSource time;
  private final Listener listener;
  private final TransferLimits limits;
  private final Stager stager;
  private final FetchQueue queue;
  private final ExecutorService workers;
  private final Lanes lanes;
  private final AnswerReader.Sink sink = new Arrivals();
  private volatile boolean closed;

  /// Guarded by this.
  private final Map<Provider, List<Lane>> links = new HashMap<>();

  /// @param seed sets the order in which chunks are asked for: to differ between devices
  /// @param workers do what needs the disk; closed with this
  Fetcher(
      long seed,
      ChunkStore chunks,
      Workspace workspace,
      LocalContents local,
      TimeSource time,
      Listener listener,
      TransferLimits limits,
      ExecutorService workers,
      Lanes lanes) {
    this.chunks = chunks;
    this.time = time;
    this.listener = listener;
    this.limits = limits;
    this.workers = workers;
    this.lanes = lanes;
    stager = new Stager(workspace, chunks, local);
    queue = new FetchQueue(limits, time, seed, new Desk());
  }

  /// A fetcher that asks the members of a folder over the network, on threads of its own.
  ///
  /// @param onFault hears of each piece of work that a fault of ours has ended
  public static Fetcher start(
      Blake3 folder,
      PeerNetwork network,
      ChunkStore chunks,
      Workspace workspace,
      LocalContents local,
      TimeSource time,
      Listener listener,
      TransferLimits limits,
      Bandwidth bandwidth,
      Thread.UncaughtExceptionHandler onFault) {
    long seed = folder.a() ^ network.self().hashCode();
    long idle = limits.idleStream().toNanos();
    int threads = Math.clamp(Runtime.getRuntime().availableProcessors(), 2, 8);
    var fetcher =
        new Fetcher(
            seed,
            chunks,
            workspace,
            local,
            time,
            listener,
            limits,
            // Platform threads: they hash and copy, and a virtual one in a long copy holds its
            // carrier.
            Threads.background(threads, "chunks-work", onFault),
            (queue, provider, readers) ->
                new ProviderLink(network, folder, queue, provider, idle, bandwidth, readers));
    Thread.ofVirtual().name("chunks-watch").start(fetcher::watch);
    return fetcher;
  }

  /// Asks for files; returns at once. They are fetched in about this order, small ones first. An id
  /// that is wanted already is cancelled first.
  public void want(Collection<Wanted> wanted) {
    if (closed) return;
    lookLocally(queue.want(wanted));
  }

  /// Forgets files. On return nothing writes to their staged files any more; what is in them stays
  /// for another time.
  public void cancel(Collection<String> ids) {
    lookLocally(queue.cancel(ids));
  }

  /// Says who can be asked now. Without anybody, files wait.
  public synchronized void providers(Set<PeerId> connectedMembers) {
    if (closed) return;
    FetchQueue.Turnover turnover = queue.providers(connectedMembers);
    for (Provider provider : turnover.left()) {
      links.getOrDefault(provider, List.of()).forEach(Lane::close);
      links.remove(provider);
    }
    for (Provider provider : turnover.came()) {
      var opened = new ArrayList<Lane>();
      for (int i = 0; i < limits.streamsPerProvider(); i++) {
        opened.add(lanes.open(queue, provider, this::reader));
      }
      links.put(provider, opened);
      opened.forEach(Lane::start);
    }
  }

  private AnswerReader reader(InputStream answers) {
    return new AnswerReader(answers, queue, chunks, stager, time, sink);
  }

  /// Whether nothing is wanted.
  public boolean isIdle() {
    return queue.isEmpty();
  }

  /// How much of the wanted files of many chunks is here, verified, though they are not complete.
  public long heldBytes() {
    return queue.heldBytes();
  }

  /// The verified part of a content on its way, for other receivers.
  @Override
  public Optional<Partial> find(Content content) {
    return queue.assembly(content).map(assembly -> assembly);
  }

  /// Stops. On return nothing writes to a staged file any more.
  @Override
  public void close() {
    closed = true;
    providersGone();
    queue.cancel(queue.ids());
    queue.wake();
    workers.shutdown();
  }

  private synchronized void providersGone() {
    queue.providers(Set.of());
    links.values().forEach(opened -> opened.forEach(Lane::close));
    links.clear();
  }

  private void lookLocally(List<Download> downloads) {
    for (int from = 0; from < downloads.size(); from += GROUP) {
      var group = downloads.subList(from, Math.min(from + GROUP, downloads.size()));
      submit(() -> stageLocally(group));
    }
  }

  private void submit(Runnable work) {
    if (!closed) workers.execute(work);
  }

  private void stageLocally(List<Download> group) {
    var ready = new ArrayList<Wanted>();
    var remote = new ArrayList<Download>();
    for (Download download : group) {
      Wanted first = queue.hold(download);
      if (first == null) continue;
      try {
        if (!stageLocally(download, first, ready)) remote.add(download);
      } finally {
        queue.release(download);
      }
    }
    deliver(ready);
    queue.remote(remote);
  }

  /// @return false if it has to come from others
  private boolean stageLocally(Download download, Wanted first, List<Wanted> ready) {
    if (download.content.size() > Chunking.SIZE_MAX) {
      giveUp(download, new Failure("it is larger than " + Chunking.SIZE_MAX + " bytes", false));
      return true;
    }
    try {
      if (!stager.copyWhole(first, download::isOver)) return false;
    } catch (IOException e) {
      if (download.content.size() > 0) return false; // ours is unreadable, theirs may not be
      giveUp(download, Failure.of(e));
      return true;
    }
    completeLocally(download, first, ready);
    return true;
  }

  /// The first file that wants the content has it: now the others.
  private void completeLocally(Download download, Wanted first, List<Wanted> ready) {
    List<Wanted> files = queue.claim(download);
    if (files.isEmpty()) return;
    var missed = new ArrayList<Wanted>();
    for (Wanted file : files) {
      if (!file.equals(first) && !copy(file, download)) missed.add(file);
    }
    var staged = new ArrayList<>(queue.end(download));
    queue.release(download);
    missed.retainAll(staged);
    staged.removeAll(missed);
    ready.addAll(staged);
    want(missed); // what was there a moment ago was not any more
  }

  private boolean copy(Wanted file, Download download) {
    try {
      return stager.copyWhole(file, download::isOver);
    } catch (IOException e) {
      return false;
    }
  }

  private void prepare(Download download) {
    Wanted first = queue.hold(download);
    if (first == null) return;
    try {
      List<Blake3> missing = chunks.missing(download.content);
      if (missing.isEmpty()) {
        assemble(download, first);
      } else {
        queue.needNodes(download, missing);
      }
    } catch (PeerViolationException e) {
      giveUp(download, new Failure("its manifest is wrong: " + e.getMessage(), false));
    } catch (IOException e) {
      giveUp(download, Failure.of(e));
    } finally {
      queue.release(download);
    }
  }

  private void assemble(Download download, Wanted first) throws IOException {
    Assembly assembly = stager.assemble(first, download::isOver);
    if (!queue.assemble(download, assembly)) assembly.close();
  }

  private void finish(Download download) {
    List<Wanted> files = queue.claim(download);
    if (files.isEmpty()) return;
    Assembly assembly = requireNonNull(download.assembly);
    try (assembly) {
      for (Wanted file : files) {
        if (!file.id().equals(assembly.id())) stager.copyStaged(assembly.file(), file);
      }
      for (Wanted file : files) {
        if (file.id().equals(assembly.id())) stager.settle(assembly.file(), file);
      }
    } catch (IOException e) {
      giveUp(download, Failure.of(e));
    }
    List<Wanted> staged = queue.end(download);
    queue.release(download);
    deliver(staged);
  }

  private void giveUp(Download download, Failure why) {
    List<Wanted> files = queue.end(download);
    Assembly.closeQuietly(download.assembly);
    files.forEach(file -> listener.failed(file, why));
  }

  private void deliver(List<Wanted> ready) {
    if (!ready.isEmpty()) listener.staged(List.copyOf(ready));
  }

  private void watch() {
    try {
      while (!closed) {
        queue.awaitWork(() -> !closed);
        LockSupport.parkNanos(TICK_NANOS);
        lookAround();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // nobody does
    }
  }

  /// Does what time has brought: gives up providers that are silent and files that nobody has.
  void lookAround() {
    FetchQueue.Findings findings = queue.look();
    findings.silent().forEach(this::abort);
    findings.starved().forEach(download -> submit(() -> starve(download)));
  }

  /// What no member has may be here unbeknown: the next attempt takes it then.
  private void starve(Download download) {
    stager.search(download.content);
    giveUp(download, new Failure("no connected member has its bytes", true));
  }

  private synchronized void abort(Provider provider) {
    links.getOrDefault(provider, List.of()).forEach(Lane::abort);
  }

  /// Passes on what needs a worker.
  private final class Desk implements FetchQueue.Workers {
    @Override
    public void prepare(Download download) {
      submit(() -> Fetcher.this.prepare(download));
    }

    @Override
    public void finish(Download download) {
      submit(() -> Fetcher.this.finish(download));
    }
  }

  /// Passes on what came from peers.
  private final class Arrivals implements AnswerReader.Sink {
    @Override
    public void staged(List<Wanted> ready) {
      deliver(ready);
    }

    @Override
    public void broken(Download download, IOException problem) {
      giveUp(download, Failure.of(problem));
    }

    @Override
    public void progress(long bytesArrived) {
      listener.progress(bytesArrived);
    }
  }
}
