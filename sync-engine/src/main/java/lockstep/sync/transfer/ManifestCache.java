package lockstep.sync.transfer;

import java.util.LinkedHashMap;
import java.util.Optional;
import lockstep.base.Content;
import lockstep.base.PeerViolationException;
import lockstep.chunk.ChunkStore;
import lockstep.chunk.Manifest;

/// The manifests that peers ask about now, so that they are not decoded for each request. Bounded
/// by the chunks in them. Thread-safe.
final class ManifestCache {
  /// Some 20 MiB of manifests; a single larger one is kept all the same.
  private static final int CHUNKS_MAX = 512 << 10;

  private final LinkedHashMap<Content, Manifest> recent = new LinkedHashMap<>(16, 0.75f, true);
  private long chunksHeld;

  Optional<Manifest> manifest(ChunkStore store, Content content) throws PeerViolationException {
    synchronized (this) {
      Manifest known = recent.get(content);
      if (known != null) return Optional.of(known);
    }
    Optional<Manifest> found = store.manifest(content);
    found.ifPresent(manifest -> keep(content, manifest));
    return found;
  }

  synchronized void clear() {
    recent.clear();
    chunksHeld = 0;
  }

  private synchronized void keep(Content content, Manifest manifest) {
    if (recent.putIfAbsent(content, manifest) != null) return;
    chunksHeld += manifest.count();
    var oldest = recent.entrySet().iterator();
    while (chunksHeld > CHUNKS_MAX && recent.size() > 1) {
      chunksHeld -= oldest.next().getValue().count();
      oldest.remove();
    }
  }
}
