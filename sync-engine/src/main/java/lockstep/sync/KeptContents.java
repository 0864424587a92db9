package lockstep.sync;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import lockstep.base.Content;
import lockstep.base.Disk;
import lockstep.base.DiskFile;
import lockstep.base.Node;
import lockstep.base.TimeSource;
import lockstep.chunk.ChunkStore;
import lockstep.chunk.Chunking;
import lockstep.chunk.Splitter;
import lockstep.recovery.HistoryItem;
import lockstep.recovery.Workspace;
import lockstep.sync.transfer.LocalContents;

/// What the items of the history hold. An item is an inode without a hash; which content it has is
/// found out when somebody looks for one of its size, and remembered. Thread-safe.
final class KeptContents implements LocalContents {
  /// A member may ask for very many contents that are not here: the items are not listed each time.
  private static final long FRESH_NANOS = 1_000_000_000L;

  private final Disk disk;
  private final Workspace workspace;
  private final ChunkStore chunks;
  private final TimeSource time;
  private final Map<String, Known> known = new ConcurrentHashMap<>();
  private final Map<Content, HistoryItem> byContent = new ConcurrentHashMap<>();
  private volatile Sizes sizes = new Sizes(0, Map.of());

  private record Known(Disk.Stat stat, Content content) {}

  private record Sizes(long madeAt, Map<Long, List<HistoryItem>> items) {}

  KeptContents(Disk disk, Workspace workspace, ChunkStore chunks, TimeSource time) {
    this.disk = disk;
    this.workspace = workspace;
    this.chunks = chunks;
    this.time = time;
  }

  /// An item that holds a content, looked for in all of that size.
  Optional<HistoryItem> find(Content content) throws IOException {
    HistoryItem found = byContent.get(content);
    if (found != null && isHolding(found, content)) {
      return Optional.of(found);
    }
    for (HistoryItem item : ofSize(content.size())) {
      if (isHolding(item, content)) {
        return Optional.of(item);
      }
    }
    return Optional.empty();
  }

  private boolean isHolding(HistoryItem item, Content content) throws IOException {
    return content(item).filter(content::equals).isPresent();
  }

  private List<HistoryItem> ofSize(long size) {
    Sizes now = sizes;
    if (now.items().isEmpty() || time.monotonicNanos() - now.madeAt() > FRESH_NANOS) {
      now = new Sizes(time.monotonicNanos(), bySize());
      sizes = now;
    }
    return now.items().getOrDefault(size, List.of());
  }

  private Map<Long, List<HistoryItem>> bySize() {
    return workspace.history().stream()
        .filter(item -> item.stat().kind() == Disk.Kind.FILE)
        .collect(java.util.stream.Collectors.groupingBy(item -> item.stat().size()));
  }

  /// Forgets which items there are, after one was added.
  void refresh() {
    sizes = new Sizes(0, Map.of());
  }

  /// What an item holds now; empty for a link, or one that is gone or cannot be read.
  Optional<Content> content(HistoryItem item) throws IOException {
    Known remembered = known.get(item.id());
    Optional<Disk.Stat> stat = disk.stat(item.place());
    if (stat.isEmpty() || stat.get().kind() != Disk.Kind.FILE) {
      return Optional.empty();
    }
    if (remembered != null && new Observed(remembered.stat(), Node.ABSENT).unchanged(stat.get())) {
      return Optional.of(remembered.content());
    }
    try {
      return Optional.of(read(item));
    } catch (IOException unreadable) {
      return Optional.empty(); // `verify` tells of it
    }
  }

  /// Reads an item to its end, whatever is remembered of it.
  Content read(HistoryItem item) throws IOException {
    try (DiskFile file = disk.open(item.place())) {
      Disk.Stat stat = file.stat();
      Content content = Splitter.split(file::read, stat.size(), chunks::node).content();
      known.put(item.id(), new Known(stat, content));
      byContent.put(content, item);
      return content;
    }
  }

  /// Opens an item that is known to hold a content; looks for none.
  @Override
  public Optional<DiskFile> open(Content content) throws IOException {
    HistoryItem item = byContent.get(content);
    return item == null ? Optional.empty() : open(item);
  }

  /// Opens an item that holds a content, if there is one, and sees to it that its manifest is
  /// known.
  @Override
  public Optional<DiskFile> search(Content content) throws IOException {
    Optional<HistoryItem> item = find(content);
    if (item.isPresent()
        && !Chunking.isSingle(content.size())
        && chunks.node(content.root()).isEmpty()
        && !read(item.get()).equals(content)) {
      return Optional.empty(); // its bytes have rotted
    }
    return item.isPresent() ? open(item.get()) : Optional.empty();
  }

  private Optional<DiskFile> open(HistoryItem item) throws IOException {
    try {
      return Optional.of(disk.open(item.place()));
    } catch (NoSuchFileException gone) {
      byContent.values().remove(item);
      return Optional.empty();
    }
  }
}
