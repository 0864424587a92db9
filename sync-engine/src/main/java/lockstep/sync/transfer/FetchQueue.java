package lockstep.sync.transfer;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import lockstep.base.Blake3;
import lockstep.base.Content;
import lockstep.base.PeerId;
import lockstep.base.TimeSource;
import org.jspecify.annotations.Nullable;

/// All that is wanted, and who was asked for what.
///
/// Providers *pull*: each of their streams takes the next batch when its window has room, so that
/// the faster ones do more without anybody assigning work. What a batch holds is the [Agenda]'s
/// choice.
///
/// One monitor guards all of this; nothing reads or writes under it, and only [#take], [#awaitWork]
/// and [#cancel] wait.
final class FetchQueue {
  /// Where downloads go that need the disk. Called under the monitor: it only enqueues.
  interface Workers {
    /// Look for the manifest, reuse what is local, then call back.
    void prepare(Download download);

    /// Every chunk is verified and in the staged file: complete the files.
    void finish(Download download);
  }

  private final TransferLimits limits;
  private final TimeSource time;
  private final Workers workers;
  private final Agenda agenda;
  private final Map<PeerId, Provider> known = new HashMap<>();
  private final Set<Provider> connected = new LinkedHashSet<>();
  private final Map<Content, Download> byContent = new HashMap<>();
  private final Map<String, Download> byId = new HashMap<>();

  FetchQueue(TransferLimits limits, TimeSource time, long seed, Workers workers) {
    this.limits = limits;
    this.time = time;
    this.workers = workers;
    this.agenda = new Agenda(limits, seed);
  }

  // What is wanted

  /// Takes the files in; an id that is wanted already is cancelled first.
  ///
  /// @return new downloads, in [Download.Stage#LOCAL]: see [#remote]
  synchronized List<Download> want(Collection<Wanted> wanted) {
    var files = new LinkedHashMap<String, Wanted>();
    wanted.forEach(file -> files.put(file.id(), file));
    var fresh = new LinkedHashSet<>(cancel(files.keySet()));
    files.values().forEach(file -> add(file).ifPresent(fresh::add));
    return List.copyOf(fresh);
  }

  /// The download, if it is new.
  private Optional<Download> add(Wanted file) {
    var download = byContent.computeIfAbsent(file.content(), Download::new);
    boolean isNew = download.wanted.isEmpty();
    download.wanted.add(file);
    byId.put(file.id(), download);
    return isNew ? Optional.of(download) : Optional.empty();
  }

  synchronized boolean isEmpty() {
    return byId.isEmpty();
  }

  /// Ids of all that is wanted.
  synchronized List<String> ids() {
    return List.copyOf(byId.keySet());
  }

  /// Forgets files. On return nothing writes to their staged files any more.
  ///
  /// @return downloads that begin anew for other files with the same content
  synchronized List<Download> cancel(Collection<String> ids) {
    var dropped = new ArrayList<Download>();
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
    dropped.forEach(this::awaitEnd);
    return dropped.stream().flatMap(download -> again(download).stream()).toList();
  }

  private void awaitEnd(Download download) {
    Assembly.closeQuietly(download.assembly);
    boolean interrupted = false;
    while (download.hands > 0) {
      try {
        wait();
      } catch (InterruptedException e) {
        interrupted = true; // the promise not to write any more is worth the delay
      }
    }
    if (interrupted) Thread.currentThread().interrupt();
  }

  /// Those files of a dropped download that are still wanted want it anew.
  private List<Download> again(Download dropped) {
    return List.copyOf(dropped.wanted).stream()
        .filter(file -> byId.remove(file.id(), dropped))
        .flatMap(file -> add(file).stream())
        .toList();
  }

  /// Ends a download.
  ///
  /// @return the files that wanted it; none if it was over
  synchronized List<Wanted> end(Download download) {
    if (download.isOver()) return List.of();
    drop(download);
    download.wanted.forEach(file -> byId.remove(file.id(), download));
    return List.copyOf(download.wanted);
  }

  private void drop(Download download) {
    if (download.isOver()) return;
    download.stage = Download.Stage.OVER;
    byContent.remove(download.content, download);
    agenda.drop(download);
    admit();
  }

  /// Begins to work on a download's staged files: [#cancel] waits until [#release].
  ///
  /// @return the file that is staged first, null if the download is over
  synchronized @Nullable Wanted hold(Download download) {
    if (download.isOver()) return null;
    download.hands++;
    return download.wanted.getFirst();
  }

