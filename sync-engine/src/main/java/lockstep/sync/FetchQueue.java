package lockstep.sync;

import static java.util.Objects.requireNonNull;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import lockstep.base.Blake3;
import lockstep.base.Content;
import lockstep.base.PeerId;
import lockstep.base.TimeSource;
import lockstep.chunk.Chunking;
import org.jspecify.annotations.Nullable;

/// What is still to come over the network, and who is asked for what next.
///
/// Providers *pull*: each of their streams takes the next batch when its window has room, so that
/// the faster ones do more without anybody assigning work. Manifest nodes go first (others wait for
/// them), then contents of one chunk, then chunks of larger ones: in order while there is one
/// provider, from random places and the rarest first when there are several, so that receivers of
/// the same content soon have different parts to give each other.
///
/// One lock guards all of this; nothing blocks, reads or writes under it.
final class FetchQueue {
  /// Where downloads go that need the disk. Called under the lock: it only enqueues.
  interface Workers {
    /// Look for the manifest, reuse what is local, then call back.
    void prepare(Download download);

    /// Every chunk is verified and in the staged file: complete the files.
    void finish(Download download);
  }

  /// What a look at the clock brought to light.
  record Findings(List<Provider> silent, List<Download> starved) {}

  private static final long TICK_MILLIS = 100;

  private final TransferLimits limits;
  private final TimeSource time;
  private final Workers workers;
  private final SplittableRandom random;

  private final ReentrantLock lock = new ReentrantLock();

  /// Something can be asked for, or hands were lifted.
  private final Condition changed = lock.newCondition();

  /// There is something to watch again.
  private final Condition busy = lock.newCondition();

  /// Never signalled: time alone ends a wait for it.
  private final Condition tick = lock.newCondition();

  private final Map<PeerId, Provider> known = new HashMap<>();
  private final List<Provider> connected = new ArrayList<>();
  private final Map<Content, Download> byContent = new HashMap<>();
  private final Map<String, Download> byId = new HashMap<>();
  private final Map<Blake3, Task.Node> nodes = new LinkedHashMap<>();
  private final Deque<Download> smallBacklog = new ArrayDeque<>();
  private final Deque<Download> small = new ArrayDeque<>();
  private final Deque<Download> largeBacklog = new ArrayDeque<>();

  /// Contents of many chunks that take one of the places for assemblies.
  private final Set<Download> large = new LinkedHashSet<>();

  private long largeBytes;

  FetchQueue(TransferLimits limits, TimeSource time, long seed, Workers workers) {
    this.limits = limits;
    this.time = time;
    this.workers = workers;
    this.random = new SplittableRandom(seed);
  }

  // What is wanted

  /// Takes the files in; an id that is wanted already is cancelled first.
  ///
  /// @return new downloads, in [Download.Stage#LOCAL]: see [#remote]
  List<Download> want(Collection<Wanted> wanted) {
    var fresh = new LinkedHashSet<>(cancel(wanted.stream().map(Wanted::id).toList()));
    lock.lock();
    try {
      for (Wanted file : wanted) {
        var download = byContent.computeIfAbsent(file.content(), Download::new);
        if (download.wanted.isEmpty()) fresh.add(download);
        download.wanted.add(file);
        byId.put(file.id(), download);
      }
      return List.copyOf(fresh);
    } finally {
      lock.unlock();
    }
  }

  /// Forgets files. On return nothing writes to their staged files any more.
  ///
  /// @return downloads that begin anew for other files with the same content
  List<Download> cancel(Collection<String> ids) {
    var dropped = new ArrayList<Download>();
    var anew = new ArrayList<Download>();
    lock.lock();
    try {
      for (String id : ids) {
        Download download = byId.remove(id);
        if (download == null) continue;
        download.wanted.removeIf(file -> file.id().equals(id));
        boolean holdsChunks = download.assembly != null && download.assembly.id().equals(id);
        if (holdsChunks || download.hands > 0 || download.wanted.isEmpty()) {
          drop(download);
          dropped.add(download);
        }
      }
      for (Download download : dropped) {
        Assembly.closeQuietly(download.assembly);
        while (download.hands > 0) {
          changed.awaitUninterruptibly();
        }
        again(download).ifPresent(anew::add);
      }
      return anew;
    } finally {
      lock.unlock();
    }
  }

