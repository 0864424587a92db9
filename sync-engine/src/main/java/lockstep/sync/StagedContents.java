package lockstep.sync;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import lockstep.base.Content;
import lockstep.base.DiskFile;
import lockstep.base.TimeSource;
import lockstep.chunk.ChunkStore;
import lockstep.chunk.ContentChangedException;
import lockstep.chunk.Splitter;
import lockstep.recovery.Workspace;
import lockstep.sync.transfer.LocalContents;
import lockstep.sync.transfer.Wanted;

/// What lies whole in staging because its name was taken when it was to be installed. If its user
/// has changed meanwhile what it was copied from, that is all there is of a version that everybody
/// waits for. Thread-safe.
final class StagedContents implements LocalContents {
  /// A member may ask for very many contents that are not here: staging is not listed each time.
  private static final long FRESH_NANOS = 1_000_000_000L;

  private final Workspace workspace;
  private final ChunkStore chunks;
  private final TimeSource time;

  /// What was found, by its id in staging.
  private final Map<Content, String> known = new ConcurrentHashMap<>();

  private volatile Listing listing = new Listing(0, List.of());

  private record Listing(long madeAt, List<String> ids) {}

  StagedContents(Workspace workspace, ChunkStore chunks, TimeSource time) {
    this.workspace = workspace;
    this.chunks = chunks;
    this.time = time;
  }

  @Override
  public Optional<DiskFile> open(Content content) throws IOException {
    String id = known.get(content);
    return id == null ? Optional.empty() : open(id, content);
  }

  private Optional<DiskFile> open(String id, Content content) throws IOException {
    try {
      return Optional.of(workspace.openStaged(id));
    } catch (NoSuchFileException installed) {
      known.remove(content, id);
      return Optional.empty();
    }
  }

  @Override
  public Optional<DiskFile> search(Content content) throws IOException {
    for (String id : ids()) {
      if (Wanted.isId(id, content) && holds(id, content)) {
        known.put(content, id);
        return open(id, content);
      }
    }
    return Optional.empty();
  }

  private List<String> ids() throws IOException {
    Listing now = listing;
    if (now.ids().isEmpty() || time.monotonicNanos() - now.madeAt() > FRESH_NANOS) {
      now = new Listing(time.monotonicNanos(), workspace.stagedIds());
      listing = now;
    }
    return now.ids();
  }

  private boolean holds(String id, Content content) throws IOException {
    try (DiskFile file = workspace.openStaged(id)) {
      return file.stat().size() == content.size()
          && Splitter.split(file::read, content.size(), chunks::node).content().equals(content);
    } catch (NoSuchFileException | ContentChangedException installedOrStillComing) {
      return false;
    }
  }
}