  synchronized void release(Download download) {
    download.hands--;
    if (download.isOver()) notifyAll();
  }

  /// Takes on, once for each download, to write its staged files now that all bytes are here; files
  /// that want the content later begin anew. Unless none are returned it holds the download.
  synchronized List<Wanted> claim(Download download) {
    if (download.isOver() || download.stage == Download.Stage.WRITING) return List.of();
    download.stage = Download.Stage.WRITING;
    download.hands++;
    byContent.remove(download.content, download);
    return List.copyOf(download.wanted);
  }

  /// No local file has these: they have to come from others.
  synchronized void remote(Collection<Download> downloads) {
    for (Download download : downloads) {
      if (download.isOver()) continue;
      download.stage = Download.Stage.WAITING;
      agenda.add(download);
    }
    admit();
    notifyAll();
  }

  private void admit() {
    if (!connected.isEmpty()) agenda.admit(this::prepare);
  }

  private void prepare(Download download) {
    download.stage = Download.Stage.PREPARING;
    workers.prepare(download);
  }

  /// The download can go on only with these nodes of its manifest.
  synchronized void needNodes(Download download, List<Blake3> hashes) {
    if (download.isOver()) return;
    download.stage = Download.Stage.NODES;
    agenda.needNodes(download, hashes);
    notifyAll();
  }

  /// The download's staged file is open and lacks some chunks, or none.
  ///
  /// @return false if it is over: the caller closes the assembly
  synchronized boolean assemble(Download download, Assembly assembly) {
    if (download.isOver()) return false;
    download.assembly = assembly;
    download.stage = Download.Stage.CHUNKS;
    finishIfComplete(download, assembly);
    notifyAll();
    return true;
  }

  private void finishIfComplete(Download download, Assembly assembly) {
    if (download.stage == Download.Stage.CHUNKS && assembly.map().isComplete()) {
      download.stage = Download.Stage.COMPLETE;
      workers.finish(download);
    }
  }

  /// Verified bytes of the files that are being put together.
  synchronized long heldBytes() {
    return agenda.heldBytes();
  }

  /// The verified part of a content that is being fetched.
  synchronized Optional<Assembly> assembly(Content content) {
    return Optional.ofNullable(byContent.get(content)).map(download -> download.assembly);
  }

  // Who is asked

  /// Providers that came and went.
  record Turnover(List<Provider> came, List<Provider> left) {}

  synchronized Turnover providers(Set<PeerId> members) {
    var came = new ArrayList<Provider>();
    for (PeerId peer : members) {
      Provider provider = known.computeIfAbsent(peer, p -> new Provider(p, limits));
      if (connected.add(provider)) came.add(provider);
    }
    var left = connected.stream().filter(p -> !members.contains(p.peer)).toList();
    left.forEach(connected::remove);
    left.forEach(provider -> provider.outstanding.forEach(this::giveUp));
    admit();
    notifyAll();
    return new Turnover(came, left);
  }

  /// Waits for something to ask of the provider.
  ///
  /// @return null if there was nothing for so long and nothing is outstanding, or `open` turned
  ///   false ([#wake] says so)
  synchronized @Nullable Batch take(Provider provider, long idleNanos, BooleanSupplier open)
      throws InterruptedException {
    long since = time.monotonicNanos();
    while (open.getAsBoolean()) {
      long now = time.monotonicNanos();
      Batch batch = compose(provider, now);
      if (batch != null) return batch;
      if (!provider.outstanding.isEmpty()) since = now;
      if (now - since >= idleNanos) return null;
      wait(TimeUnit.NANOSECONDS.toMillis(idleNanos) + 1);
    }
    return null;
  }

  /// Has all that wait look again: time has passed, or something was closed.
  synchronized void wake() {
    notifyAll();
  }

  /// Something to ask of the provider now, null if there is nothing.
  synchronized @Nullable Batch poll(Provider provider) {
    return compose(provider, time.monotonicNanos());
  }

  private @Nullable Batch compose(Provider provider, long now) {
    long request = provider.pace.requestBytes();
    boolean hasRoom = provider.outstandingBytes + request / 2 <= provider.pace.window();
    if (!hasRoom || !connected.contains(provider) || !provider.mayBeAsked(now)) return null;
    List<Task> tasks = agenda.compose(provider, connected, now, request);
    if (tasks.isEmpty()) return null;
    admit();
    var batch = new Batch(provider, tasks, now);
    if (provider.outstanding.isEmpty()) provider.heardAt = now;
    provider.outstanding.add(batch);
    provider.outstandingBytes += batch.bytes;
    return batch;
  }