  private Optional<Download> again(Download dropped) {
    dropped.wanted.removeIf(file -> !byId.remove(file.id(), dropped));
    if (dropped.wanted.isEmpty()) return Optional.empty();
    var fresh = byContent.computeIfAbsent(dropped.content, Download::new);
    boolean isNew = fresh.wanted.isEmpty();
    fresh.wanted.addAll(dropped.wanted);
    dropped.wanted.forEach(file -> byId.put(file.id(), fresh));
    return isNew ? Optional.of(fresh) : Optional.empty();
  }

  /// Ends a download.
  ///
  /// @return the files that wanted it
  List<Wanted> end(Download download) {
    lock.lock();
    try {
      if (download.isOver()) return List.of();
      drop(download);
      download.wanted.forEach(file -> byId.remove(file.id(), download));
      return List.copyOf(download.wanted);
    } finally {
      changed.signalAll();
      lock.unlock();
    }
  }

  private void drop(Download download) {
    download.stage = Download.Stage.OVER;
    byContent.remove(download.content, download);
    if (large.remove(download)) largeBytes -= download.content.size();
    if (download.nodesAwaited > 0) {
      nodes.values().removeIf(node -> node.waiting.remove(download) && node.waiting.isEmpty());
    }
    admit();
  }

  /// Ids of all that is wanted.
  List<String> ids() {
    lock.lock();
    try {
      return List.copyOf(byId.keySet());
    } finally {
      lock.unlock();
    }
  }

  /// Begins to work on a download's staged files: [#cancel] waits until [#release].
  ///
  /// @return the file that is staged first, null if the download is over
  @Nullable Wanted hold(Download download) {
    lock.lock();
    try {
      if (download.isOver()) return null;
      download.hands++;
      return download.wanted.getFirst();
    } finally {
      lock.unlock();
    }
  }

