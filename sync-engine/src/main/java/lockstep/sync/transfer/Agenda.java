package lockstep.sync.transfer;

import static java.util.Objects.requireNonNull;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import lockstep.base.Blake3;
import lockstep.chunk.Chunking;

/// What has to come from others, in the order in which it is asked for: manifest nodes first
/// (others wait for them), then contents of one chunk, then chunks of larger ones. Those are asked
/// for in order while there is one provider, from a random place on and the rarest first when there
/// are several, so that receivers of the same content soon have different parts to give each other.
///
/// Guarded by the monitor of its [FetchQueue].
final class Agenda {
  private final TransferLimits limits;
  private final SplittableRandom random;
  private final Map<Blake3, Task.Node> nodes = new LinkedHashMap<>();
  private final Deque<Download> smallBacklog = new ArrayDeque<>();
  private final Deque<Download> small = new ArrayDeque<>();
  private final Deque<Download> largeBacklog = new ArrayDeque<>();

  /// Contents of many chunks that take one of the places for assemblies.
  private final Set<Download> large = new LinkedHashSet<>();

  private long largeBytes;

  Agenda(TransferLimits limits, long seed) {
    this.limits = limits;
    this.random = new SplittableRandom(seed);
  }

  boolean isEmpty() {
    return small.isEmpty() && large.isEmpty() && smallBacklog.isEmpty() && largeBacklog.isEmpty();
  }

  void add(Download download) {
    (Chunking.isSingle(download.content.size()) ? smallBacklog : largeBacklog).add(download);
  }

  /// Lets in what there is room for.
  ///
  /// @param prepare takes each download whose manifest is to be looked at now
  void admit(Consumer<Download> prepare) {
    admitSmall();
    while (!largeBacklog.isEmpty() && hasRoomForLarge()) {
      Download download = largeBacklog.remove();
      if (download.isOver()) continue;
      large.add(download);
      largeBytes += download.content.size();
      prepare.accept(download);
    }
  }

  private void admitSmall() {
    while (small.size() < limits.smallReadyMax() && !smallBacklog.isEmpty()) {
      small.add(smallBacklog.remove());
    }
  }

  private boolean hasRoomForLarge() {
    return large.size() < limits.assembliesMax()
        && (large.size() < 2 || largeBytes < limits.assembliesBytes());
  }

  /// The download is over.
  void drop(Download download) {
    if (large.remove(download)) largeBytes -= download.content.size();
    if (download.nodesAwaited > 0) {
      nodes.values().removeIf(node -> node.waiting.remove(download) && node.waiting.isEmpty());
    }
  }

  /// Verified bytes of the files that are being put together.
  long heldBytes() {
    return large.stream().mapToLong(Agenda::heldBytes).sum();
  }

  private static long heldBytes(Download download) {
    Assembly assembly = download.assembly;
    return assembly == null ? 0 : assembly.map().heldBytes() * download.wanted.size();
  }

  /// The download waits for these nodes of its manifest.
  void needNodes(Download download, List<Blake3> hashes) {
    for (Blake3 hash : hashes) {
      nodes.computeIfAbsent(hash, _ -> new Task.Node(hash, download)).waiting.add(download);
    }
    download.nodesAwaited = hashes.size();
  }

  /// A node has come.
  ///
  /// @return who waits for no further one
  List<Download> arrived(Task.Node node) {
    if (!nodes.remove(node.hash, node)) return List.of();
    return node.waiting.stream().filter(download -> --download.nodesAwaited == 0).toList();
  }

  /// What to ask the provider for in one request of about that many bytes; it is not asked for
  /// again until [#askAgain].
  List<Task> compose(Provider provider, Collection<Provider> connected, long now, long bytes) {
    return new Composing(provider, connected, now, bytes).compose();
  }

  /// A request in the making.
  private final class Composing {
    private final Provider provider;
    private final Collection<Provider> connected;
    private final long now;
    private final List<Task> tasks = new ArrayList<>();
    private long room;

    Composing(Provider provider, Collection<Provider> connected, long now, long bytes) {
      this.provider = provider;
      this.connected = connected;
      this.now = now;
      this.room = bytes;
    }

    List<Task> compose() {
      addNodes();
      addSmall();
      for (Download download : large) {
        if (download.stage == Download.Stage.CHUNKS && mayAsk(download)) addChunks(download);
      }
      return tasks;
    }

    private boolean isFull() {
      return room <= 0 || tasks.size() >= ChunkRequest.ITEMS_MAX;
    }

    private boolean mayAsk(Download download) {
      return !isFull() && download.mayAsk(provider, now);
    }

    private void add(Task task) {
      tasks.add(task);
      room -= task.bytes();
    }

    private void addNodes() {
      for (Task.Node node : nodes.values()) {
        if (isFull()) return;
        if (!node.asked && node.waiting.stream().anyMatch(this::mayAsk)) {
          node.asked = true;
          add(node);
        }
      }
    }

    private void addSmall() {
      admitSmall(); // those that are over may have filled the room
      for (int n = small.size(); n > 0 && !isFull(); n--) {
        Download download = small.remove();
        if (download.stage != Download.Stage.WAITING || download.asked) continue;
        if (mayAsk(download)) {
          download.asked = true;
          add(new Task.Whole(download));
        } else {
          small.add(download);
        }
      }
    }

    private void addChunks(Download download) {
      Assembly assembly = requireNonNull(download.assembly);
      Download.Offer offer = download.offer(provider);
      if (connected.size() == 1 && !offer.isPoor()) {
        addInOrder(download, assembly);
      } else if (offer.blocks != null) {
        addRarest(download, assembly, offer);
      } else if (!offer.asking) {
        offer.asking = true;
        add(new Task.Have(download, assembly));
      }
    }

    private void addInOrder(Download download, Assembly assembly) {
      while (!isFull()) {
        ChunkMap.Run run = assembly.map().ask(null, 0, block -> 1, room);
        if (run == null) return;
        add(new Task.Range(download, assembly, run));
      }
    }

    private void addRarest(Download download, Assembly assembly, Download.Offer offer) {
      int blocks = ChunkMap.blocks(assembly.manifest().count());
      boolean useful = false;
      int start = download.start(random, blocks);
      while (!isFull()) {
        ChunkMap.Run run = assembly.map().ask(offer.blocks, start, download::copies, room);
        if (run == null) break;
        add(new Task.Range(download, assembly, run));
        useful = true;
      }
      boolean hasAll = requireNonNull(offer.blocks).cardinality() == blocks;
      if (!useful && !isFull() && !hasAll) {
        offer.blocks = null; // it may have got more: ask in a moment
        offer.notBefore = now + limits.absentRetryMin().toNanos();
      }
    }
  }

  /// The provider will not answer this task, or not soon.
  void askAgain(Provider provider, Task task) {
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

  /// Those that none of these providers has had for too long.
  List<Download> starved(Collection<Provider> connected, long now) {
    var starved = new ArrayList<Download>();
    small.forEach(download -> checkStarved(download, connected, now, starved));
    large.forEach(download -> checkStarved(download, connected, now, starved));
    return starved;
  }

  private void checkStarved(
      Download download, Collection<Provider> connected, long now, List<Download> starved) {
    if (connected.isEmpty() || !download.isLackedBy(connected)) {
      download.starvedSince = 0;
    } else if (download.starvedSince == 0) {
      download.starvedSince = now;
    } else if (now - download.starvedSince > limits.starvedMax().toNanos()) {
      download.starvedSince = now; // to be told of once, or again much later
      starved.add(download);
    }
  }
}