  // What was answered

  /// The provider lacks what the task asks for.
  synchronized void absent(Batch batch, Task task) {
    long now = time.monotonicNanos();
    batch.answered++;
    for (Download download : task.downloads()) {
      download.miss(batch.provider, now, limits);
    }
    if (!batch.givenUp) agenda.askAgain(batch.provider, task);
    notifyAll();
  }

  /// A node came and is in the chunk store.
  synchronized void arrived(Batch batch, Task.Node node) {
    batch.answered++;
    node.waiting.forEach(download -> download.hit(batch.provider));
    for (Download download : agenda.arrived(node)) {
      if (download.stage == Download.Stage.NODES) prepare(download);
    }
  }

  /// A content of one chunk came and was verified.
  synchronized void arrived(Batch batch, Task.Whole task) {
    batch.answered++;
    task.download().hit(batch.provider);
  }

  /// Chunks came, were verified and are in the staged file.
  synchronized void arrived(Batch batch, Task.Range task) {
    batch.answered++;
    task.download().hit(batch.provider);
    task.assembly().map().hold(task.run().first(), task.run().count());
    finishIfComplete(task.download(), task.assembly());
  }

  /// The provider said which blocks it has.
  synchronized void arrived(Batch batch, Task.Have task, BitSet blocks) {
    batch.answered++;
    Download.Offer offer = task.download().offer(batch.provider);
    offer.asking = false;
    var news = (BitSet) blocks.clone();
    news.andNot(task.assembly().map().heldBlocks());
    if (news.isEmpty()) {
      task.download().missForNow(batch.provider, time.monotonicNanos(), limits);
    } else {
      task.download().hit(batch.provider);
      offer.blocks = blocks;
    }
    notifyAll();
  }

  /// The answer to this task was proven wrong.
  synchronized void violated(Batch batch, Task task) {
    task.downloads().forEach(download -> batch.provider.ban(download.content));
  }

  /// The answer to a batch that was sent on an idle stream began after so long.
  synchronized void began(Batch batch, long nanos) {
    batch.provider.pace.began(nanos);
  }

  /// The batch was answered to its end.
  synchronized void answered(Batch batch) {
    Provider provider = batch.provider;
    long nanos = time.monotonicNanos() - batch.sentAt;
    provider.pace.answered(batch.bytes, batch.deliveredThen, nanos, batch.busy);
    provider.served();
    close(batch);
  }

  /// The stream that was to answer these failed.
  synchronized void failed(Provider provider, Collection<Batch> batches) {
    provider.failed(time.monotonicNanos());
    batches.forEach(this::giveUp);
    batches.forEach(this::close);
  }

  private void close(Batch batch) {
    if (batch.provider.outstanding.remove(batch)) batch.provider.outstandingBytes -= batch.bytes;
    notifyAll();
  }

  private void giveUp(Batch batch) {
    if (batch.givenUp) return;
    batch.givenUp = true;
    for (Task task : batch.tasks.subList(batch.answered, batch.tasks.size())) {
      agenda.askAgain(batch.provider, task);
    }
    notifyAll();
  }

  // What time brings

  /// What a look at the clock brought to light.
  record Findings(List<Provider> silent, List<Download> starved) {}

  /// Waits for as long as nothing is under way, or until `open` turns false ([#wake] says so).
  synchronized void awaitWork(BooleanSupplier open) throws InterruptedException {
    while (open.getAsBoolean() && !isWorkUnderWay()) {
      wait();
    }
  }

  private boolean isWorkUnderWay() {
    return !connected.isEmpty()
        && !(agenda.isEmpty() && connected.stream().allMatch(p -> p.outstanding.isEmpty()));
  }

  /// Looks who is late, and lets others be asked for what is overdue.
  synchronized Findings look() {
    long now = time.monotonicNanos();
    if (connected.size() > 1) {
      for (Provider provider : connected) {
        provider.outstanding.stream().filter(b -> b.overdueAt < now).forEach(this::giveUp);
      }
    }
    notifyAll(); // rests and pauses may have ended
    return new Findings(
        connected.stream().filter(p -> p.isSilent(now, limits)).toList(),
        agenda.starved(connected, now));
  }
}