  void release(Download download) {
    lock.lock();
    try {
      download.hands--;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /// Takes on, once for each download, to write its staged files now that all bytes are here; files
  /// that want the content later begin anew. Unless none are returned it holds the download.
  List<Wanted> claim(Download download) {
    lock.lock();
    try {
      if (download.isOver() || download.stage == Download.Stage.WRITING) return List.of();
      download.stage = Download.Stage.WRITING;
      download.hands++;
      byContent.remove(download.content, download);
      return List.copyOf(download.wanted);
    } finally {
      lock.unlock();
    }
  }

  // What is asked for

  /// No local file has these: they have to come from others.
  void remote(Collection<Download> downloads) {
    lock.lock();
    try {
      for (Download download : downloads) {
        if (download.isOver()) continue;
        download.stage = Download.Stage.WAITING;
        boolean single = Chunking.isSingle(download.content.size());
        (single ? smallBacklog : largeBacklog).add(download);
      }
      admit();
    } finally {
      lock.unlock();
    }
  }

  /// The download can go on only with these nodes of its manifest.
  void needNodes(Download download, List<Blake3> hashes) {
    lock.lock();
    try {
      if (download.isOver()) return;
      download.stage = Download.Stage.NODES;
      for (Blake3 hash : hashes) {
        nodes.computeIfAbsent(hash, Task.Node::new).waiting.add(download);
      }
      download.nodesAwaited = hashes.size();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /// The download's staged file is open and lacks some chunks, or none.
  ///
  /// @return false if it is over: the caller closes the assembly
  boolean assemble(Download download, Assembly assembly) {
    lock.lock();
    try {
      if (download.isOver()) return false;
      download.assembly = assembly;
      download.stage = Download.Stage.CHUNKS;
      finishIfComplete(download, assembly);
      changed.signalAll();
      return true;
    } finally {
      lock.unlock();
    }
  }

  private void finishIfComplete(Download download, Assembly assembly) {
    if (download.stage == Download.Stage.CHUNKS && assembly.map().isComplete()) {
      download.stage = Download.Stage.COMPLETE;
      workers.finish(download);
    }
  }

  /// The verified part of a content that is being fetched.
  Optional<Assembly> assembly(Content content) {
    lock.lock();
    try {
      Download download = byContent.get(content);
      return Optional.ofNullable(download).map(d -> d.assembly);
    } finally {
      lock.unlock();
    }
  }

  private void admit() {
    if (connected.isEmpty()) return;
    while (small.size() < limits.smallReadyMax() && !smallBacklog.isEmpty()) {
      small.add(smallBacklog.remove());
    }
    while (!largeBacklog.isEmpty() && hasRoomForLarge()) {
      Download download = largeBacklog.remove();
      if (download.isOver()) continue;
      large.add(download);
      largeBytes += download.content.size();
      download.stage = Download.Stage.PREPARING;
      workers.prepare(download);
    }
    changed.signalAll();
    busy.signalAll();
  }

  private boolean hasRoomForLarge() {
    return large.size() < limits.assembliesMax()
        && (large.size() < 2 || largeBytes < limits.assembliesBytes());
  }

  // Who is asked

  /// Providers that came and went.
  record Turnover(List<Provider> came, List<Provider> left) {}

  Turnover providers(Set<PeerId> members) {
    var turnover = new Turnover(new ArrayList<>(), new ArrayList<>());
    lock.lock();
    try {
      for (PeerId peer : members) {
        Provider provider = known.computeIfAbsent(peer, p -> new Provider(p, limits));
        if (!provider.connected) turnover.came.add(provider);
      }
      for (Provider provider : connected) {
        if (!members.contains(provider.peer)) turnover.left.add(provider);
      }
      turnover.came.forEach(provider -> provider.connected = true);
      turnover.left.forEach(this::leave);
      connected.addAll(turnover.came);
      admit();
      return turnover;
    } finally {
      lock.unlock();
    }
  }

  private void leave(Provider provider) {
    provider.connected = false;
    connected.remove(provider);
    List.copyOf(provider.outstanding).forEach(this::giveUp);
  }

  /// Waits for something to ask of the provider.
  ///
  /// @return null if there was nothing for `idleNanos`, or `open` turned false ([#wake] says so)
  @Nullable Batch take(Provider provider, long idleNanos, BooleanSupplier open)
      throws InterruptedException {
    lock.lock();
    try {
      long left = idleNanos;
      while (open.getAsBoolean()) {
        Batch batch = compose(provider, time.monotonicNanos());
        if (batch != null) return batch;
        if (left <= 0) return null;
        left = changed.awaitNanos(left);
      }
      return null;
    } finally {
      lock.unlock();
    }
  }

  /// Has all that wait look again.
  void wake() {
    lock.lock();
    try {
      changed.signalAll();
      busy.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /// The tasks of a batch that is being composed.
  private static final class Basket {
    final List<Task> tasks = new ArrayList<>();
    private long room;

    Basket(long room) {
      this.room = room;
    }

    boolean isFull() {
      return room <= 0 || tasks.size() >= ChunkRequest.ITEMS_MAX;
    }

    void add(Task task) {
      tasks.add(task);
      room -= task.bytes();
    }
  }

  private @Nullable Batch compose(Provider provider, long now) {
    long request = provider.pace.requestBytes();
    boolean hasRoom = provider.outstandingBytes + request / 2 <= provider.pace.window();
    if (!provider.mayBeAsked(now) || !hasRoom) return null;
    var basket = new Basket(request);
    addNodes(provider, now, basket);
    addSmall(provider, now, basket);
    addChunks(provider, now, basket);
    if (basket.tasks.isEmpty()) return null;
    var batch = new Batch(provider, basket.tasks, request - basket.room, now);
    if (provider.outstanding.isEmpty()) provider.heardAt = now;
    provider.outstanding.add(batch);
    provider.outstandingBytes += batch.bytes;
    return batch;
  }

  private void addNodes(Provider provider, long now, Basket basket) {
    for (Task.Node node : nodes.values()) {
      if (basket.isFull()) return;
      if (!node.asked && node.waiting.stream().anyMatch(d -> d.mayAsk(provider, now))) {
        node.asked = true;
        basket.add(node);
      }
    }
  }

  private void addSmall(Provider provider, long now, Basket basket) {
    for (int n = small.size(); n > 0 && !basket.isFull(); n--) {
      Download download = small.remove();
      if (download.stage != Download.Stage.WAITING || download.asked) continue;
      if (download.mayAsk(provider, now)) {
        download.asked = true;
        basket.add(new Task.Whole(download));
      } else {
        small.add(download);
      }
    }
    if (small.size() < limits.smallReadyMax() / 2 && !smallBacklog.isEmpty()) admit();
  }

  private void addChunks(Provider provider, long now, Basket basket) {
    for (Download download : large) {
      if (basket.isFull()) return;
      if (download.stage == Download.Stage.CHUNKS && download.mayAsk(provider, now)) {
        addChunks(provider, now, basket, download, requireNonNull(download.assembly));
      }
    }
  }

  private void addChunks(
      Provider provider, long now, Basket basket, Download download, Assembly assembly) {
    Download.Offer offer = download.offer(provider);
    boolean choosy = connected.size() > 1 || offer.isPoor();
    if (choosy && offer.blocks == null) {
      if (!offer.asking) basket.add(new Task.Have(download, assembly));
      offer.asking = true;
      return;
    }
    int blocks = ChunkMap.blocks(assembly.manifest().count());
    int before = basket.tasks.size();
    while (!basket.isFull()) {
      ChunkMap.Run run =
          choosy
              ? assembly
                  .map()
                  .ask(offer.blocks, random.nextInt(blocks), download::copies, basket.room)
              : assembly.map().ask(null, 0, block -> 1, basket.room);
      if (run == null) break;
      basket.add(new Task.Range(download, assembly, run));
    }
    boolean nothing = basket.tasks.size() == before && !basket.isFull();
    if (nothing && offer.blocks != null && offer.blocks.cardinality() < blocks) {
      offer.blocks = null;
      offer.notBefore = now + limits.absentRetryMin().toNanos();
    }
  }

  // What was answered

  /// The provider lacks what the task asks for.
  void absent(Batch batch, Task task) {
    lock.lock();
    try {
      long now = time.monotonicNanos();
      for (Download download : downloads(task)) {
        download.miss(batch.provider, now, limits);
        download.offer(batch.provider).blocks = null;
      }
      if (!batch.givenUp) askAgain(batch.provider, task);
      batch.answered++;
    } finally {
      lock.unlock();
    }
  }

  /// A node came and is in the chunk store.
  void arrived(Batch batch, Task.Node node) {
    lock.lock();
    try {
      batch.answered++;
      if (!nodes.remove(node.hash, node)) return;
      for (Download download : node.waiting) {
        download.hit(batch.provider);
        if (--download.nodesAwaited == 0 && download.stage == Download.Stage.NODES) {
          download.stage = Download.Stage.PREPARING;
          workers.prepare(download);
        }
      }
    } finally {
      lock.unlock();
    }
  }

  /// A content of one chunk came and was verified.
  void arrived(Batch batch, Task.Whole task) {
    lock.lock();
    try {
      batch.answered++;
      task.download().hit(batch.provider);
    } finally {
      lock.unlock();
    }
  }

  /// Chunks came, were verified and are in the staged file.
  void arrived(Batch batch, Task.Range task) {
    lock.lock();
    try {
      batch.answered++;
      task.download().hit(batch.provider);
      task.assembly().map().hold(task.run().first(), task.run().count());
      finishIfComplete(task.download(), task.assembly());
    } finally {
      lock.unlock();
    }
  }

  /// The provider said which blocks it has.
  void arrived(Batch batch, Task.Have task, BitSet blocks) {
    lock.lock();
    try {
      batch.answered++;
      Download download = task.download();
      Download.Offer offer = download.offer(batch.provider);
      offer.asking = false;
      offer.blocks = blocks;
      var news = (BitSet) blocks.clone();
      news.andNot(task.assembly().map().heldBlocks());
      if (news.isEmpty()) {
        download.miss(batch.provider, time.monotonicNanos(), limits);
        offer.blocks = null;
      } else {
        download.hit(batch.provider);
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /// The answer to this task was proven wrong.
  void violated(Batch batch, Task task) {
    lock.lock();
    try {
      downloads(task).forEach(download -> batch.provider.ban(download.content));
    } finally {
      lock.unlock();
    }
  }

  /// The provider broke the protocol otherwise.
  void violated(Provider provider) {
    lock.lock();
    try {
      provider.violated();
    } finally {
      lock.unlock();
    }
  }

  /// The answer to a batch that was sent on an idle stream began after so long.
  void began(Batch batch, long nanos) {
    lock.lock();
    try {
      batch.provider.pace.began(nanos);
    } finally {
      lock.unlock();
    }
  }

  /// The batch was answered to its end.
  void answered(Batch batch) {
    lock.lock();
    try {
      Provider provider = batch.provider;
      long nanos = time.monotonicNanos() - batch.sentAt;
      provider.pace.answered(batch.bytes, batch.deliveredThen, nanos, batch.busy);
      provider.served();
      close(batch);
    } finally {
      lock.unlock();
    }
  }

  /// The stream that was to answer these failed.
  void failed(Provider provider, Collection<Batch> batches) {
    lock.lock();
    try {
      provider.failed(time.monotonicNanos());
      batches.forEach(this::giveUp);
      batches.forEach(this::close);
    } finally {
      lock.unlock();
    }
  }

  private void close(Batch batch) {
    if (batch.provider.outstanding.remove(batch)) batch.provider.outstandingBytes -= batch.bytes;
    changed.signalAll();
  }

  private void giveUp(Batch batch) {
    if (batch.givenUp) return;
    batch.givenUp = true;
    for (Task task : batch.tasks.subList(batch.answered, batch.tasks.size())) {
      askAgain(batch.provider, task);
    }
    changed.signalAll();
  }

  private void askAgain(Provider provider, Task task) {
    switch (task) {
      case Task.Node node -> node.asked = false;
      case Task.Whole(Download download) -> {
        if (download.stage == Download.Stage.WAITING && download.asked) {
          download.asked = false;
          small.addFirst(download);
        }
      }
      case Task.Range(_, Assembly assembly, ChunkMap.Run run) ->
          assembly.map().giveUp(run.first(), run.count());
      case Task.Have(Download download, _) -> download.offer(provider).asking = false;
    }
  }

  private static List<Download> downloads(Task task) {
    return switch (task) {
      case Task.Node node -> node.waiting;
      case Task.Whole(Download download) -> List.of(download);
      case Task.Range(Download download, _, _) -> List.of(download);
      case Task.Have(Download download, _) -> List.of(download);
    };
  }

  // What time brings

  /// Waits a moment, or for as long as nothing is under way, and looks who is late.
  Findings watch() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (isIdle()) {
        busy.await();
      }
      long left = TimeUnit.MILLISECONDS.toNanos(TICK_MILLIS);
      while (left > 0) {
        left = tick.awaitNanos(left);
      }
      changed.signalAll(); // rests and pauses may have ended
      return look(time.monotonicNanos());
    } finally {
      lock.unlock();
    }
  }

  private boolean isIdle() {
    return connected.isEmpty()
        || small.isEmpty()
            && large.isEmpty()
            && connected.stream().allMatch(provider -> provider.outstanding.isEmpty());
  }

  private Findings look(long now) {
    var silent = new ArrayList<Provider>();
    for (Provider provider : connected) {
      if (provider.isSilent(now, limits)) silent.add(provider);
      if (connected.size() > 1) {
        provider.outstanding.stream().filter(b -> b.overdueAt < now).forEach(this::giveUp);
      }
    }
    var starved = new ArrayList<Download>();
    small.forEach(download -> checkStarved(download, now, starved));
    large.forEach(download -> checkStarved(download, now, starved));
    return new Findings(silent, starved);
  }

  private void checkStarved(Download download, long now, List<Download> starved) {
    if (connected.isEmpty() || !download.isLackedBy(connected)) {
      download.starvedSince = 0;
    } else if (download.starvedSince == 0) {
      download.starvedSince = now;
    } else if (now - download.starvedSince > limits.starvedMax().toNanos()) {
      starved.add(download);
    }
  }
}
